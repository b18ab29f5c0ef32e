"""Pages of certificates, and the maintenance clerks enter: seen by residents at once, audited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal.core import audit
from portal.core.clock import TOKYO
from portal.core.db import read
from portal.guide import certificates_reading
from portal.guide.certificates import Registration, Window
from portal.guide.certificates_reading import FILE, load_certificates
from portal.guide.kiosks import said_window
from tests.browser import Browser
from tests.portal.guide.clerks import sign_in_staff

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=TOKYO)
WORDS = "11月25日（水） 20:00 から 11月26日（木） 05:00 まで"


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def clerk(app: Flask, noon: time_machine.Traveller, staff_browser: Browser) -> Browser:
    sign_in_staff(app, staff_browser, "catalogue.view", "catalogue.edit")
    staff_browser.get("/staff/kiosks")
    return staff_browser


def enter(clerk: Browser, start: str, end: str, **more: str) -> str:
    return clerk.submit("登録する", starts_at=start, ends_at=end, **more).text


def test_every_kind_has_a_page(browser: Browser, noon: time_machine.Traveller) -> None:
    for key, kind in load_certificates().kinds.items():
        page = browser.get(f"/certificates/{key}")
        assert (page.status, page.heading) == (200, kind.title.ja)
        assert ("今とれます" in page.text) == kind.kiosk
        assert ("窓口だけ" in page.text) == (not kind.kiosk)
    assert "100円" in browser.get("/certificates/juminhyo").text
    assert "100円" not in browser.get("/certificates/inkan").text  # not confirmed by the city
    assert browser.get("/certificates/moon").status == 404


def test_a_device_a_shop_does_not_take(browser: Browser, noon: time_machine.Traveller) -> None:
    browser.get("/certificates/juminhyo")
    assert browser.page is not None
    refused = browser.submit("この条件で見る", device="android", chain="seven_eleven")
    assert "この機器を使えません" in refused.text
    taken = browser.submit("この条件で見る", device="android", chain="lawson")
    assert "今とれます" in taken.text
    assert browser.get("/certificates/juminhyo?device=toaster&chain=moon").status == 200


def test_maintenance_is_seen_at_once_and_audited(
    app: Flask, clerk: Browser, browser: Browser, noon: time_machine.Traveller
) -> None:
    assert WORDS in enter(clerk, "2026-11-25T20:00", "2026-11-26T05:00")
    page = browser.get("/certificates/juminhyo")
    assert WORDS in page.text
    assert "今とれます" in page.text
    noon.move_to(datetime(2026, 11, 25, 21, 0, tzinfo=TOKYO))
    page = browser.get("/certificates/juminhyo")
    assert "今とれません" in page.text
    assert "次は11月26日（木） 06:30から" in page.text
    assert "メンテナンス中" in page.text
    with app.app_context():
        acts = read().execute(
            select(audit.AuditEntry.action).where(audit.AuditEntry.action.like("kiosks.%"))
        )
        assert [row.action for row in acts] == ["kiosks.maintenance_added"]


def test_maintenance_of_one_shop_closes_that_shop_only(
    clerk: Browser, browser: Browser, noon: time_machine.Traveller
) -> None:
    enter(clerk, "2026-11-20T11:00", "2026-11-20T14:00", chain="lawson")
    assert "今とれます" in browser.get("/certificates/juminhyo").text
    lawson = browser.get("/certificates/juminhyo?device=card&chain=lawson").text
    assert "次は11月20日（金） 14:00から" in lawson
    assert "ローソン" in browser.get("/certificates").text


def test_maintenance_taken_back_closes_nothing(
    app: Flask, clerk: Browser, browser: Browser
) -> None:
    enter(clerk, "2026-11-20T11:00", "2026-11-20T14:00", device="card")
    assert "今とれません" in browser.get("/certificates/juminhyo").text
    assert "取り消し済み" in clerk.submit("取り消す").text
    assert "今とれます" in browser.get("/certificates/juminhyo").text
    with app.app_context():
        acts = read().execute(select(audit.AuditEntry.action)).scalars()
        assert "kiosks.maintenance_taken_back" in set(acts)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-25T20:00", "2026-11-25T20:00"),
        ("2026-11-25T20:00", "2026-11-25T19:00"),
        ("2026-11-10T20:00", "2026-11-11T20:00"),
        ("2026-11-25T20:00", "2027-01-25T20:00"),
    ],
)
def test_impossible_times(clerk: Browser, start: str, end: str) -> None:
    enter(clerk, start, end)
    assert clerk.page is not None
    assert any("終わり" in error for error in clerk.page.errors)


def test_who_may_enter_maintenance(
    app: Flask, staff_browser: Browser, browser: Browser, noon: time_machine.Traveller
) -> None:
    assert browser.get("/staff/kiosks").status == 404
    sign_in_staff(app, staff_browser, "catalogue.view")
    assert staff_browser.get("/staff/kiosks").status == 403


@pytest.fixture
def offering(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A city whose file says that it takes registrations."""
    file = tmp_path / "certificates.yaml"
    shipped = FILE.read_text(encoding="utf-8")
    assert "offered: false" in shipped
    file.write_text(shipped.replace("offered: false", "offered: true"), encoding="utf-8")
    monkeypatch.setattr(certificates_reading, "FILE", file)
    load_certificates.cache_clear()
    yield
    load_certificates.cache_clear()


def test_no_registering_where_it_is_not_offered(browser: Browser) -> None:
    assert browser.get("/certificates/registration").status == 404
    assert "本籍がこの市" not in browser.get("/certificates/koseki").text


def test_registering_from_elsewhere_where_it_is_offered(
    offering: None, browser: Browser, noon: time_machine.Traveller
) -> None:
    page = browser.get(browser.get("/certificates").link("本籍がこの市にある"))
    assert "マイナンバーカードを置き" in page.text
    assert "5開庁日" in page.text
    assert "2026年11月30日（月）" in page.text  # Monday the 23rd is a holiday
    assert "戸籍証明書" in page.text
    assert browser.get(browser.get("/certificates/koseki").link("本籍がこの市")).status == 200


def test_windows_say_where(ctx: Flask) -> None:
    window = Window(NOON, NOON + timedelta(hours=2), "iphone", "lawson")
    with ctx.test_request_context("/?lang=en"):
        said = said_window(window, datetime(2026, 11, 1, tzinfo=UTC), "en")
    assert said == "Fri 20 Nov 12:00 to Fri 20 Nov 14:00 (only: Lawson, iPhone)"


def test_days_until_usable_are_working_days() -> None:
    registration = Registration(5, ())
    assert registration.usable_from(date(2026, 12, 25)) == date(2027, 1, 7)
    assert Registration(0, ()).usable_from(date(2026, 12, 25)) == date(2026, 12, 25)
