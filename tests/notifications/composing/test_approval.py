"""What an approver sees before the decision: sample, forecast, what changed since the return."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from notifications.care.models import NoticeWish
from notifications.channels.models import TopicStop
from notifications.notices import writing
from notifications.notices.changes import changes
from portal.core.db import transaction
from portal.core.settings import Settings
from tests.browser import Browser
from tests.notifications.city import APPROVER, WORDS, WRITER, approved, draft, resident
from tests.notifications.conftest import Letters


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A cap of one notice a week."""
    return settings.model_copy(update={"NOTICES_WEEKLY_CAP": 1})


def test_changes_are_said_line_by_line() -> None:
    old = {"variants": WORDS, "link": None, "topic": "health", "kind": "normal"}
    words = WORDS["ja"] | {"body": "12月の会場は東会館です。\n駐車場があります。"}
    new = old | {"variants": {"ja": words, "en": {"title": "T", "body": "B"}}, "topic": "tax"}
    found = {(each.part, each.language): each.lines for each in changes(old, new)}
    assert [*found] == [("body", "ja"), ("title", "en"), ("body", "en"), ("topic", "")]
    assert [line.sign for line in found["body", "ja"]] == ["-", "+", "+"]
    assert changes(new, new) == []


def test_the_approver_sees_sample_forecast_and_changes(
    inside: Any, app: Flask, approver: Browser, work: Any, letters: Letters
) -> None:
    everybody = ("full", "free", "weekly", "stopped")
    inside(resident, mail="full@mail.example", language="en")
    inside(approved, {"language": ["en"]}, topic="garbage")
    work()
    inside(resident, mail="free@mail.example")
    weekly = inside(resident, mail="weekly@mail.example")
    stopped = inside(resident, mail="stopped@mail.example")
    with app.app_context(), transaction() as session:
        session.add(NoticeWish(resident_id=weekly, digest=True))
        session.add(TopicStop(resident_id=stopped, topic="health", channel="mail"))
        notice = writing.write(session, WRITER, draft())
        writing.submit(session, notice.id, WRITER, counted=0)
    with app.app_context(), transaction() as session:
        writing.give_back(session, notice.id, APPROVER, version=1, counted=4, comment="会場が違う")
        words = WORDS["ja"] | {"body": "12月の会場は東会館です。"}
        writing.change(session, notice.id, WRITER, draft(variants={"ja": words}))
        writing.submit(session, notice.id, WRITER, counted=0)
    page = approver.get(f"/staff/notices/{notice.id}?lang=ja")
    assert "LINEかメールで届く人 1" in page.text
    assert "週1通の上限に達している人 1" in page.text
    assert "この分野を望まない人 1" in page.text
    assert "週1回のまとめを選んだ人 1" in page.text
    assert "差し戻した第1版からの変更" in page.text
    assert [each.text for each in page.root.all("del")] == ["12月の会場は西会館です。"]
    assert [each.text for each in page.root.all("ins")] == ["12月の会場は東会館です。"]
    assert "A sample" not in page.text
    approver.submit("承認して送る")
    work()
    told = {name for name in everybody if letters.to(f"{name}@mail.example")}
    assert told == {"full", "free"}  # full: by the notice before
    assert len(letters.to("full@mail.example")) == 1
