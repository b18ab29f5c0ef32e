"""Residents' pages of the garbage guide: search, lists, a district's days, one's own calendar."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import icalendar
import pytest
import time_machine
from flask import Flask

from chatbot.garbage.showing import add_months, month_of
from chatbot.tuning.misses import inbox
from portal.core.db import transaction
from portal.core.ids import new_id
from portal.residents.models import Person, Resident
from tests.browser import Browser
from tests.notifications.city import sign_in

DAY = datetime(2026, 12, 28, 3, tzinfo=UTC)  # a Monday, noon in Japan


@pytest.fixture
def resident(app: Flask) -> UUID:
    with app.app_context(), transaction() as session:
        found = Resident(id=new_id())
        session.add(found)
        session.add(Person(resident_id=found.id, relation="self", district="minato"))
        return found.id


def test_a_thing_is_found_and_says_how_where_and_what_it_costs(browser: Browser) -> None:
    page = browser.get("/garbage?q=自転車")
    assert page.heading == "自転車"
    assert "粗大ごみ" in page.text
    assert "処理券1枚500円" in page.text
    assert "申し込みが必要です" in page.text
    assert "地区ごとの収集日" not in page.text  # bulky things have no fixed day


def test_while_the_bot_is_away_spelling_finds(browser: Browser) -> None:
    page = browser.get("/garbage?q=でんち")
    assert "あいまいな言葉ではさがせません" in page.text
    assert page.link("乾電池")
    nothing = browser.get("/garbage?q=うちゅうせん")
    assert "品目が見つかりませんでした" in nothing.text


def test_the_lists_lead_to_everything(browser: Browser) -> None:
    page = browser.get("/garbage")
    assert page.heading == "ごみの出し方"
    row = browser.get("/garbage?row=か")
    assert row.link("傘")
    kind = browser.get("/garbage/classes/mercury")
    assert "水銀" in kind.text
    assert kind.link("蛍光管")
    for wrong in ("/garbage/nothing", "/garbage/classes/nothing", "/garbage/districts/mars"):
        assert browser.get(wrong).status == 404


@time_machine.travel(DAY, tick=False)
def test_a_district_s_month_with_the_turn_of_the_year(browser: Browser) -> None:
    page = browser.get("/garbage/districts/minato")
    assert "2026年12月" in page.heading
    assert "今日 12月28日(月)" in page.text.replace("12月28日(月) 今日", "今日 12月28日(月)")
    assert "収集なし" in page.text  # Thursday the 31st
    assert "毎週月曜日、毎週木曜日" in page.text
    cells = page.html.split('class="cal"')[1].split("</table>")[0]
    assert cells.count("<time") == 31
    assert 'class="cal-today" aria-current="date"' in cells
    assert cells.count("cal-out") == cells.count(">なし<") == 1  # Thursday the 31st
    january = browser.get("/garbage/districts/minato?month=2027-01")
    assert "2027年1月" in january.heading
    assert "前の月" in january.text
    assert "2026年12月" in browser.get("/garbage/districts/minato?month=1999-01").heading


@time_machine.travel(DAY, tick=False)
def test_the_days_as_a_calendar(browser: Browser) -> None:
    answer = browser.get("/garbage/districts/minato.ics").response
    assert answer.mimetype == "text/calendar"
    found = icalendar.Calendar.from_ical(answer.get_data())
    days = {event.decoded("dtstart"): str(event["summary"]) for event in found.walk("VEVENT")}
    assert days[DAY.date()] == "もやすごみ"
    assert not any(day.month == 1 and day.day <= 3 for day in days)
    assert len(days) > 100


@time_machine.travel(DAY, tick=False)
def test_a_resident_sees_the_days_of_the_own_district(app: Flask, resident: UUID) -> None:
    mine = sign_in(app, "resident", resident, frozenset())
    page = mine.get("/garbage")
    assert "みなと地区" in page.text
    assert "今日 もやすごみ" in page.text
    assert "明日 収集はありません" in page.text
    thing = mine.get("/garbage/umbrella")
    assert "次の収集日" in thing.text
    assert "みなと地区" in thing.text


def test_the_calendar_asks_where_one_lives(app: Flask, browser: Browser, resident: UUID) -> None:
    browser.get("/garbage/calendar")
    page = browser.submit("表示する", district="tanbo")
    assert page.path == "/garbage/districts/tanbo"
    assert browser.get("/garbage/calendar?district=mars").path == "/garbage/calendar"
    mine = sign_in(app, "resident", resident, frozenset())
    assert mine.get("/garbage/calendar").path == "/garbage/districts/minato"


def test_the_pages_are_in_the_sitemap_and_in_english(browser: Browser) -> None:
    sitemap = browser.get("/sitemap.xml").html
    assert "/garbage/districts/minato</loc>" in sitemap
    assert "/garbage/bicycle</loc>" in sitemap
    page = browser.get("/garbage/districts/minato?lang=en")
    assert "every Monday, every Thursday" in page.text


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-12", "2026-12"),
        ("2027-12", "2027-12"),
        ("2028-01", "2026-12"),
        ("2026-11", "2026-12"),
        ("", "2026-12"),
        ("2026-13", "2026-12"),
        ("x", "2026-12"),
    ],
)
def test_months_far_away_are_this_one(text: str, month: str) -> None:
    assert f"{month_of(text, DAY.date()):%Y-%m}" == month


def test_months_are_counted_over_the_year() -> None:
    assert add_months(add_months(DAY.date(), 1), -1) == DAY.date().replace(day=1)


def test_the_search_forgives_as_the_bot_does_and_tells_what_was_not_found(answered: Flask) -> None:
    browser = Browser(answered, "http://localhost:8000")
    assert browser.get("/garbage?q=じてんしゃあ").heading == "自転車"
    several = browser.get("/garbage?q=時計")
    assert several.link("柱時計")
    assert several.link("目覚まし時計")
    assert "品目が見つかりませんでした" in browser.get("/garbage?q=うちゅうせん").text
    with answered.app_context():
        assert "うちゅうせん" in " ".join(miss.words for miss in inbox())
