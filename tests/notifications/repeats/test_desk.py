"""One clerk writes a repeat and sees its dates, another approves it once; both can steer it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from time_machine import Traveller

from notifications.reminders import wishing
from notifications.reminders.wishing import Wishes
from notifications.repeats import running
from portal.core.db import transaction
from tests.browser import Browser
from tests.notifications.city import APPROVER, CHIEF, CLERK, WRITER, resident, sign_in
from tests.notifications.reminders.conftest import DAY
from tests.notifications.repeats.test_running import at

pytestmark = pytest.mark.usefixtures("morning")
WORDS = {
    "name": "体操教室",
    "title": "{{日付}}の体操",
    "body": "西会館であります。",
    "topic": "health",
}


@pytest.fixture
def writer(app: Flask) -> Browser:
    return sign_in(app, "staff", WRITER, CLERK)


@pytest.fixture
def approver(app: Flask) -> Browser:
    return sign_in(app, "staff", APPROVER, CHIEF)


def test_from_the_first_word_to_the_first_run(
    app: Flask, writer: Browser, approver: Browser, inside: Any, work: Any, morning: Traveller
) -> None:
    inside(resident, mail="one@mail.example")
    assert "くり返しはまだありません" in writer.get("/staff/repeats").text
    writer.get("/staff/repeats/new")
    friday = {"kind": "weekly", "weekdays": ["4"], "at": "18:00", "first": "2026-11-20"}
    page = writer.submit("これからの日付を見る", **WORDS, **friday)
    assert "2026-11-20 金曜日 18:00" in page.text
    assert "11月20日（金）の体操" in page.text
    page = writer.submit("保存して確認する", **WORDS, **friday)
    address = page.url
    assert "毎週 金曜日 18:00。" in page.text
    writer.submit("承認を頼む")
    page = approver.get(address)
    assert "2027-01-22 金曜日 18:00" in page.text, "ten dates"
    page = approver.submit("くり返しを承認する")
    assert "くり返し中" in page.text
    page = approver.submit("飛ばす", due_at=at(DAY, 18).isoformat())
    assert "この日は飛ばします" in page.text
    page = approver.submit("飛ばさない")
    assert "この日も送ります" in page.text
    morning.move_to(at(DAY, 18, 1))
    assert inside(running.tick) == 1
    work()
    writer = sign_in(app, "staff", WRITER, CLERK)  # the day's session is over
    page = writer.get(address)
    assert "2026-11-20 18:00" in page.text
    page = writer.get(page.link("報告"))
    assert "くり返しのお知らせとして自動で作られました" in page.text
    assert "11月20日（金）の体操" in page.text
    assert "体操" not in writer.get("/staff/notices").text, "runs are under their repeat"
    page = writer.get(address)
    page = writer.submit("いったん止める")
    assert "一時停止しました" in page.text
    page = writer.submit("再開する")
    page = writer.submit("終了する")
    assert "終了しました" in page.text


def test_what_is_wrong_is_said_beside_it(app: Flask, writer: Browser) -> None:
    writer.get("/staff/repeats/new")
    page = writer.submit("保存して確認する", **WORDS, kind="weekly", first="2026-11-20")
    assert "曜日: 1つ以上選んでください。" in page.text
    days = {"kind": "days", "days": "1, 32", "first": "2026-11-20"}
    page = writer.submit("保存して確認する", **WORDS, **days)
    assert any("数を確かめてください" in each for each in page.errors)
    kept = app.extensions["mado.settings"]
    app.extensions["mado.settings"] = kept.model_copy(update={"NOTICES_QUIET": "21-7"})
    late = {"kind": "evening", "first": "2026-11-20", "at": "22:00"}
    page = writer.submit("保存して確認する", **WORDS, **late)
    assert any("静かにする時間帯です" in each for each in page.errors)
    words = WORDS | {"body": "{{ごみ}}の日です。"}
    page = writer.submit("保存して確認する", **words, kind="end", first="2026-11-20")
    assert "だけで使えます" in " ".join(page.errors)


def test_a_garbage_evening_shows_places_and_who_asked(writer: Browser, inside: Any) -> None:
    who = inside(resident, line=1)

    def ask() -> None:
        with transaction() as session:
            wishing.wish(session, who, Wishes("line", "ekimae"))

    inside(ask)
    writer.get("/staff/repeats/new")
    words = WORDS | {"title": "あしたのごみ", "body": "{{日付}} {{地区}}：{{ごみ}}"}
    page = writer.submit(
        "保存して確認する", **words, kind="evening", first="2026-11-20", at="18:00"
    )
    assert "えきまえ地区: もやすごみ (1人)" in page.text
    assert "ごみの収集日の前日の18:00" in page.text
    assert page.text.count("ごみの日の前の晩のお知らせを希望した方") >= 1


def test_an_author_can_not_approve(app: Flask, writer: Browser) -> None:
    both = sign_in(app, "staff", WRITER, CLERK | CHIEF)
    both.get("/staff/repeats/new")
    how = {"kind": "end", "first": "2026-11-20"}
    page = both.submit("保存して確認する", **WORDS, **how)
    both.submit("承認を頼む")
    page = both.get(page.url)
    assert "ほかの職員の承認を待っています" in page.text
    assert "くり返しを承認する" not in page.text
