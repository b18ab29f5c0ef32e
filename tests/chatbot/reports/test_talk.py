"""Telling on LINE: parts in any order, taken back, doubled, unsent; bodies without a word of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from chatbot.reports import talk, telling
from chatbot.reports.handling import locked, move
from chatbot.reports.models import Report, ReportDraft, ReportFollower, ReportPicture
from chatbot.reports.rules import State
from portal.core.db import read, transaction
from portal.core.outbox import OutboxMessage
from tests.chatbot.reports.line_server import LineServer
from tests.chatbot.reports.photographs import photograph, with_place

USER, OTHER = "U" + "a" * 32, "U" + "c" * 32
IMAGE = {"type": "image", "contentProvider": {"type": "line"}}
PLACE = {"type": "location", "latitude": 38.92, "longitude": 139.846, "address": "えきまえ1番地"}
WORDS = {"type": "text", "text": "道路に穴があります"}


@pytest.fixture
def line(ctx: Flask) -> Iterator[LineServer]:
    """LINE's hosts, as far as this conversation knows them."""
    with LineServer(ctx) as server:
        yield server


def say(line: LineServer, message: dict[str, Any] | str, user: str = USER) -> str:
    """One event of the talk; what was answered, buttons included, as JSON."""
    content = {"type": "text", "text": message} if isinstance(message, str) else dict(message)
    message_id = line.next_id()
    if content["type"] == "image":
        line.pictures[message_id] = content.pop("body", photograph())
    event = {
        "type": "message",
        "replyToken": f"token{message_id}",
        "source": {"type": "user", "userId": user},
        "message": {"id": message_id} | content,
    }
    return answered(line, event)


def pick(line: LineServer, choice: str, user: str = USER) -> str:
    event = {
        "type": "postback",
        "replyToken": f"token{line.next_id()}",
        "source": {"type": "user", "userId": user},
        "postback": {"data": f"report:{choice}"},
    }
    return answered(line, event)


def answered(line: LineServer, event: dict[str, Any]) -> str:
    line.replies.clear()
    heard = talk.hears(event)
    assert heard == bool(line.replies)
    return json.dumps(line.replies, ensure_ascii=False)


def count(record: Any) -> int:
    return read().execute(select(func.count()).select_from(record)).scalar_one()


def test_the_parts_come_in_any_order(line: LineServer) -> None:
    for order in ((IMAGE, PLACE, WORDS), (WORDS, IMAGE, PLACE), (PLACE, WORDS, IMAGE)):
        before = count(Report)
        for part in order:
            said = say(line, part)
        assert "種類をえらんで" in said and said.index("report:category:road") < said.index("light")
        said = pick(line, "category:road")
        if before:
            assert "わたしも" in said
            said = pick(line, "new")
        assert "この内容で送りますか" in said and "道路に穴" not in said
        said = pick(line, "send")
        assert "受付番号" in said and "/reports/r/" in said and "道路に穴" not in said
        assert count(Report) == before + 1
        assert "受付番号" in pick(line, "send")  # the button once more
        assert count(Report) == before + 1


def test_questions_stay_the_bots(line: LineServer) -> None:
    assert say(line, "住民票はどこですか") == "[]"
    say(line, "道路の破損を知らせる")
    say(line, WORDS)
    read().execute(text("UPDATE report_drafts SET changed_at = changed_at - interval '20 min'"))
    assert say(line, "住民票はどこですか") == "[]"
    assert "✓ ひとこと" in say(line, "通報")  # but it is taken up again
    read().execute(text("UPDATE report_drafts SET changed_at = changed_at - interval '25 hours'"))
    assert "✓ ひとこと" not in say(line, "通報")


def test_the_last_part_is_taken_back(line: LineServer) -> None:
    say(line, {**IMAGE, "body": with_place()})
    say(line, PLACE)
    say(line, WORDS)
    assert "✓ ひとこと" not in pick(line, "undo")
    assert "✓ 場所" not in pick(line, "undo")
    assert count(ReportPicture) == 1
    pick(line, "undo")
    assert count(ReportPicture) == 0
    pick(line, "undo")
    say(line, WORDS)
    assert "消しました" in say(line, "やめる")
    assert count(ReportDraft) == 0


def test_the_place_can_be_words(line: LineServer) -> None:
    say(line, IMAGE)
    pick(line, "place")
    assert "✓ 場所" in say(line, "市立図書館の前")
    pick(line, "category:light")
    pick(line, "send")
    report = read().execute(select(Report.__table__.c.latitude)).one()
    assert report.latitude is None


def test_a_picture_taken_back_is_gone_also_from_the_report(line: LineServer) -> None:
    say(line, IMAGE)
    first = line.last_id
    say(line, PLACE)
    talk.taken_back({"unsend": {"messageId": first}})
    assert count(ReportPicture) == 0
    say(line, IMAGE)
    second = line.last_id
    pick(line, "category:tree")
    pick(line, "send")
    assert count(ReportPicture) == 1
    talk.taken_back({"unsend": {"messageId": second}})
    talk.taken_back({"unsend": {"messageId": second}})
    assert count(ReportPicture) == 0 and count(Report) == 1


def test_bad_pictures_are_refused_in_words_and_lost_ones_asked_for_again(line: LineServer) -> None:
    assert "送れるのは写真だけ" in say(line, {**IMAGE, "body": b"<svg/>"})
    line.pictures.clear()
    event = {
        "type": "message",
        "replyToken": "tokenx",
        "source": {"type": "user", "userId": USER},
        "message": {"id": "404", "type": "image"},
    }
    assert "もう一度送って" in answered(line, event)
    assert count(ReportPicture) == 0


def test_me_too_on_line_and_the_news_without_a_word_of_it(line: LineServer) -> None:
    for part in (IMAGE, PLACE, WORDS):
        say(line, part)
    pick(line, "category:road")
    pick(line, "send")
    say(line, IMAGE, OTHER)
    say(line, {**PLACE, "latitude": 38.9201}, OTHER)
    said = pick(line, "category:road", OTHER)
    number = read().execute(select(Report.__table__.c.number)).scalar_one()
    assert f"report:me_too:{number}" in said
    assert "受付番号" in pick(line, f"me_too:{number}", OTHER)
    assert count(Report) == 1 and count(ReportFollower) == 1 and count(ReportPicture) == 1
    with transaction() as session:
        report = session.scalars(select(Report)).one()
        move(session, locked(session, report.id), State.DONE, "穴をふさぎました", None)
    read().execute(text("UPDATE report_acts SET at = at - :span"), {"span": timedelta(minutes=3)})
    telling.sweep()
    with transaction() as session:
        sent = session.scalars(select(OutboxMessage)).all()
        assert {(one.channel, one.to) for one in sent} == {("line", USER), ("line", OTHER)}
        assert all(set(one.params) == {"url"} for one in sent)
        assert len({one.params["url"] for one in sent}) == 2


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": "message"},
        {"type": "message", "source": {"type": "group", "userId": USER}, "message": IMAGE},
        {"type": "message", "source": {"userId": USER}, "message": {"type": "sticker"}},
        {"type": "postback", "source": {"userId": USER}, "postback": {"data": "entry:x"}},
    ],
)
def test_other_events_are_not_ours(line: LineServer, event: dict[str, Any]) -> None:
    assert talk.hears(event) is False


@pytest.mark.parametrize("choice", ["", "odd", "category:odd", "me_too:26-00001", "undo", "send"])
def test_odd_buttons_break_nothing(line: LineServer, choice: str) -> None:
    assert "quickReply" in pick(line, choice)
