"""The public portal: one address a page, sitemap, robots, structured data, safe copies, 404."""

from __future__ import annotations

import json
from datetime import date
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.catalogue import editing
from portal.catalogue.load import Thing, load_catalogue, shipped_entries
from portal.core.clock import today
from portal.core.db import transaction
from portal.core.ids import new_id
from portal.core.languages import LANGUAGES
from portal.core.web.access import access_of
from portal.guide.public import PublicPage, public_pages
from portal.mypage.life_events import EVENTS
from tests.browser import Browser, Element, Page
from tests.conftest import STAFF_HOST
from tests.portal.signing_in import resident_born, sign_in

NAMESPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
BASE = "http://localhost:8000"
PUBLIC = ("/", "/menu", "/services", "/services/garbage", "/life-events", "/life-events/birth",
          "/desks", "/desks/children", "/certificates", "/certificates/juminhyo", "/links",
          "/privacy", "/accessibility", "/news", "/facilities", "/shelters")  # fmt: skip


def addresses(client: FlaskClient) -> dict[str, str]:
    answer = client.get("/sitemap.xml", base_url=BASE)
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    root = ElementTree.fromstring(answer.get_data())
    return {
        url.findtext("s:loc", "", NAMESPACE): url.findtext("s:lastmod", "", NAMESPACE)
        for url in root
    }


def data(page: Page) -> dict[str, dict[str, object]]:
    scripts = [
        each
        for each in page.root.all("script")
        if each.attributes.get("type") == "application/ld+json"
    ]
    return {(found := json.loads(each.text))["@type"]: found for each in scripts}


def head(page: Page, relation: str) -> list[str]:
    return [
        each.attributes["href"]
        for each in page.root.all("link")
        if each.attributes.get("rel") == relation
    ]


def navigation(page: Page, name: str, value: str) -> Element:
    [found] = [each for each in page.root.all("nav") if each.attributes.get(name) == value]
    return found


def test_the_sitemap_lists_pages_that_are_there(client: FlaskClient, browser: Browser) -> None:
    found = addresses(client)
    assert {f"{BASE}/services/{each.key}" for each in load_catalogue().services} <= found.keys()
    assert {f"{BASE}/life-events/{each.key}" for each in EVENTS} <= found.keys()
    assert {f"{BASE}{path}" for path in PUBLIC} <= found.keys()
    for address, changed in found.items():
        assert not changed or date.fromisoformat(changed) <= today()
        page = browser.get(address.removeprefix(BASE))
        assert page.status == 200, address
        assert head(page, "canonical") == [address]


def test_the_sitemap_is_of_this_application_only(app: Flask, client: FlaskClient) -> None:
    public_pages(app).providers.append(lambda: [PublicPage("/a?b=1&c=<2>")])
    assert f"{BASE}/a?b=1&c=<2>" in addresses(client)


def test_robots(client: FlaskClient) -> None:
    text = client.get("/robots.txt", base_url=BASE).get_data(as_text=True)
    assert f"Sitemap: {BASE}/sitemap.xml" in text
    for path in ("/my", "/staff", "/account", "/search"):
        assert f"Disallow: {path}\n" in text
    staff = client.get("/robots.txt", base_url=f"http://{STAFF_HOST}").get_data(as_text=True)
    assert staff == "User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize("path", PUBLIC)
def test_a_page_has_one_address(browser: Browser, path: str) -> None:
    page = browser.get(f"{path}?utm_source=line&device=card&next=/x")
    assert head(page, "canonical") == [BASE + path]
    others = [f"{BASE}{path}?lang={code}" for code in list(LANGUAGES)[1:]]
    assert head(page, "alternate") == [BASE + path, *others, BASE + path]
    english = browser.get(f"{path}?lang=en")
    assert head(english, "canonical") == [f"{BASE}{path}?lang=en"]


def test_a_category_is_an_address_of_its_own(browser: Browser) -> None:
    page = browser.get("/services?x=1&category=子育て")
    [address] = head(page, "canonical")
    assert address == f"{BASE}/services?category=%E5%AD%90%E8%82%B2%E3%81%A6"


def test_pages_of_one_person_have_none(app: Flask, client: FlaskClient) -> None:
    browser = sign_in(app, resident_born(app, date(1990, 4, 2)))
    page = browser.get("/my")
    assert page.status == 200
    assert head(page, "canonical") == []
    assert not any(each.startswith(f"{BASE}/my") for each in addresses(client))


def test_only_open_pages_are_told_to_search_engines(app: Flask) -> None:
    for endpoint in public_pages(app).kept:
        access = access_of(app, endpoint)
        assert access is not None, endpoint
        assert not access.signed_in, endpoint
        assert "resident" in access.faces, endpoint


def test_structured_data_of_a_service(browser: Browser) -> None:
    page = browser.get("/services/child_allowance")
    found = data(page)
    service = found["GovernmentService"]
    assert service["name"] == page.heading == "児童手当の申請"
    assert service["url"] == f"{BASE}/services/child_allowance"
    assert service["provider"] == {"@type": "GovernmentOrganization", "name": "まど市"}
    way = found["BreadcrumbList"]["itemListElement"]
    assert isinstance(way, list)
    names = [each["name"] for each in way]
    assert names == ["最初のページ", "すべての手続きとサービス", "子育て", "児童手当の申請"]
    assert navigation(page, "aria-label", "今いる場所").text == " › ".join(names[:-1])
    assert data(browser.get("/services/child_allowance?lang=en"))["GovernmentService"]["name"] == (
        "Applying for child allowance"
    )


