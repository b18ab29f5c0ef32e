"""The hub of links: staff's words over what we ship, and the nightly look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.core.clock import now
from portal.core.db import transaction
from portal.core.outbox import OutboxMessage
from portal.core.settings import Settings
from portal.guide.links import link_for, outside_links
from portal.guide.links_kept import checking
from portal.guide.links_kept.models import LinkCheck
from portal.search.documents import sources
from standins.processes import StandinProcess
from tests.browser import Browser
from tests.notifications.city import WRITER, sign_in
from tests.portal.city_pages.conftest import HOSTS

CLERK = frozenset({"catalogue.view", "catalogue.edit"})
PAGE = "/kurashi/gomi/nenmatsu.html"


@pytest.fixture
def settings(settings: Settings, website: StandinProcess) -> Settings:
    """Every outside site is the stand-in, and somebody hears of broken links."""
    more = {"OUTSIDE_SITES_URL": website.url, "REPORTS_TO": "web@city.example"}
    return settings.model_copy(update=more)


@pytest.fixture
def clerk(app: Flask) -> Browser:
    return sign_in(app, "staff", WRITER, CLERK)


def add(clerk: Browser, **more: str) -> None:
    clerk.get("/staff/links/new")
    said = {
        "key": "rules",
        "group": "living",
        "url": f"https://{HOSTS[0]}{PAGE}",
        "title_ja": "例規集",
        "title_en": "City rules",
        "summary_ja": "市の条例を読めます。",
        "summary_en": "Read the city's rules.",
    }
    clerk.submit(None, **(said | more))


def test_staff_change_hide_add_and_order(app: Flask, clerk: Browser, browser: Browser) -> None:
    assert "市立図書館" in browser.get("/links").text
    clerk.get("/staff/links/library/edit")
    clerk.submit(None, title_ja="まどの図書館", url="https://books.mado.example/")
    assert "まどの図書館" in browser.get("/links").text
    clerk.get("/staff/links/walking/edit")
    clerk.submit(None, hidden="y")
    assert "まちさんぽ" not in browser.get("/links").text
    add(clerk)
    assert "例規集" in browser.get("/links").text
    clerk.get("/staff/links/rules/edit")
    clerk.get("/staff/links")
    clerk.submit("上へ : 例規集")
    text = browser.get("/links").text
    assert text.index("例規集") < text.index("空き家などの情報")
    with app.app_context():
        library = link_for("library")
        assert library is not None
        assert library.url == "https://books.mado.example/"
        assert link_for("walking") is None
        found = {each.key for each in sources(app).public["links"].documents()}
        assert "walking" not in found and "rules" in found  # as in the box
        assert len(outside_links()) == 14


@pytest.mark.parametrize(
    "more", [{"url": "http://x.example/"}, {"url": "https://"}, {"key": "Big"}, {"key": "library"}]
)
def test_links_that_can_not_stand(clerk: Browser, more: dict[str, str]) -> None:
    add(clerk, **more)
    assert clerk.page is not None
    assert clerk.page.errors


def test_only_editors_change_links(app: Flask) -> None:
    auditor = sign_in(app, "staff", WRITER, frozenset({"catalogue.view"}))
    assert auditor.get("/staff/links").status == 200
    assert auditor.get("/staff/links/library/edit").status == 403


def test_a_link_that_failed_twice_is_told_once_and_shown_calmly(
    app: Flask, clerk: Browser, browser: Browser, website: StandinProcess
) -> None:
    add(clerk)
    website.post("/__standin__/remove", {"path": PAGE, "status": 404})
    with app.app_context():
        checking.check("rules")
    assert "つながりにくい" not in browser.get("/links").text
    with app.app_context():
        for _ in range(3):
            checking.check("rules")
        with transaction() as session:
            told = session.scalars(select(OutboxMessage)).all()
    assert [(each.to, each.message) for each in told] == [
        ("web@city.example", "portal_link_broken")
    ]
    assert "今つながりにくいようです" in browser.get("/links").text
    assert "切れています" in clerk.get("/staff/links").text
    assert "HTTP 404" in clerk.get("/staff/links/rules").text
    website.post("/__standin__/page", {"path": PAGE, "status": 200})
    with app.app_context():
        checking.check("rules")
    assert "つながりにくい" not in browser.get("/links").text


def test_nobody_real_is_called_from_a_local_city(app: Flask) -> None:
    with app.app_context():
        checking.check("eltax")
        with transaction() as session:
            assert not session.scalars(select(LinkCheck)).all()


def test_links_are_looked_at_once_a_night_and_failed_ones_sooner(
    app: Flask, clerk: Browser, work: Callable[[], None], website: StandinProcess
) -> None:
    with app.app_context():
        assert checking.sweep() == 14  # never looked at
        checking.check("library")
        assert checking.sweep() == 13
        with transaction() as session:
            session.execute(update(LinkCheck).values(at=now() - timedelta(minutes=30)))
        seen = checking.look(f"https://{HOSTS[0]}/no-such")
    assert (seen.state, seen.reason) == ("broken", "status_404")


def test_the_mail_can_be_written(app: Flask) -> None:
    from flask import render_template

    with app.app_context():
        told = {"title": "例規集", "address": "https://x.example/", "reason": "slow", "page": "p"}
        for kind in ("html", "txt"):
            assert "例規集" in render_template(f"mail/portal_link_broken.{kind}", **told)
