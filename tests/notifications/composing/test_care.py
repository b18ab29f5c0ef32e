"""What residents chose is kept: topics by channel, the weekly limit, one mail a week."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from notifications.care import digesting
from notifications.care.models import NoticeWish
from notifications.channels.models import TopicStop
from notifications.languages import EASY
from notifications.notices.models import Delivery, InboxEntry
from portal.core.clock import now
from portal.core.db import read
from portal.core.settings import Settings
from tests.browser import Browser
from tests.notifications.city import (
    ENGLISH,
    WORDS,
    approved,
    line_id,
    outcomes,
    resident,
    sign_in,
    values,
)
from tests.notifications.conftest import Letters, Phone

HEALTH = "健康・健診"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A cap of two notices a week."""
    return settings.model_copy(update={"NOTICES_WEEKLY_CAP": 2})


def test_less_of_this_keeps_the_topic_in_the_inbox(
    inside: Any, app: Flask, work: Any, phone: Phone
) -> None:
    who = inside(resident, line=1)
    first = inside(approved)
    work()
    mine = sign_in(app, "resident", who)
    mine.get(f"/inbox/{first}?lang=ja")
    page = mine.submit("この分野を減らす")
    assert f"「{HEALTH}」は、これからこの受信箱だけに届きます" in page.text
    second = inside(approved)
    work()
    assert inside(outcomes, second) == {}
    assert len(phone.texts(line_id(1))) == 1
    assert "健診のお知らせ" in mine.get(f"/inbox/{second}").text
    assert mine.get(f"/inbox/{first}").status == 200


def test_less_of_this_can_be_taken_back(inside: Any, app: Flask, work: Any) -> None:
    who = inside(resident, line=1)
    first = inside(approved)
    work()
    mine = sign_in(app, "resident", who)
    mine.get(f"/inbox/{first}?lang=ja")
    mine.submit("この分野を減らす")
    assert len(inside(values, select(TopicStop.channel))) == 2
    page = mine.submit("元にもどす")
    assert "前と同じように届きます" in page.text
    assert inside(values, select(TopicStop.channel)) == []


def test_choices_by_channel_digest_and_language(inside: Any, app: Flask, work: Any) -> None:
    who = inside(resident, line=1)
    mine = sign_in(app, "resident", who)
    mine.get("/inbox/choices?lang=ja")
    topics = ["childcare", "garbage", "tax", "seniors", "events", "other"]
    page = mine.submit("保存する", line=topics, digest="y", language=EASY)
    assert page.status == 422  # no mail address
    assert "先にメールアドレスを登録してください。" in page.text
    page = mine.submit("保存する", digest=None)
    assert page.status == 200
    assert inside(values, select(TopicStop.topic).where(TopicStop.channel == "line")) == ["health"]
    assert inside(values, select(NoticeWish.language)) == [EASY]
    easy = {EASY: {"title": "けんしん", "body": "にし かいかん です"}}
    notice = inside(approved, topic="tax", variants=WORDS | ENGLISH | easy)
    work()
    assert inside(values, select(Delivery.language)) == [EASY]
    page = mine.get(f"/inbox/{notice}")
    assert page.heading == "けんしん"
    assert f"/inbox/{notice}?words=en" in page.html
    assert mine.get(f"/inbox/{notice}?words=en").heading == "About the check"


def test_the_weekly_limit_leaves_the_inbox_and_lets_emergencies_through(
    ctx: Flask, work: Any, phone: Phone
) -> None:
    who = resident(line=1)
    for _ in range(3):
        last = approved()
        work()
    assert outcomes(last) == {}
    urgent = approved(topic="disaster")
    work()
    assert outcomes(urgent) == {"line sent": 1}
    assert len(values(select(InboxEntry.notice_id).where(InboxEntry.resident_id == who))) == 4


def test_a_foreign_reader_without_a_translation_is_told(inside: Any, app: Flask, work: Any) -> None:
    who = inside(resident, line=1, language="en")
    notice = inside(approved)
    work()
    page = sign_in(app, "resident", who).get(f"/inbox/{notice}?lang=en")
    assert "This notice is not written in English." in page.text
    assert page.heading == "健診のお知らせ"


def test_one_mail_a_week_in_place_of_each(ctx: Flask, work: Any, letters: Letters) -> None:
    who = resident(mail="weekly@mail.example")
    with_digest(who)
    notice = approved()
    work()
    assert outcomes(notice) == {}
    due = digesting.latest(now())
    read().execute(update(InboxEntry).values(at=due - timedelta(days=1)))
    assert digesting.tick() == 1
    assert digesting.tick() == 0
    work()
    [mail] = letters.to("weekly@mail.example")
    assert mail["subject"] == "今週のお知らせ：1件"
    assert "健診のお知らせ" in mail["text"]
    assert f"/inbox/{notice}" in mail["text"]


def with_digest(who: Any) -> None:
    from portal.core.db import transaction

    with transaction() as session:
        session.add(NoticeWish(resident_id=who, digest=True))


def test_the_page_of_choices_is_for_residents(browser: Browser) -> None:
    assert browser.get("/inbox/choices").heading != "How notices come to you"
