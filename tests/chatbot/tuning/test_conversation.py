"""Asked, noted without who, judged by who asked, and left for staff: on both faces alike."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from chatbot.dialogue.reply import Kind, Question, Reply
from chatbot.knowledge.entries import WRITTEN
from chatbot.rendering import line, web
from chatbot.rendering.spoken import plain_words
from chatbot.tuning import asking, log, saying, tickets
from chatbot.tuning.models import AskedCount, AskedQuestion, QuestionTicket
from portal.core.clock import now, today
from portal.core.db import read, transaction
from tests.browser import Browser
from tests.chatbot.golden.test_golden import (
    BASE,
    links_of_line,
    links_of_web,
    options_of_line,
    words_of_line,
    words_of_web,
)

TURN = str(uuid4())
ANSWER = Reply(Kind.ANSWER, "ja", ("300円です。",), title="住民票の手数料", key="fee")


def rows() -> list[AskedQuestion]:
    return list(read().execute(select(AskedQuestion.__table__)).all())  # type: ignore[arg-type]


def closing_replies() -> list[Reply]:
    """Everything that is said around an answer, in both languages."""
    said = []
    for language in ("ja", "en", "vi"):
        given = Reply(Kind.ANSWER, language, ("300円",), key="fee")
        said += [saying.with_ways_on(given, TURN), saying.thanks_for_words(language, {})]
        said.append(saying.with_ways_on(Reply(Kind.UNKNOWN, language, ("?",)), TURN))
        said += [
            saying.said_back(saying.Pressed(TURN, step), language, {"entry": "fee"})
            for step in sorted(saying.STEPS)
        ]
    return said


@pytest.mark.parametrize("reply", closing_replies(), ids=lambda one: f"{one.kind}-{one.blocks[0]}")
def test_both_faces_say_the_same(reply: Reply) -> None:
    on_line, on_web = line.render(reply, BASE), web.render(reply, BASE)
    assert words_of_line(on_line) == words_of_web(on_web) == list(plain_words(reply))
    assert options_of_line(on_line) == [one.payload for one in on_web.options]
    assert links_of_line(on_line) == links_of_web(reply, on_web)


def test_on_line_whether_it_helped_is_a_button_under_the_keyboard() -> None:
    (message,) = line.render(saying.with_ways_on(ANSWER, TURN), BASE)
    buttons = [item["action"]["data"] for item in message["quickReply"]["items"]]
    assert buttons == [f"feedback:{TURN}:yes", f"feedback:{TURN}:no"]


def test_every_sentence_is_in_every_language_and_short_enough_for_a_button() -> None:
    for language in WRITTEN:
        asked = saying.with_ways_on(Reply(Kind.ANSWER, language, ("!",), key="fee"), TURN)
        why = saying.said_back(saying.Pressed(TURN, saying.NO), language, {})
        for reply in (asked, why):
            (message,) = line.render(reply, BASE)
            labels = [item["action"]["label"] for item in message["quickReply"]["items"]]
            assert labels == [option.label for option in reply.options]


def test_a_list_to_choose_from_is_not_asked_whether_it_helped() -> None:
    offered = Reply(Kind.CANDIDATES, "ja", ("?",))
    assert saying.with_ways_on(offered, TURN) == offered
    assert saying.with_ways_on(ANSWER, "") == ANSWER  # was not kept: nothing to say it about


@pytest.mark.parametrize(
    "payload", ["", "entry:fee", "feedback:", "feedback::yes", "feedback:x:go"]
)
def test_other_payloads_are_none_of_ours(payload: str) -> None:
    assert saying.read(payload) is None


def test_nothing_of_who_asked_is_kept(ctx: Flask) -> None:
    asked = Question("わたしの名前はさくらです。住民票の手数料は? 0000-00-1234")
    noted = log.note(asked, ANSWER, channel="web")
    (row,) = rows()
    assert str(row.id) == noted
    assert row.id.version == 4  # carries no moment
    assert "さくら" not in row.text and "1234" not in row.text and "手数料" in row.text
    columns = set(AskedQuestion.__table__.columns.keys())
    assert not columns & {"at", "ip", "session", "user", "resident_id", "user_index"}


def test_what_expires_becomes_figures(ctx: Flask) -> None:
    turn = log.note(Question("住民票の手数料"), ANSWER, channel="web")
    log.note(Question("住民票の手数料"), ANSWER, channel="web", trial=True)
    with transaction() as session:
        old = today() - timedelta(days=181)
        session.execute(update(AskedQuestion).values(day=old, solved=AskedQuestion.id == turn))
    log.forget()
    log.forget()
    assert not rows()
    (count,) = read().execute(select(AskedCount.__table__)).all()
    assert (count.times, count.solved, count.unsolved, count.key) == (1, 1, 0, "fee")


def test_a_flood_is_answered_but_not_kept(ctx: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "MOST_AN_HOUR", 1)
    assert log.note(Question("a"), ANSWER, channel="line")
    ctx.extensions.pop("mado.asked_room")  # it is looked at again
    assert log.note(Question("b"), ANSWER, channel="line") == ""


def test_many_turns_are_kept_by_one_statement(
    answered: Flask, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    with answered.app_context():
        notes: list[log.Row] = []
        for words in ("住民票の手数料", "市役所は何時から何時まで開いていますか"):
            asking.turn(Question(words), channel="line", notes=notes)
        assert not rows()
        with count_queries() as statements:
            assert log.keep(notes)
        assert len([one for one in statements if one.startswith("INSERT")]) == 1
        assert {str(row.id) for row in rows()} == {str(note["id"]) for note in notes}


def test_whether_it_helped_counts_once_and_words_are_masked(answered: Flask) -> None:
    with answered.app_context():
        first = asking.turn(Question("市役所は何時から何時まで開いていますか"), channel="line")
        yes, no = (one.payload for one in first.options)
        why = asking.turn(Question("", context=first.context, payload=no), channel="line")
        asking.turn(Question("", context=why.context, payload=yes), channel="line")
        words = next(one.payload for one in why.options if one.payload.endswith(":words"))
        told = asking.turn(Question("", context=why.context, payload=words), channel="line")
        asking.turn(Question("私は山田花子です。時間が違う", context=told.context), channel="line")
        (row,) = rows()
        assert (row.solved, row.channel, row.key) == (False, "line", first.key)
        assert row.words is not None and "時間が違う" in row.words and "花子" not in row.words


def test_what_was_picked_is_tied_to_what_was_asked(answered: Flask) -> None:
    with answered.app_context():
        offered = asking.turn(Question("証明書"), channel="web")
        given = offered
        while given.options and not given.key:  # through a question back, if there is one
            pick = Question("", context=given.context, payload=given.options[0].payload)
            given = asking.turn(pick, channel="web")
        (asked,) = (row for row in rows() if row.text)
        picked = [row for row in rows() if not row.text]
        assert all(row.after == asked.id for row in picked)
        assert [row.key for row in picked if row.key] == [given.key]
        assert given.context["talk"] == offered.context["talk"]


def test_on_the_web_it_is_said_without_a_script(answered: Flask, browser: Browser) -> None:
    browser.get("/ask")
    browser.submit("質問する", text="市役所は何時から何時まで開いていますか")
    page = browser.submit("解決しませんでした")
    assert "どこがよくなかったですか" in page.text
    page = browser.submit("情報が古い")
    assert "ありがとうございます" in page.text
    with answered.app_context():
        (row,) = rows()
        assert (row.solved, row.reason) == (False, "old")


def test_what_nobody_knows_is_left_for_staff_and_answered_by_mail(
    answered: Flask, browser: Browser
) -> None:
    browser.get("/ask")
    page = browser.submit("質問する", text="量子もつれ 山田花子です")
    page = browser.get(page.link("職員に質問を残す"))
    assert "花子" not in page.text and "量子もつれ" in page.html
    page = browser.submit("職員に送る", mail="not a mail")
    assert page.errors
    browser.submit("職員に送る", mail="sakura@mail.example")
    with answered.app_context():
        with transaction() as session:
            ticket = session.scalars(select(QuestionTicket)).one()
            tickets.answer(session, ticket.id, "図書館に本があります。", by=None)
        with transaction() as session, pytest.raises(tickets.AnsweredMeanwhile):
            tickets.answer(session, ticket.id, "もう一度", by=None)
        sent = read().exec_driver_sql("SELECT message FROM outbox_messages").scalars().all()
        assert sent == ["chatbot_answer"]
        with transaction() as session:
            session.execute(update(QuestionTicket).values(answered_at=now() - timedelta(days=31)))
        tickets.forget()
        assert read().execute(select(QuestionTicket.mail)).scalar() is None
