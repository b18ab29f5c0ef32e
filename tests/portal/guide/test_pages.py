"""Stories of the pages open to everybody."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.catalogue.gif import CATEGORIES
from portal.catalogue.load import load_catalogue
from portal.guide.online import outside
from tests.browser import Browser

PAGES = (
    "/",
    "/menu",
    "/search",
    "/services",
    "/certificates",
    "/links",
    "/accessibility",
    "/privacy",
)


@pytest.mark.parametrize("path", PAGES)
def test_public_pages_open_in_both_languages(browser: Browser, path: str) -> None:
    japanese = browser.get(path)
    english = browser.get(f"{path}?lang=en")
    assert japanese.status == english.status == 200
    assert japanese.heading != english.heading
    assert browser.get(path).heading == english.heading  # the choice is kept


def test_every_service_has_its_page_and_category(browser: Browser) -> None:
    services = load_catalogue().services
    assert len(services) >= 40
    for service in services:
        page = browser.get(f"/services/{service.key}")
        assert page.heading == service.title.ja
        assert service.desk.phone in page.text
        for item in service.bring:
            assert item.name.ja in page.text
    for category in {service.category for service in services}:
        page = browser.get(f"/services?category={category}")
        assert page.heading == category
        for service in load_catalogue().in_category(category):
            assert service.title.ja in page.text


def test_unknown_services_and_categories_are_not_found(browser: Browser) -> None:
    assert browser.get("/services/nothing").status == 404
    assert browser.get("/services?category=何か").status == 404
    assert set(CATEGORIES) >= {service.category for service in load_catalogue().services}


def test_outside_pages_leave_the_app_when_they_must(app: Flask, browser: Browser) -> None:
    page = browser.get("/links")
    links = [a.attributes["href"] for a in page.root.all("a") if "://" in a.attributes["href"]]
    assert len(links) == 14
    assert any(link.endswith("openExternalBrowser=1") for link in links)
    assert any("openExternalBrowser" not in link for link in links)
    assert outside("https://a.example/x?y=1#z") == (
        "https://a.example/x?y=1&openExternalBrowser=1#z"
    )


def test_certificates_say_where_when_and_how_much(browser: Browser) -> None:
    page = browser.get("/certificates")
    assert "住民票の写し" in page.text
    assert "コンビニ 300円、窓口 400円" in page.text
    assert "100円お得" in page.text
    assert "窓口だけ" in page.text
    assert "コンビニで今とれます" in page.text or "コンビニでは今とれません" in page.text
