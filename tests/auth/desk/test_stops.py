""" "This was not me": the old addresses stop a recovery, and only the counter goes on."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask

from auth import recovery_effects
from auth.identities import Addresses
from tests.auth import people
from tests.auth.conftest import SAKURA
from tests.auth.desk import counter
from tests.auth.desk.counter import MAIL
from tests.browser import Browser
from tests.notifications.city import sign_in

NEW = "thief@evil.example"


def link(app: Flask, address: str, what: str) -> str:
    """The way to stop it in the newest such notice."""
    stop = [told[3] for told in counter.told(app) if told[1:3] == (address, what)][-1]
    assert stop is not None
    return urlsplit(stop).path


def stops(app: Flask, address: str, what: str) -> None:
    owner = Browser(app, "http://localhost:8000")
    owner.get(link(app, address, what))
    assert owner.submit("わたしではありません").path == "/sign-in/stopped"


def test_a_mail_scanner_stops_nothing(app: Flask, browser: Browser) -> None:
    counter.sakura(app)
    code = counter.desk_code(app, "phone")
    browser.get(link(app, MAIL, "asked"))
    counter.by_mail(browser, app)
    assert browser.submit(lost="phone", code=code).path == "/account/recovered"


def test_a_request_at_the_counter_is_stopped(app: Flask, browser: Browser) -> None:
    counter.sakura(app, line=SAKURA)
    code = counter.desk_code(app, "all")
    stops(app, SAKURA, "asked")
    counter.by_mail(browser, app, NEW)
    assert browser.submit(lost="phone", code=code).errors
    assert "recovery.stopped" in people.actions(app)


def test_what_waits_is_stopped_and_never_takes_effect(app: Flask, browser: Browser) -> None:
    who = counter.sakura(app, line=SAKURA)
    code = counter.desk_code(app, "all")
    counter.by_mail(browser, app, NEW)
    browser.submit(lost="phone", code=code)
    stops(app, MAIL, "waiting")
    counter.pass_by(app, 100)
    with app.app_context():
        assert recovery_effects.take_due() == 0
    assert counter.addresses(app, who) == Addresses(line=SAKURA, email=MAIL)


def test_after_a_stop_paper_codes_recover_nothing(app: Flask, browser: Browser) -> None:
    who = counter.sakura(app, line=SAKURA)
    codes = counter.paper_codes(app, who)
    counter.desk_code(app, "phone")
    stops(app, SAKURA, "asked")
    counter.by_mail(browser, app)
    assert browser.submit(lost="line", code=codes[0]).status == 403
    assert counter.addresses(app, who) == Addresses(line=SAKURA, email=MAIL)
    people.later(app, timedelta(minutes=2))
    people.first_by_mail(browser, app, MAIL)  # but the owner signs in as ever
    browser.get("/sign-in/second-step/recovery")
    browser.submit(code=codes[0], follow=False)
    assert counter.residents_in(app) == 1


def test_who_got_in_by_recovery_is_thrown_out_and_stays_out(app: Flask, browser: Browser) -> None:
    """A thief with the mail and the paper; the owner still reads LINE."""
    who = counter.sakura(app, line=SAKURA)
    codes = counter.paper_codes(app, who)
    counter.by_mail(browser, app)
    browser.submit(lost="line", code=codes[0])
    stops(app, SAKURA, "done")
    assert browser.get("/account/security").path == "/sign-in"
    people.later(app, timedelta(minutes=2))
    people.first_by_mail(browser, app, MAIL)
    browser.get("/sign-in/second-step/recovery")
    page = browser.submit(code=codes[1])
    assert page.status == 403 and "窓口" in page.heading
    assert counter.residents_in(app) == 0
    assert "sign_in.held" in people.actions(app)


def test_the_counter_lifts_the_hold_and_no_link_stops_it_again(
    app: Flask, browser: Browser
) -> None:
    """A thief holds the lost phone and pressed "not me": its owner comes with a document."""
    who = counter.sakura(app, line=SAKURA)
    codes = counter.paper_codes(app, who)
    counter.by_mail(browser, app)
    browser.submit(lost="phone", code=codes[0])
    old = link(app, SAKURA, "done")
    stops(app, SAKURA, "done")
    code = counter.desk_code(app, "phone")
    assert [told[3] for told in counter.told(app) if told[2] == "asked"] == [None]
    people.later(app, timedelta(minutes=2))
    counter.by_mail(browser, app)
    assert browser.submit(lost="phone", code=code).path == "/account/recovered"
    assert browser.get(old).status == 409
    assert counter.addresses(app, who) == Addresses(email=MAIL)


def test_a_contested_new_address_waits_three_days(app: Flask, browser: Browser) -> None:
    who = counter.sakura(app, line=SAKURA)
    counter.desk_code(app, "all")
    stops(app, MAIL, "asked")
    first, second = counter.clerk(app, 3), counter.clerk(app, 4)
    code = counter.agrees(second, counter.asks(first, "all"))
    counter.by_mail(browser, app, NEW)
    browser.submit(lost="phone", code=code)
    counter.pass_by(app, 25)
    with app.app_context():
        assert recovery_effects.take_due() == 0
    second.get(second.get("/staff/assist").link("202"))
    assert "止める" in second.page.text if second.page else False
    counter.pass_by(app, 48)
    with app.app_context():
        assert recovery_effects.take_due() == 1
    assert counter.addresses(app, who) == Addresses(email=NEW)


def test_one_clerk_stops_what_waits(app: Flask, browser: Browser) -> None:
    counter.sakura(app, line=SAKURA)
    first, second = counter.clerk(app, 3), counter.clerk(app, 4)
    case = counter.asks(first, "all")
    code = counter.agrees(second, case)
    counter.by_mail(browser, app, NEW)
    browser.submit(lost="phone", code=code)
    first.get(case.path)
    first.submit("止める")
    counter.pass_by(app, 25)
    with app.app_context():
        assert recovery_effects.take_due() == 0


def test_a_link_is_nothing_without_its_proof(app: Flask, browser: Browser) -> None:
    counter.sakura(app)
    counter.asks(counter.clerk(app, 1), "phone")
    path = link(app, MAIL, "asked")
    assert browser.get(path[:-1] + ("0" if path[-1] != "0" else "1")).status == 409
    counter.pass_by(app, 3)
    assert browser.get(path).status == 409  # over


def test_a_stop_is_possible_for_a_week(app: Flask, browser: Browser) -> None:
    who = counter.sakura(app, line=SAKURA)
    codes = counter.paper_codes(app, who)
    counter.by_mail(browser, app)
    browser.submit(lost="line", code=codes[0])
    counter.pass_by(app, 6 * 24)
    assert browser.get(link(app, SAKURA, "done")).status == 200
    counter.pass_by(app, 24.1)
    assert browser.get(link(app, SAKURA, "done")).status == 409
    assert sign_in(app, "resident", who).get("/account/security").status == 200
