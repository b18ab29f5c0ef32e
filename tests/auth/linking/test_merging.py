"""Two accounts of one person become one, and two again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from auth import authenticators, consents, identities, recovery
from auth.authenticators import Authenticator
from auth.identities import CARD, Addresses, add, addresses_of
from auth.merging import acts
from auth.registration import register_resident
from portal.core.db import read, transaction
from portal.mypage import acts as todos
from portal.residents import family
from portal.residents.family import Card
from tests.auth import people
from tests.auth.conftest import SAKURA
from tests.auth.linking.stories import MAIL, OTHER, change, link_to, me, messages, rows
from tests.auth.people import LinePhone
from tests.browser import Browser
from tests.portal.signing_in import sign_in

CHILD, SERVICE = date(2023, 6, 1), "check_18m"


class Two:
    """One person's two accounts: mine by mail, the other by LINE, mail and an app."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.secret = authenticators.new_secret()
        with app.app_context(), transaction() as session:
            self.mine = register_resident(session, email=MAIL)
            self.other = register_resident(
                session, email=OTHER, line_user_id=SAKURA, totp_secret=self.secret
            )
            for account in (self.mine, self.other):
                consents.agree(session, account, "ja")
                recovery.make(session, account)
            family.set_profile(session, self.mine, nickname="さくら", birthdate=date(1990, 4, 1))
            family.set_profile(
                session, self.other, nickname="さくら子", birthdate=date(1990, 4, 1), sex="F"
            )
            child = Card(relation="child", nickname="めばえ", birthdate=CHILD)
            self.child = family.add_person(session, self.mine, child).id
            self.double = family.add_person(session, self.other, child).id
            parent = Card(relation="parent", nickname="けやき", birthdate=date(1950, 1, 2))
            self.parent = family.add_person(session, self.other, parent).id
            todos.complete(session, self.other, self.double, SERVICE, "")
        self.browser = sign_in(app, self.mine)

    def prove(self) -> Any:
        """Sign in to the other account beside one's own: by mail and the app."""
        self.browser.get("/account/merge")
        self.browser.submit("メールで")
        self.browser.submit(email=OTHER)
        page = self.browser.submit(code=people.sent_codes(self.app, OTHER)[-1])
        assert page.path == "/sign-in/second-step"
        self.browser.get(page.link("認証アプリを使う"))
        return self.browser.submit(code=people.app_code(self.secret))

    def merge(self, **choices: str) -> Any:
        """All of it."""
        self.prove()
        return self.browser.submit("まとめる", **choices)

    def cards(self, account: UUID) -> set[UUID]:
        return {
            row.id
            for row in rows(self.app, "SELECT id FROM persons WHERE resident_id = :a", a=account)
        }

    def addresses(self, account: UUID) -> Addresses | None:
        with self.app.app_context():
            return addresses_of(read(), [account]).get(account)


@pytest.fixture
def two(app: Flask) -> Two:
    return Two(app)


def test_the_preview_says_what_comes_and_asks_where_there_can_be_one(two: Two) -> None:
    page = two.prove()
    assert page.path == "/account/merge/preview"
    for words in (
        "家族のカード：めばえ、けやき",
        "ログイン方法：LINE、認証アプリ",
        "同じ人：1枚にまとめる",
    ):
        assert words in page.text
    assert "s•••@home.example" in page.text
    assert "s•••@work.example" in page.text
    assert me(two.app, two.browser) == two.mine  # still signed in to one's own
    assert two.addresses(two.other) == Addresses(line=SAKURA, email=OTHER)


def test_two_become_one(two: Two) -> None:
    assert two.merge().path == "/account/security"
    assert two.addresses(two.mine) == Addresses(line=SAKURA, email=MAIL)
    assert two.addresses(two.other) is None
    assert two.parent in two.cards(two.mine)
    assert two.double not in two.cards(two.mine)
    acts_ = rows(two.app, "SELECT person_id FROM todo_acts")
    assert [row.person_id for row in acts_] == [two.child]  # the double's act followed
    apps = rows(two.app, "SELECT resident_id FROM authenticators")
    assert [row.resident_id for row in apps] == [two.mine]
    assert {to for to, _ in messages(two.app, "auth_merged")} == {MAIL, OTHER}
    assert "account.merged" in people.actions(two.app)


