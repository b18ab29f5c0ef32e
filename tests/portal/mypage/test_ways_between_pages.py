"""From a service to a visit sheet and to the online form; stars; what the other parent did."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from portal.catalogue import upcoming
from portal.catalogue.load import load_catalogue
from portal.catalogue.reverse import birthdates_opening_between
from portal.core.clock import today
from portal.core.db import read, transaction
from portal.guide.facilities.importing import import_file
from portal.guide.facilities.showing import places
from portal.mypage import acts
from portal.residents.models import Person
from portal.search import indexing
from tests.browser import Browser
from tests.portal.facilities.test_facilities import GOOD
from tests.portal.residents.homes import CHECK, CHECK_KEY, Homes, make_homes

LINE = "Mozilla/5.0 (iPhone) Safari Line/14.0.0"
STAR, NO_STAR = "お気に入りに入れる", "お気に入りから外す"


@pytest.fixture
def homes(app: Flask) -> Homes:
    return make_homes(app)


def test_a_counter_procedure_leads_to_a_visit_sheet_with_it_chosen(
    app: Flask, homes: Homes
) -> None:
    browser = homes.browser(homes.a)
    assert "来庁シートを作る" not in browser.get("/services/move_in").text  # nothing to do there
    with app.test_request_context(), transaction() as session:
        facts = {"moved_in": (today() - timedelta(days=3)).isoformat()}
        session.query(Person).filter_by(resident_id=homes.a, relation="self").update(
            {"facts": facts}
        )
    page = browser.get("/services/move_in")
    way = page.link("来庁シートを作る")
    [pick] = parse_qs(urlsplit(way).query)["pick"]
    assert pick.split("~")[1] == "move_in"
    browser.get(way)
    assert page.heading in browser.submit("シートを作る").text
    assert "来庁シートを作る" not in homes.browser(homes.stranger).get(page.url).text


def test_who_comes_back_from_an_online_procedure_is_asked(app: Flask, homes: Homes) -> None:
    browser = homes.browser(homes.a)
    page = browser.get("/services/child_allowance")
    way = page.link("ネットで")
    assert urlsplit(way).path == "/services/child_allowance/online"
    answer = browser.client.get(way, base_url=browser.base)
    assert answer.status_code == 303
    assert urlsplit(answer.headers["Location"]).hostname not in (None, "localhost")
    assert "ちょっとお聞きします" in browser.get("/my").text
    inside = browser.client.get(
        "/services/child_allowance", base_url=browser.base, headers={"User-Agent": LINE}
    )
    assert "/services/child_allowance/online" not in inside.get_data(as_text=True)
    assert "openExternalBrowser=1" in inside.get_data(as_text=True)
    assert browser.get("/services/no_such_service/online").status == 404


def test_certificates_places_and_links_take_stars(app: Flask, homes: Homes) -> None:
    with app.app_context():
        with transaction() as session:
            import_file(session, GOOD.encode(), name="f.csv", dry_run=False)
        indexing.refresh()
        library = places("facility", words="市立図書館")[0]
    browser = homes.browser(homes.a)
    for path in ("/certificates/juminhyo", f"/facilities/{library.id}"):
        page = browser.get(path)
        assert NO_STAR in browser.submit(f"{STAR} : {page.heading}").text
    browser.get("/links")
    browser.submit(f"{STAR} : 電子申請")
    kept = browser.get("/my/favourites")
    assert all(each in kept.text for each in ("住民票の写し", "市立図書館", "電子申請"))
    assert kept.link("住民票の写し").endswith("/certificates/juminhyo")


def test_each_parent_sees_on_my_page_what_the_other_did(app: Flask, homes: Homes) -> None:
    homes.share()
    told = f"「{CHECK}」は、もう一人の保護者がすませました"
    with app.test_request_context(), transaction() as session:
        acts.complete(session, homes.b, homes.child, CHECK_KEY, "")
    assert told in homes.browser(homes.a).get("/my").text
    assert told not in homes.browser(homes.b).get("/my").text
    with app.test_request_context(), transaction() as session:
        acts.undo(session, homes.b, homes.child, CHECK_KEY, "")
    assert told not in homes.browser(homes.a).get("/my").text


def test_a_shared_child_is_one_person_of_two_accounts(app: Flask, homes: Homes) -> None:
    month = upcoming.month_of(today())
    with app.app_context(), transaction() as session:
        rule = load_catalogue().service(CHECK_KEY).versions[0].rule
        born = birthdates_opening_between(rule, *month)[0].first
        session.get_one(Person, homes.child).birthdate = born

    def counted(day: date) -> tuple[int, int]:
        with app.app_context():
            lines = upcoming.counted(
                upcoming.coming(load_catalogue(), *upcoming.month_of(day)), read()
            )
        [line] = [one for one in lines if (one.what, one.service.key) == ("opens", CHECK_KEY)]
        return line.persons, line.residents

    assert counted(today()) == (1, 1)
    homes.share()
    assert counted(today()) == (1, 2)


def test_strangers_see_no_stars(browser: Browser) -> None:
    for path in ("/certificates/juminhyo", "/links"):
        assert STAR not in browser.get(path).text