def test_structured_data_can_not_break_out_of_its_script(app: Flask) -> None:
    with app.test_request_context("/"):
        made = app.jinja_env.from_string("{{ x|tojson }}").render(x="</script><b>&'")
    assert "<" not in made
    assert json.loads(made) == "</script><b>&'"


def test_open_graph(browser: Browser) -> None:
    page = browser.get("/services/child_allowance")
    found = {
        each.attributes["property"]: each.attributes["content"]
        for each in page.root.all("meta")
        if each.attributes.get("property", "").startswith("og:")
    }
    assert found["og:title"] == "児童手当の申請"
    assert found["og:url"] == f"{BASE}/services/child_allowance"
    assert found["og:site_name"] == "まど市"
    assert "3歳未満" in found["og:description"]


def test_every_life_event_lists_its_services(browser: Browser) -> None:
    index = browser.get("/life-events")
    for each in EVENTS:
        page = browser.get(f"/life-events/{each.key}")
        assert page.root.all("article"), each.key
        assert page.heading in index.text
    assert browser.get("/life-events/party").status == 404


def test_every_desk_says_where_it_is_and_what_is_done_there(browser: Browser) -> None:
    index = browser.get("/desks")
    for each in load_catalogue().desks.values():
        page = browser.get(f"/desks/{each.key}")
        assert each.phone in page.text
        assert each.name.ja in index.text
    services = {each.key for each in load_catalogue().services if each.desk.key == "children"}
    found = {
        urlsplit(link.attributes["href"]).path.rpartition("/")[2]
        for article in browser.get("/desks/children").root.all("article")
        for link in article.all("a")
        if not link.attributes["href"].startswith("tel:")
    }
    assert found == services
    assert browser.get("/desks/moon").status == 404


def test_the_menu_stays_put(browser: Browser) -> None:
    menus = set()
    for path in PUBLIC:
        bar = navigation(browser.get(path), "class", "bar")
        menus.add(tuple(link.attributes["href"] for link in bar.all("a")))
    assert len(menus) == 1


@pytest.mark.parametrize("path", ["/services?category=子育て", "/certificates/juminhyo", "/desks"])
def test_signing_in_leads_back(browser: Browser, path: str) -> None:
    page = browser.get(path)
    [link] = {each.attributes["href"] for each in page.root.all("a") if each.text == "ログイン"}
    target = browser.get(link)
    assert target.path == "/sign-in"
    assert parse_qs(urlsplit(link).query)["next"] == [path]


def test_a_page_that_is_gone_helps(browser: Browser) -> None:
    page = browser.get("/services/gone")
    assert page.status == 404
    assert page.form("さがす").attributes["action"] == "/search"
    assert page.link("メニュー").endswith("/menu")


@pytest.mark.parametrize("path", PUBLIC)
def test_copies_may_be_kept_of_what_is_nobodys(client: FlaskClient, path: str) -> None:
    first = client.get(path, base_url=BASE)
    assert first.headers["Cache-Control"].startswith("public, ")
    assert "Cookie" in first.headers["Vary"]
    assert "Set-Cookie" not in first.headers
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]}, base_url=BASE)
    assert (again.status_code, again.get_data()) == (304, b"")
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    other = client.get(path, headers={"If-None-Match": 'W/"other"'}, base_url=BASE)
    assert other.status_code == 200


def test_what_changes_by_the_minute_is_asked_about(client: FlaskClient) -> None:
    assert client.get("/certificates", base_url=BASE).headers["Cache-Control"] == "public, no-cache"
    assert client.get("/services", base_url=BASE).headers["Cache-Control"] == "public, max-age=60"


def test_nothing_of_a_person_is_kept(app: Flask, client: FlaskClient) -> None:
    browser = sign_in(app, resident_born(app, date(1990, 4, 2)))
    for path in ("/services/garbage", "/", "/my"):
        answer = browser.client.get(path, base_url=BASE)
        assert answer.headers["Cache-Control"] == "no-store, private"
        assert "ETag" not in answer.headers
    with_language = client.get("/services?lang=en", base_url=BASE)
    assert "Set-Cookie" in with_language.headers
    assert with_language.headers["Cache-Control"] == "no-store, private"
    for path in ("/services/gone", "/sign-in", "/search?q=a"):
        assert client.get(path, base_url=BASE).headers["Cache-Control"] == "no-store, private"


def test_the_same_path_in_another_language_is_another_copy(client: FlaskClient) -> None:
    japanese = client.get("/desks", base_url=BASE)
    client.set_cookie("mado_lang", "en", domain="localhost")
    english = client.get(
        "/desks", headers={"If-None-Match": japanese.headers["ETag"]}, base_url=BASE
    )
    assert english.status_code == 200
    assert english.headers["ETag"] != japanese.headers["ETag"]


def test_changed_entries_have_their_day(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        body = {**shipped_entries()[Thing.DESK]["children"].body, "phone": "0000-00-9999"}
        with transaction() as session:
            made = editing.draft(session, Thing.DESK, "children", body, by=new_id())
            editing.propose(session, made.id)
        with transaction() as session:
            editing.approve(session, made.id, by=new_id())
    assert addresses(client)[f"{BASE}/desks/children"] == today().isoformat()
