"""The My Number card: a way in, and a record that is kept apart (attack case 36)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from auth.card import reading, rules
from auth.card.reading import Record
from auth.card.records import Verified
from auth.card.rules import Typed
from auth.identities import EMAIL, resident_of
from portal.core.clock import today
from portal.core.db import read, transaction
from portal.residents import family
from portal.residents.reading import card_of
from tests.auth import people
from tests.auth.federation.conftest import reasons
from tests.auth.federation.liar import Liar
from tests.auth.federation.wallet import Wallet
from tests.browser import Browser

MAIL, OTHER = "momiji@home.example", "keyaki@home.example"


@pytest.fixture
def wallet(app: Flask, browser: Browser, liar: Liar) -> Wallet:
    """Momiji, who has registered by mail and holds a card."""
    people.register_by_mail(browser, app, MAIL)
    return Wallet(browser, liar)


def records(app: Flask, mail: str = MAIL) -> list[Record]:
    with app.app_context(), transaction() as session:
        owner = resident_of(session, EMAIL, mail)
        assert owner is not None
        return reading.records_of(session, owner)


def types(app: Flask, **values: Any) -> None:
    """What Momiji typed on her own person card."""
    with app.app_context(), transaction() as session:
        owner = resident_of(session, EMAIL, MAIL)
        assert owner is not None
        family.set_profile(session, owner, nickname="もみじ", **values)


def typed(app: Flask) -> Any:
    with app.app_context():
        owner = resident_of(read(), EMAIL, MAIL)
        assert owner is not None
        return card_of(owner)


def test_connecting_names_both_and_makes_a_record(app: Flask, wallet: Wallet) -> None:
    wallet.browser.get("/account/security")
    page = wallet.hold("カードをつなぐ")
    assert "もみじ" in page.text
    assert "m" in page.text
    assert "@home.example" in page.text
    assert records(app) == []  # nothing before the yes
    page = wallet.browser.submit("はい")
    assert page.path == "/account/card"
    record = records(app)[0]
    assert record.verified == Verified("もみじ", date(1990, 3, 15), "F", "まど市みなと一丁目2番3号")
    assert (record.source, record.issuer, record.acr) == ("card", wallet.liar.url, "jpki")
    assert ("mail", MAIL, "card") in people.receipts(app)
    assert "マイナンバーカードで確認済み" in wallet.browser.get("/account/security").text


def test_the_record_is_sealed_and_typed_data_stay(app: Flask, wallet: Wallet) -> None:
    types(app, birthdate=date(1990, 3, 16), sex="M", district="kawabe")
    wallet.connect()
    me = typed(app)
    assert (me.birthdate, me.sex, me.district) == (date(1990, 3, 16), "M", "kawabe")
    with app.app_context():
        raw = read().execute(text("SELECT claims FROM verified_records")).scalar_one()
        subject = read().execute(text("SELECT subject FROM identities WHERE issuer='card'"))
        assert "もみじ".encode() not in bytes(raw)
        assert wallet.subject.encode() not in bytes(subject.scalar_one())


def test_differences_are_taken_over_only_where_ticked(app: Flask, wallet: Wallet) -> None:
    types(app, birthdate=date(1990, 3, 16), sex="M", district="kawabe")
    page = wallet.connect()
    assert "ご自分で入れた内容とのちがい" in page.text
    wallet.browser.submit("選んだものを合わせる")
    assert typed(app).birthdate == date(1990, 3, 16)
    wallet.browser.get("/account/card")
    page = wallet.browser.submit(
        "選んだものを合わせる", field=["birthdate", "district", "nickname"]
    )
    me = typed(app)
    assert (me.birthdate, me.sex, me.district) == (date(1990, 3, 15), "M", "minato")
    assert me.nickname == "もみじ"


def test_signing_in_by_card_is_two_factors_in_one(
    app: Flask, wallet: Wallet, other: Browser
) -> None:
    wallet.connect()
    phone = Wallet(other, wallet.liar)
    assert phone.sign_in().status == 200
    assert people.session_of(app) == ("jpki", ["sc", "pin", "mfa"])
    assert len(records(app)) == 1  # to sign in no attributes are asked


def test_an_unknown_card_opens_nothing(app: Flask, wallet: Wallet, other: Browser) -> None:
    page = Wallet(other, wallet.liar).sign_in()
    assert page.status == 400
    assert "まだつながれていません" in page.heading
    assert "sign_in.first_proven" not in people.actions(app)[-2:]


def test_a_card_of_less_assurance_is_refused(app: Flask, wallet: Wallet, other: Browser) -> None:
    wallet.connect()
    phone = Wallet(other, wallet.liar)
    for acr in ("aal2", "jpki", None):
        assert phone.sign_in(acr=acr).status == 400
    assert reasons(app) == ["token_acr"] * 3


def test_an_old_look_at_the_card_is_refused(app: Flask, wallet: Wallet, other: Browser) -> None:
    """A stopped card must not open the account by what was true an hour ago."""
    wallet.connect()
    phone = Wallet(other, wallet.liar)
    for at in (1_600_000_000, None, "now"):
        assert phone.sign_in(auth_time=at).status == 400
    assert reasons(app) == ["token_auth_time"] * 3


def test_an_old_answer_is_not_connected(app: Flask, wallet: Wallet) -> None:
    wallet.browser.get("/account/security")
    wallet.hold("カードをつなぐ")
    with app.app_context(), transaction() as session:
        session.execute(
            text("UPDATE federation_answers SET proven_at = proven_at - :by"),
            {"by": timedelta(minutes=11)},
        )
    assert wallet.browser.submit("はい").status == 409
    assert records(app) == []


def test_a_card_opens_one_account_only(
    app: Flask, wallet: Wallet, other: Browser, liar: Liar
) -> None:
    wallet.connect()
    people.register_by_mail(other, app, OTHER)
    other.get("/account/security")
    page = Wallet(other, liar).hold("カードをつなぐ")
    assert page.status == 409
    assert records(app, OTHER) == []


def test_two_tabs_connect_one_card_to_two_accounts_once(
    app: Flask, wallet: Wallet, other: Browser, liar: Liar
) -> None:
    people.register_by_mail(other, app, OTHER)
    wallet.browser.get("/account/security")
    wallet.hold("カードをつなぐ")
    other.get("/account/security")
    Wallet(other, liar).hold("カードをつなぐ")
    wallet.browser.submit("はい")
    assert other.submit("はい").status == 409
    assert records(app, OTHER) == []


def test_a_childs_card_is_not_the_guardians_to_connect(app: Flask, wallet: Wallet) -> None:
    child = today().replace(year=today().year - 10, day=1)
    wallet.told["birthdate"] = child.strftime("%Y%m%d")
    wallet.browser.get("/account/security")
    page = wallet.hold("カードをつなぐ")
    assert page.status == 400
    assert "15歳未満" in page.text
    assert records(app) == []


def test_another_persons_birthdate_is_said_loudly(app: Flask, wallet: Wallet) -> None:
    types(app, birthdate=date(1960, 1, 1))
    wallet.browser.get("/account/security")
    assert "ご家族のカードはつながないでください" in wallet.hold("カードをつなぐ").text


def test_a_newer_record_does_not_overwrite_the_older(app: Flask, wallet: Wallet) -> None:
    wallet.connect()
    wallet.told["address"] = {"formatted": "まど市かわべ二丁目1番1号"}
    wallet.browser.get("/account/card")
    assert wallet.hold("もう一度読み取る").path == "/account/card/confirm"
    page = wallet.browser.submit("はい")
    found = [one.verified.address for one in records(app)]
    assert found == ["まど市かわべ二丁目1番1号", "まど市みなと一丁目2番3号"]
    assert "まど市みなと一丁目2番3号" in page.text
    assert [method for _, _, method in people.receipts(app)].count("card") == 1


def test_a_broken_attribute_is_refused(app: Flask, wallet: Wallet) -> None:
    for told, reason in (
        ({"birthdate": "1990-03-15"}, "attribute_birthdate"),
        ({"birthdate": "19900231"}, "attribute_birthdate"),
        ({"birthdate": None}, "attribute_missing"),
        ({"name": ["a"]}, "attribute_name"),
        ({"name": "a\nb"}, "attribute_name"),
    ):
        wallet.told = {**wallet.told, **told}
        wallet.browser.get("/account/security")
        assert wallet.hold("カードをつなぐ").status == 400
        assert reasons(app)[-1] == reason
        wallet.told = dict(Wallet(wallet.browser, wallet.liar).told)


def test_the_userinfo_of_another_person_is_refused(app: Flask, wallet: Wallet) -> None:
    wallet.told["sub"] = "another-person"
    wallet.browser.get("/account/security")
    assert wallet.hold("カードをつなぐ").status == 400
    assert reasons(app) == ["userinfo_sub"]


def test_connecting_wants_fresh_proof(app: Flask, wallet: Wallet) -> None:
    people.later(app, timedelta(minutes=6))
    wallet.browser.get("/account/security")
    assert wallet.browser.submit("カードをつなぐ").path == "/sign-in/second-step"


def test_the_answer_for_one_account_is_nothing_in_another(
    app: Flask, wallet: Wallet, other: Browser
) -> None:
    people.register_by_mail(other, app, OTHER)
    wallet.browser.get("/account/security")
    callback = wallet.callback("カードをつなぐ")
    assert other.get(callback).status == 400
    assert other.get("/account/card/confirm").status == 409


def test_the_card_proves_again_before_a_change(app: Flask, wallet: Wallet) -> None:
    wallet.connect()
    people.later(app, timedelta(minutes=6))
    wallet.browser.get("/account/email")
    page = wallet.hold("マイナンバーカードを使う")
    assert page.path == "/account/email"
    found = people.session_of(app)
    assert found is not None
    assert found[0] == "jpki"


def test_anothers_card_proves_nothing(app: Flask, wallet: Wallet) -> None:
    wallet.connect()
    people.later(app, timedelta(minutes=6))
    wallet.browser.get("/account/email")
    stranger = Wallet(wallet.browser, wallet.liar, "another-card")
    assert stranger.hold("マイナンバーカードを使う").status == 400
    assert wallet.browser.get("/account/email").path == "/sign-in/second-step"
    assert reasons(app) == ["other_account"]


def test_disconnecting_keeps_or_forgets_as_asked(app: Flask, wallet: Wallet) -> None:
    wallet.connect()
    wallet.browser.get("/account/card/disconnect")
    wallet.browser.submit("つながりを切る", keep="yes")
    assert len(records(app)) == 1
    wallet.browser.get("/account/card/disconnect")
    wallet.browser.submit("消す")
    assert records(app) == []
    assert ("mail", MAIL, "card_removed") in people.receipts(app)


def test_rules_of_age_and_district() -> None:
    day = date(2026, 11, 20)
    assert rules.too_young(Verified(birthdate=date(2011, 11, 21)), day)
    assert not rules.too_young(Verified(birthdate=date(2011, 11, 20)), day)
    assert rules.age(date(2012, 2, 29), date(2027, 2, 28)) == 14
    names = {"minato": "みなと", "kita": "みなときた"}
    assert rules.district_in("県まど市みなときた1", "まど市", names) == "kita"
    assert rules.district_in("別の市みなと1", "まど市", names) is None
    assert not rules.another_person(Verified(), Typed(date(2000, 1, 1)))


def test_the_card_is_a_second_step_after_a_mail(app: Flask, wallet: Wallet, other: Browser) -> None:
    wallet.connect()
    people.first_by_mail(other, app, MAIL)
    assert people.buttons(other.get("/sign-in/second-step"))
    Wallet(other, wallet.liar).hold("マイナンバーカードを使う")
    assert people.session_of(app) == ("jpki", ["email", "sc", "pin", "mfa"])


def test_of_two_tabs_only_the_last_one_comes_back(app: Flask, wallet: Wallet) -> None:
    """An answer never goes to a flow it was not asked for."""
    wallet.browser.get("/account/security")
    first = wallet.callback("カードをつなぐ")
    wallet.browser.get("/account/security")
    second = wallet.callback("カードをつなぐ")
    assert wallet.browser.get(first).status == 400
    assert reasons(app) == ["state"]
    assert wallet.browser.get(second).path == "/account/card/confirm"


def test_a_flow_of_another_account_is_not_finished_here(
    app: Flask, wallet: Wallet, other: Browser
) -> None:
    people.register_by_mail(other, app, OTHER)
    wallet.browser.get("/account/security")
    wallet.hold("カードをつなぐ")
    with app.app_context(), transaction() as session:
        session.execute(
            text("UPDATE sign_in_flows SET account_id = :other WHERE purpose = 'card'"),
            {"other": resident_of(session, EMAIL, OTHER)},
        )
    assert wallet.browser.get("/account/card/confirm").status == 409
