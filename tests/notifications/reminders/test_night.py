"""What became due in the night is told once, in words that say nothing of anybody."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from notifications.notices.models import InboxEntry, Notice
from notifications.reminders import night
from tests.notifications.city import line_id, outcomes, values
from tests.notifications.conftest import Letters, Phone
from tests.notifications.reminders.families import parent, sweep

pytestmark = pytest.mark.usefixtures("morning")


def test_each_is_told_once_on_the_road_of_notices(
    ctx: Flask, work: Any, phone: Phone, letters: Letters
) -> None:
    parent(line=1)
    parent(line=2, language="en")
    parent(2, mail="two@mail.example")
    parent()
    sweep()
    night.tick()
    work()
    night.tick()
    work()
    notices = values(select(Notice.id).where(Notice.origin == "todos"))
    assert len(notices) == 2
    assert [outcomes(each) for each in sorted(notices)] == [{"line sent": 2}, {"mail sent": 1}]
    [japanese], [english] = phone.texts(line_id(1)), phone.texts(line_id(2))
    assert "マイページに新しいお知らせが1件あります" in japanese
    assert "New on My Page: 1" in english
    [mail] = letters.to("two@mail.example")
    assert mail["subject"] == "マイページに新しいお知らせが2件あります"
    assert len(values(select(InboxEntry.resident_id))) == 4
