"""Stories of two parents and one card: inviting, accepting, checking off, leaving."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.core.audit import AuditEntry
from portal.core.clock import now, today
from portal.core.db import read, transaction
from portal.core.errors import NotFound
from portal.core.outbox import OutboxMessage
from portal.mypage import acts
from portal.mypage.models import TodoAct
from portal.residents import inviting, sharing
from portal.residents.family import Card, add_person
from portal.residents.models import Relation, Resident
from portal.residents.sharing_models import CardInvitation, CardShare
from tests.browser import Browser
from tests.portal.residents.homes import CHECK, CHECK_KEY, Homes, link_of, post
from tests.portal.signing_in import new_resident


def actions(app: Flask) -> list[str]:
    with app.app_context():
        return [row.action for row in read().execute(select(AuditEntry.action))]


def do(app: Flask, act: Any, *args: Any, **more: Any) -> Any:
    with app.test_request_context(), transaction() as session:
        return act(session, *args, **more)


def test_a_parent_invites_the_other_accepts_and_both_see_who_did_what(apart: Homes) -> None:
    a, b = apart.browser(apart.a), apart.browser(apart.b)
    a.get("/family")
    assert a.page
    a.get(a.page.link("共有 : あおば"))
    page = a.submit("リンクを作る", name="すみれ")
    assert page.status == 201
    assert "もう一度は表示できません" in page.text
    assert "https://line.me/R/share?text=" in page.html
    assert "mailto:?subject=" in page.html
    link = link_of(page.html)
    page = b.get(link)
    assert "「すみれ」さんが「あおば」のカード" in page.text
    assert str(apart.card().birthdate.year) not in page.text  # type: ignore[union-attr]
    page = b.submit("いっしょに使う", name="けやき")
    assert page.path == "/family"
    assert "共有: すみれ" in page.text
    assert CHECK in b.get("/my").text
    b.submit("できた")
    told = a.get("/my").text
    assert f"「{CHECK}」は、もう一人の保護者がすませました" in told
    assert told.count(CHECK) == 1  # no to-do any more
    done = a.get("/my/done")
    assert "もう一人の保護者（けやき）が" in done.text
    assert "済みにしました" in done.text
    a.submit("元にもどす")
    assert CHECK in b.get("/my").text
    assert {"card.invited", "card.shared", "todo.completed", "todo.undone"} <= set(
        actions(apart.app)
    )


def test_who_comes_new_by_the_link_is_led_back_to_it(apart: Homes, browser: Browser) -> None:
    _, secret = do(apart.app, inviting.invite, apart.a, apart.child, "すみれ", today())
    page = browser.get(f"/family/invitation/{secret}", follow=False)
    assert page.status == 303
    assert f"next=/family/invitation/{secret}" in page.response.headers["Location"]
    newcomer = new_resident(apart.app)
    b = apart.browser(newcomer)
    b.get(f"/family/invitation/{secret}")
    assert "あおば" in b.submit("いっしょに使う", name="けやき").text
    assert CHECK in b.get("/my").text


def test_a_link_works_once_and_for_seven_days(apart: Homes) -> None:
    app = apart.app
    _, secret = do(app, inviting.invite, apart.a, apart.child, "すみれ", today())
    _, late = do(app, inviting.invite, apart.a, apart.child, "すみれ", today())
    do(app, inviting.accept, apart.b, secret, "けやき")
    with pytest.raises(NotFound):
        do(app, inviting.accept, apart.stranger, secret, "もみじ")
    with app.app_context(), transaction() as session:
        session.execute(update(CardInvitation).values(until=now() - timedelta(seconds=1)))
    with pytest.raises(NotFound):
        do(app, inviting.accept, apart.stranger, late, "もみじ")
    assert apart.browser(apart.stranger).get(f"/family/invitation/{late}").status == 404
    with app.app_context():
        assert sharing.sweep() == 1


def test_a_link_is_kept_as_a_hash_and_names_are_sealed(apart: Homes) -> None:
    _, secret = do(apart.app, inviting.invite, apart.a, apart.child, "すみれ", today())
    with apart.app.app_context():
        row = read().exec_driver_sql("SELECT name, token_hash FROM card_invitations").one()
    assert secret.encode() not in bytes(row.token_hash)
    assert "すみれ".encode() not in bytes(row.name)


def test_the_owner_is_told_by_mail_or_line_without_names(apart: Homes) -> None:
    from auth import identities

    app = apart.app
    do(app, identities.add, apart.a, "email", "sumire@mado.example")
    apart.share()
    with app.app_context(), transaction() as session:
        [row] = session.scalars(select(OutboxMessage)).all()
        assert (row.message, row.to) == ("portal_card_shared", "sumire@mado.example")
        assert list(row.params) == ["url"] and row.params["url"].endswith("/family")


def test_what_one_hides_or_puts_off_stays_on_the_others_page(homes: Homes) -> None:
    a, b = homes.browser(homes.a), homes.browser(homes.b)
    b.get("/my")
    b.submit("対象外")
    assert CHECK not in b.get("/my").text
    assert CHECK in a.get("/my").text
    assert CHECK not in a.get("/my/done").text
    do(
        homes.app,
        acts.postpone,
        homes.a,
        homes.child,
        CHECK_KEY,
        "",
        until=today() + timedelta(9),
        today=today(),
    )
    assert CHECK not in a.get("/my").text
    assert len(b.get("/my/done").root.all("article")) == 1


def test_both_may_have_done_it_and_each_takes_back_the_own(homes: Homes) -> None:
    for who in (homes.a, homes.b):
        do(homes.app, acts.complete, who, homes.child, CHECK_KEY, "")
    do(homes.app, acts.undo, homes.b, homes.child, CHECK_KEY, "")
    with homes.app.app_context():
        found = select(TodoAct.by).where(TodoAct.undone_at.is_(None))
        assert read().execute(found).scalars().all() == [homes.a]


def test_leaving_takes_the_card_off_ones_own_page_only(homes: Homes) -> None:
    b = homes.browser(homes.b)
    b.get(f"/family/{homes.child}/sharing")
    page = b.submit("自分のページからはずす")
    assert "あおば" not in page.text
    assert CHECK not in b.get("/my").text
    a = homes.browser(homes.a).get("/family")
    assert "あおば" in a.text
    assert "共有:" not in a.text


def test_when_the_owner_removes_the_card_the_other_parent_keeps_it(homes: Homes) -> None:
    do(homes.app, acts.complete, homes.a, homes.child, CHECK_KEY, "")
    do(homes.app, acts.dismiss, homes.a, homes.child, "vac_mr1", "")
    page = post(homes.browser(homes.a), f"/family/{homes.child}/removal")
    assert "もう一人の保護者だけのもの" in page.text
    assert "あおば" not in page.text.replace("もう一人の保護者だけのもの", "")
    card = homes.card()
    assert card and card.resident_id == homes.b
    assert (card.district, card.facts, card.interests) == (None, {}, [])
    b = homes.browser(homes.b)
    assert "あおば" in b.get("/family").text
    assert CHECK in b.get("/my/done").text
    with homes.app.app_context():
        assert read().execute(select(CardShare.id)).all() == []
        assert read().execute(select(TodoAct.kind)).scalars().all() == ["done"]


def test_when_the_owner_is_erased_the_other_parent_keeps_the_card(homes: Homes) -> None:
    from auth import leaving

    app = homes.app
    do(app, leaving.leave, homes.a)
    assert "あおば" in homes.browser(homes.b).get("/family").text
    with app.app_context(), transaction() as session:
        session.execute(update(leaving.Departure).values(erase_at=now()))
    with app.app_context():
        leaving.sweep()
        gone = read().execute(select(Resident.id).where(Resident.id == homes.a)).first()
    assert gone is None
    card = homes.card()
    assert card and card.resident_id == homes.b


def test_only_children_are_shared(apart: Homes) -> None:
    app = apart.app
    parent = do(app, add_person, apart.a, Card(relation=Relation.PARENT)).id
    with pytest.raises(inviting.NotShared):
        do(app, inviting.invite, apart.a, parent, "すみれ", today())
    assert apart.browser(apart.a).get(f"/family/{parent}/sharing").status == 404
    grown = Card(relation=Relation.CHILD, birthdate=date(today().year - 19, 1, 1))
    adult = do(app, add_person, apart.a, grown).id
    with pytest.raises(inviting.GrownUp):
        do(app, inviting.invite, apart.a, adult, "すみれ", today())


def test_there_is_a_limit_to_links_and_to_people(apart: Homes) -> None:
    for _ in range(inviting.MOST_OPEN):
        do(apart.app, inviting.invite, apart.a, apart.child, "すみれ", today())
    with pytest.raises(inviting.TooMany):
        do(apart.app, inviting.invite, apart.a, apart.child, "すみれ", today())


def test_nobody_accepts_twice_or_from_themself(homes: Homes) -> None:
    _, secret = do(homes.app, inviting.invite, homes.a, homes.child, "すみれ", today())
    for who in (homes.a, homes.b):
        with pytest.raises(inviting.HasIt):
            do(homes.app, inviting.accept, who, secret, "けやき")


def test_an_expected_child_is_shared_and_its_end_is_said_once(apart: Homes) -> None:
    app = apart.app
    due = Card(relation=Relation.EXPECTED, expected_on=today() + timedelta(days=60))
    expected: UUID = do(app, add_person, apart.a, due).id
    apart.child = expected
    apart.share()
    b = apart.browser(apart.b)
    assert "生まれる予定の子" in b.get("/family").text
    assert "生まれる予定の子" in b.get("/my").text
    post(apart.browser(apart.a), f"/family/{expected}/silence")
    assert "何も出さず" in b.get("/family").text
    nav = b.get("/my").root.all("nav")
    assert not any("生まれる予定の子" in one.text for one in nav)


def test_a_name_to_show_is_asked_and_looked_at(apart: Homes) -> None:
    a = apart.browser(apart.a)
    a.get(f"/family/{apart.child}/sharing")
    assert a.submit("リンクを作る", name="").errors
    assert "病気、障がい" in a.submit("リンクを作る", name="うつの人").text
    assert a.submit("リンクを作る", name="うつの人", keep_anyway="y").status == 201


def test_my_page_costs_no_more_queries_for_shared_cards(homes: Homes, count_queries: Any) -> None:
    b = homes.browser(homes.b)
    b.get("/my")
    with count_queries() as statements:
        b.get("/my")
    assert len(statements) <= 4, statements