def test_nobody_signs_in_to_the_account_that_is_gone(two: Two, other: Browser) -> None:
    theirs = sign_in(two.app, two.other)
    two.merge()
    assert theirs.get("/account/security").path == "/sign-in"
    page = people.first_by_mail(other, two.app, OTHER)
    assert page.path == "/sign-in/set-up"  # as if it had never been


def test_the_chosen_ones_stay(two: Two) -> None:
    two.merge(email="theirs", profile="theirs", **{f"card-{two.double}": "both"})
    assert two.addresses(two.mine) == Addresses(line=SAKURA, email=OTHER)
    assert {two.child, two.double, two.parent} <= two.cards(two.mine)
    with two.app.app_context(), transaction() as session:
        own = family.own_person(session, two.mine, _own(two, two.mine))
        assert (own.nickname, own.sex) == ("さくら子", "F")


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_an_undo_by_the_link_gives_both_back_and_keeps_what_is_new(
    two: Two, other: Browser, choice: str
) -> None:
    before = _picture(two)
    two.merge(email=choice, profile=choice)
    with two.app.app_context(), transaction() as session:
        card = Card(relation="other", nickname="あとから", birthdate=date(2000, 1, 1))
        new = family.add_person(session, two.mine, card).id
    other.get(link_to(two.app, "auth_merged", OTHER))
    assert other.submit("元にもどす").heading == "2つのアカウントに戻りました"
    assert two.cards(two.mine) == before["mine"] | {new}
    after = _picture(two)
    assert after["values"] == before["values"]
    assert after["theirs"] == before["theirs"]
    assert after["addresses"] == before["addresses"]
    assert two.browser.get("/account/security").path == "/sign-in"
    assert {to for to, _ in messages(two.app, "auth_unmerged")} == {MAIL, OTHER}
    assert other.get(link_to(two.app, "auth_merged", OTHER)).status == 404


def test_what_was_changed_since_is_not_overwritten_by_the_undo(two: Two) -> None:
    two.merge(profile="theirs")
    with two.app.test_request_context(), transaction() as session:
        family.set_profile(session, two.mine, nickname="よしの", birthdate=date(1990, 4, 1))
        merged = acts.of(session, two.mine)[0]
        acts.undo(session, merged)
    assert _picture(two)["values"][two.mine] == "よしの"


def test_it_can_be_undone_on_the_security_page(two: Two) -> None:
    two.merge()
    page = two.browser.get("/account/security")
    two.browser.get(page.link("元にもどす"))
    assert two.browser.submit("元にもどす").heading == "2つのアカウントに戻りました"
    assert two.addresses(two.other) == Addresses(line=SAKURA, email=OTHER)


def test_after_thirty_days_the_rest_and_the_snapshot_are_gone(two: Two, other: Browser) -> None:
    two.merge()
    link = link_to(two.app, "auth_merged", OTHER)
    with two.app.app_context():
        acts.sweep()
    assert len(rows(two.app, "SELECT 1 FROM account_merges")) == 1
    change(two.app, "UPDATE account_merges SET until = until - interval '31 days'")
    with two.app.app_context():
        acts.sweep()
    assert rows(two.app, "SELECT 1 FROM account_merges") == []
    assert [row.id for row in rows(two.app, "SELECT id FROM residents")] == [two.mine]
    assert other.get(link).status == 404
    assert two.parent in two.cards(two.mine)


def test_the_snapshot_is_sealed(two: Two) -> None:
    two.merge(profile="theirs")
    [row] = rows(two.app, "SELECT log FROM account_merges")
    assert b"1990-04-01" not in bytes(row.log)
    assert bytes(row.log)[:1] == b"\x01"


def test_one_step_of_the_other_account_is_not_enough(two: Two) -> None:
    browser = two.browser
    browser.get("/account/merge")
    browser.submit("メールで")
    browser.submit(email=OTHER)
    browser.submit(code=people.sent_codes(two.app, OTHER)[-1])
    assert browser.get("/account/merge/preview").status == 409
    assert two.addresses(two.other) == Addresses(line=SAKURA, email=OTHER)


