"""Staff's and residents' pages of the city's website."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from portal.core.db import transaction
from portal.guide.city_pages.models import PageSource
from standins.processes import StandinProcess
from tests.browser import Browser
from tests.conftest import RESIDENT_HOST
from tests.notifications.city import WRITER, sign_in
from tests.portal.city_pages.conftest import BASE, HOSTS, Make, ran

CLERK = frozenset({"catalogue.view", "catalogue.edit"})


@pytest.fixture
def clerk(app: Flask) -> Browser:
    return sign_in(app, "staff", WRITER, CLERK)


def test_a_clerk_sets_up_a_source_and_reads_the_report(
    app: Flask, clerk: Browser, website: StandinProcess, work: Callable[[], None]
) -> None:
    clerk.get("/staff/pages/sources/new")
    wrong = clerk.submit(None, name="新着", kind="feed", url="ftp://x")
    assert wrong.errors
    clerk.submit(None, name="新着", kind="feed", url=f"{BASE}/rss.xml", hosts="\n".join(HOSTS))
    work()
    index = clerk.get("/staff/pages")
    assert "新着" in index.text
    assert "10" in index.text
    shown = clerk.get(index.link("新着"))
    report = clerk.get(shown.link("202"))
    assert "1歳6か月児健診のお知らせ" in report.text
    found = clerk.get("/staff/pages/list?q=ごみ&category=くらし")
    assert "年末年始のごみ収集" in found.text
    assert "健診" not in found.text


def test_a_source_that_can_not_work_is_refused_with_a_word(ctx: Flask, clerk: Browser) -> None:
    clerk.get("/staff/pages/sources/new")
    good = {"name": "一覧", "kind": "list", "url": f"{BASE}/x.html", "hosts": HOSTS[0]}
    assert clerk.submit(None, **good).errors  # a list needs its rows
    assert clerk.submit(None, **good, row_selector="a[[").errors
    assert clerk.submit(None, **(good | {"hosts": "other.example"}), row_selector="li").errors
    assert clerk.submit(None, **(good | {"hosts": "x/y"}), row_selector="li").errors
    with transaction() as session:
        assert session.query(PageSource).count() == 0
    clerk.submit(None, **good, row_selector="li")
    clerk.get("/staff/pages/sources/new")
    assert clerk.submit(None, **good, row_selector="li").errors  # the name is taken


def test_looking_is_not_changing(app: Flask, source: Make) -> None:
    feed = source()
    auditor = sign_in(app, "staff", WRITER, frozenset({"catalogue.view"}))
    assert auditor.get(f"/staff/pages/sources/{feed}").status == 200
    assert auditor.get("/staff/pages/sources/new").status == 403
    assert auditor.get(f"/staff/pages/sources/{feed}/edit").status == 403


def test_a_changed_address_is_read_anew_and_a_stopped_source_rests(
    clerk: Browser, source: Make
) -> None:
    feed = source()
    ran(feed)
    clerk.get(f"/staff/pages/sources/{feed}/edit")
    clerk.submit(None, url=f"{BASE}/atom.xml", active=None)
    with transaction() as session:
        kept = session.get_one(PageSource, feed)
        assert (kept.etag, kept.active) == ("", False)


def test_residents_read_the_news_by_category(
    app: Flask, browser: Browser, source: Make, website: StandinProcess
) -> None:
    ran(source())
    page = browser.get("/news")
    assert "年末年始のごみ収集" in page.text
    assert page.link("年末年始のごみ収集").startswith(website.url)
    only = browser.get("/news?category=防災")
    assert "冬の防災訓練を行います" in only.text
    assert "ごみ収集" not in only.text
    assert browser.get("/news?category=ない&page=99").status == 200


def test_a_category_leads_from_news_to_services_and_back(
    app: Flask, clerk: Browser, browser: Browser, source: Make
) -> None:
    ran(source())
    listing = clerk.get("/staff/pages/categories")
    clerk.get(listing.link("子育て"))
    clerk.submit(None, interests=["子育て"], services=["check_18m"])
    assert "子育て" in clerk.get("/staff/pages/categories").text
    with app.app_context():
        from portal.guide.city_pages import showing

        newest = showing.of_service("check_18m")
        assert newest[0].title == "1歳6か月児健診のお知らせ"
        page = browser.get(f"/news/{newest[0].id}")
    assert page.heading == "1歳6か月児健診のお知らせ"
    assert page.link("1歳6か月児健診").endswith("/services/check_18m")
    service = browser.get("/services/check_18m")
    assert "市のホームページから" in service.text
    assert service.link("1歳6か月児健診のお知らせ").endswith(f"/news/{newest[0].id}")


def test_interests_choose_news(app: Flask, clerk: Browser, source: Make) -> None:
    from datetime import date

    from portal.residents.family import set_profile
    from tests.portal.signing_in import new_resident
    from tests.portal.signing_in import sign_in as sign_in_resident

    ran(source())
    clerk.get("/staff/pages/category?name=防災")
    clerk.submit(None, interests=["防災"])
    me = new_resident(app)
    with app.test_request_context(), transaction() as session:
        set_profile(session, me, birthdate=date(1990, 4, 2), interests=["防災"])
    page = sign_in_resident(app, me).get("/news?mine=1")
    assert "冬の防災訓練を行います" in page.text
    assert "ごみ収集" not in page.text


def test_strangers_and_other_hosts(app: Flask) -> None:
    stranger = Browser(app, f"http://{RESIDENT_HOST}")
    assert stranger.get("/news/01890000-0000-7000-8000-000000000000").status == 404
    assert stranger.get("/news?mine=1").status == 200
