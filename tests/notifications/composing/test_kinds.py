"""Emergencies, drills, delayed starts and corrections, by the pages clerks use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from notifications.notices import delivering, writing
from notifications.notices.emergency_log import EmergencyStep
from notifications.notices.models import Delivery, InboxEntry, Notice
from portal.core.clock import now
from portal.core.db import read, transaction
from portal.core.errors import Conflict
from tests.browser import Browser
from tests.notifications.city import (
    APPROVER,
    ENGLISH,
    WORDS,
    WRITER,
    approved,
    draft,
    line_id,
    outcomes,
    resident,
    values,
)
from tests.notifications.conftest import Letters, Phone


def newest() -> UUID:
    found: UUID = values(select(Notice.id).order_by(Notice.created_at.desc()))[0]
    return found


def test_personal_words_are_refused_beside_the_field_or_confirmed(
    inside: Any, writer: Browser
) -> None:
    writer.get("/staff/notices/new?lang=ja")
    words: dict[str, Any] = {"title": "{{締切日}}まで", "about": "all", "values": ""}
    page = writer.submit("保存して確認する", body="123456789018 です", **words)
    assert page.status == 422
    assert any("「締切日」の値がありません" in each for each in page.errors)
    assert any("マイナンバー（…18）です" in each for each in page.errors)
    words["values"] = "締切日 = 12月3日"
    page = writer.submit("保存して確認する", body="担当 080-0000-1234", **words)
    assert page.status == 422
    assert "携帯電話の番号のようです：080-0000-1234" in page.text
    page = writer.submit("保存して確認する", confirmed="y")
    assert page.heading == "12月3日まで"
    assert inside(values, select(Notice.variants))[0]["ja"]["values"] == {"締切日": "12月3日"}


def test_an_emergency_needs_a_reason_one_other_clerk_and_leaves_a_log(
    inside: Any, writer: Browser, approver: Browser, work: Any, phone: Phone
) -> None:
    inside(resident, line=1)
    writer.get("/staff/notices/emergency?lang=ja")
    page = writer.submit("今すぐほかの職員に渡す", title="避難", body="高台へ")
    assert page.status == 422
    page = writer.submit("今すぐほかの職員に渡す", reason="川の水位が上がった")
    assert "ほかの職員が確かめます" in page.text
    assert "緊急と確かめて" not in page.text
    approver.get(page.path + "?lang=ja")
    page = approver.submit("緊急と確かめて、すぐに送る")
    work()
    assert phone.texts(line_id(1))[0].startswith("【緊急】避難")
    page = approver.get("/staff/notices/emergencies?lang=ja")
    assert "川の水位が上がった" in page.text
    steps = inside(values, select(EmergencyStep.step).order_by(EmergencyStep.at))
    assert steps == ["proposed", "confirmed"]
    assert inside(values, select(EmergencyStep.by).order_by(EmergencyStep.at)) == [WRITER, APPROVER]


def test_an_ordinary_page_asks_for_the_reason_too(ctx: Flask) -> None:
    with transaction() as session:
        notice = writing.write(session, WRITER, draft(kind="emergency"))
    with pytest.raises(writing.FaultyNotice), transaction() as session:
        writing.submit(session, notice.id, WRITER, counted=0)


def test_a_drill_is_marked_on_every_channel(
    ctx: Flask, work: Any, phone: Phone, letters: Letters
) -> None:
    reader = resident(line=1)
    resident(mail="a@mail.example")
    resident(mail="b@mail.example", language="en")
    approved(kind="drill", variants=WORDS | ENGLISH)
    work()
    [text] = phone.texts(line_id(1))
    assert text.startswith("【訓練】健診のお知らせ\n\n【訓練】これは訓練です。")
    [mail] = letters.to("a@mail.example")
    assert "【訓練】" in mail["subject"]
    assert "【訓練】これは訓練です。" in mail["text"]
    [mail] = letters.to("b@mail.example")
    assert mail["subject"].startswith("【訓練】[Drill] About")
    assert "【訓練】[Drill] This is a drill." in mail["text"]
    assert values(select(InboxEntry.notice_id).where(InboxEntry.resident_id == reader))


def test_a_delayed_start_can_be_stopped(
    inside: Any, app: Flask, approver: Browser, work: Any, phone: Phone
) -> None:
    inside(resident, line=1)
    with app.app_context(), transaction() as session:
        notice = writing.write(session, WRITER, draft(start_delay=10))
        writing.submit(session, notice.id, WRITER, counted=0)
    approver.get(f"/staff/notices/{notice.id}?lang=ja")
    page = approver.submit("承認して送る")
    assert "まだ送信していません" in page.text
    work()
    assert inside(delivering.sweep) == 0
    page = approver.submit("送信を止める")
    assert "だれにも届きません" in page.text
    inside(_let_it_begin, notice.id)
    assert inside(delivering.sweep) == 0
    assert inside(outcomes, notice.id) == {}


def test_a_delayed_start_begins_by_the_tick(ctx: Flask, work: Any, phone: Phone) -> None:
    resident(line=1)
    notice = approved(start_delay=30)
    work()
    assert outcomes(notice) == {}
    _let_it_begin(notice)
    assert delivering.sweep() == 1
    work()
    assert outcomes(notice) == {"line sent": 1}


def _let_it_begin(notice_id: UUID) -> None:
    past = now() - timedelta(minutes=1)
    read().execute(update(Notice).where(Notice.id == notice_id).values(starts_at=past))


def test_a_correction_reaches_exactly_those_who_received_the_wrong_one(
    inside: Any, app: Flask, writer: Browser, approver: Browser, work: Any, letters: Letters
) -> None:
    got = inside(resident, mail="got@mail.example", language="en")
    failed = inside(resident, mail="failed@mail.example", language="en")
    inbox_only = inside(resident, language="en")
    wrong = inside(approved, {"language": ["en"]}, variants=WORDS | ENGLISH)
    work()
    inside(_fail, wrong, failed)
    inside(resident, mail="later@mail.example", language="en")  # meant now, not then
    inside(_speaks_japanese, got)  # meant then, not now

    writer.get(f"/staff/notices/{wrong}/correction?lang=ja")
    page = writer.submit("保存して確認する", body="正しくは東会館です。")
    assert "【訂正】健診のお知らせ" in page.text
    assert "「健診のお知らせ」が届いたすべての人" in page.text
    assert "人数 3" in page.text
    writer.submit("承認を頼む")
    approver.get(page.path + "?lang=ja")
    approver.submit("承認して送る")
    work()
    correction = inside(newest)
    entries = inside(
        values, select(InboxEntry.resident_id).where(InboxEntry.notice_id == correction)
    )
    assert set(entries) == {got, failed, inbox_only}
    sent = inside(values, select(Delivery.resident_id).where(Delivery.notice_id == correction))
    assert sent == [got]
    assert letters.to("got@mail.example")[0]["subject"].startswith("【訂正】")
    page = approver.get(f"/staff/notices/{wrong}?lang=ja")
    assert "このお知らせは訂正されました" in page.text


def _fail(notice_id: UUID, resident_id: UUID) -> None:
    read().execute(
        update(Delivery)
        .where(Delivery.notice_id == notice_id, Delivery.resident_id == resident_id)
        .values(sent_at=None, failed_at=now(), error="Refused")
    )


def _speaks_japanese(resident_id: UUID) -> None:
    from portal.residents.models import Resident

    read().execute(update(Resident).where(Resident.id == resident_id).values(language="ja"))


def test_what_never_went_out_can_not_be_corrected(ctx: Flask) -> None:
    with transaction() as session:
        notice = writing.write(session, WRITER, draft())
    with pytest.raises(Conflict), transaction() as session:
        writing.write(session, WRITER, draft(corrects_id=notice.id))