def test_an_old_session_proves_itself_before_it_merges(two: Two) -> None:
    two.prove()
    people.later(two.app, timedelta(minutes=6))
    assert two.browser.get("/account/merge/preview").path == "/sign-in/second-step"


def test_the_proof_of_another_browser_is_worth_nothing_here(two: Two, app: Flask) -> None:
    """Even a session that names another's flow gets nothing from it."""
    two.prove()
    with app.app_context(), transaction() as session:
        stranger = register_resident(session, email="momiji@home.example")
    theirs = sign_in(app, stranger)
    change(
        app,
        "UPDATE sessions SET data = data || jsonb_build_object('flow',"
        " (SELECT id::text FROM sign_in_flows WHERE purpose = 'merge'))",
    )
    assert theirs.get("/account/merge/preview").status == 409
    assert theirs.get("/sign-in/second-step").status == 409


def test_the_same_account_and_none_are_told(two: Two) -> None:
    for address, words in (
        (MAIL, "今ログインしているアカウントです"),
        ("nobody@home.example", "登録がありません"),
    ):
        two.browser.get("/account/merge")
        two.browser.submit("メールで")
        two.browser.submit(email=address)
        page = two.browser.submit(code=people.sent_codes(two.app, address)[-1])
        assert words in page.text


def test_line_proves_the_other_account_too(two: Two, line: LinePhone) -> None:
    browser = two.browser
    browser.get("/account/merge")
    page = browser.submit("LINEで", follow=False)
    page = browser.get(line.answer(page.response.headers["Location"]))
    assert page.path == "/sign-in/second-step"
    browser.get(page.link("認証アプリを使う"))
    assert browser.submit(code=people.app_code(two.secret)).path == "/account/merge/preview"


def test_two_cards_are_two_people(two: Two, app: Flask) -> None:
    with app.app_context(), transaction() as session:
        add(session, two.mine, CARD, "card-one")
        add(session, two.other, CARD, "card-two")
    page = two.prove()
    assert "別の人のアカウント" in page.text
    assert two.addresses(two.other) is not None


def test_one_merge_at_a_time(two: Two, app: Flask) -> None:
    two.merge()
    with app.app_context(), transaction() as session:
        third = register_resident(session, email="third@home.example", totp_secret=two.secret)
    with app.app_context(), pytest.raises(acts.MergedLately), transaction() as session:
        acts.preview(session, two.mine, third)


def test_too_many_people_are_not_merged(two: Two, app: Flask) -> None:
    with app.app_context(), transaction() as session:
        for number in range(family.MOST_PEOPLE - 2):
            card = Card(relation="other", birthdate=date(1980, 1, 1 + number))
            family.add_person(session, two.mine, card)
    page = two.prove()
    assert "20人" in page.text
    assert not [b for b in people.buttons(page) if b == "まとめる"]


def test_an_undo_leaves_what_somebody_else_has_now(two: Two, app: Flask) -> None:
    """The LINE that came over was unlinked since and belongs to another account now."""
    two.merge()
    with app.app_context(), transaction() as session:
        identities.remove(session, two.mine, "line")
        other = register_resident(session, line_user_id=SAKURA)
        acts.undo(session, acts.of(session, two.mine)[0])
    assert two.addresses(two.other) == Addresses(email=OTHER)
    assert two.addresses(other) == Addresses(line=SAKURA)


def _own(two: Two, account: UUID) -> UUID:
    query = "SELECT id FROM persons WHERE resident_id = :a AND relation = 'self'"
    found: UUID = rows(two.app, query, a=account)[0].id
    return found


def _picture(two: Two) -> dict[str, Any]:
    """What must be as it was."""
    with two.app.app_context(), transaction() as session:
        own = {
            a: family.own_person(session, a, _own(two, a)).nickname for a in (two.mine, two.other)
        }
        apps = {app.resident_id for app in session.query(Authenticator)}
    return {
        "mine": two.cards(two.mine),
        "theirs": two.cards(two.other),
        "values": own,
        "apps": apps,
        "addresses": [two.addresses(two.mine), two.addresses(two.other)],
    }
