"""What a reminder is about waits behind the sign-in; residents and clerks decide about them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from notifications.channels.models import TopicStop
from notifications.notices.models import Notice
from notifications.reminders import night
from notifications.reminders.models import ReminderWish
from portal.residents.models import Person
from tests.notifications.city import APPROVER, CHIEF, CLERK, WRITER, sign_in, values
from tests.notifications.reminders.families import child_of, held_back, parent, sweep

pytestmark = pytest.mark.usefixtures("morning")


def test_the_inbox_says_what_it_is(app: Flask, inside: Any, work: Any) -> None:
    me = inside(parent, mail="me@mail.example")
    inside(sweep)
    inside(night.tick)
    work()
    [notice] = inside(values, select(Notice.id).where(Notice.origin == "todos"))
    page = sign_in(app, "resident", me).get(f"/inbox/{notice}")
    assert "1歳6か月児健診" in page.text
    assert f"/todos/{inside(child_of, me)}/check_18m" in page.link("1歳6か月児健診")
    assert "マイページで期日が来たもののある方" in page.text
    stranger = inside(parent)
    assert "健診" not in sign_in(app, "resident", stranger).get(f"/inbox/{notice}").text


def test_a_resident_ends_reminders_and_takes_another_way(app: Flask, inside: Any) -> None:
    me = inside(parent, line=1, mail="me@mail.example")
    browser = sign_in(app, "resident", me)
    page = browser.get("/garbage/districts/minato")
    browser.get(page.link("前の晩にお知らせを受け取る"))
    page = browser.submit("保存", todos="mail")
    assert "保存しました" in page.text
    assert inside(values, select(TopicStop.channel).where(TopicStop.topic == "todos")) == ["line"]
    assert inside(values, select(ReminderWish.garbage_place)) == ["minato"]
    browser.get("/inbox/choices")
    browser.submit("保存")
    assert inside(values, select(TopicStop.topic)) == ["todos"], "another page's choices stay"
    browser.get("/reminders")
    browser.submit("保存", todos="off")
    inside(sweep)
    inside(night.tick)
    assert inside(held_back, me) == ["not_wanted"]


def test_clerks_see_the_nights_and_switch_a_service_off(app: Flask, inside: Any, work: Any) -> None:
    inside(parent, 2, line=1)
    silent = inside(parent)
    inside(sweep)
    inside(pause, silent)
    inside(night.tick)
    work()
    clerk = sign_in(app, "staff", WRITER, CLERK)
    page = clerk.get("/staff/reminders")
    assert "休止中" in page.text
    assert "の通知を止める" not in page.text, "only who approves may"
    chief = sign_in(app, "staff", APPROVER, CHIEF)
    chief.get("/staff/reminders")
    page = chief.submit("この手続きの通知を止める", service="check_18m")
    assert "止めました" in page.text
    page = chief.submit("再開する")
    assert "すべての手続きをお知らせしています" in page.text


def pause(resident: Any) -> None:
    from portal.core.clock import now
    from portal.core.db import transaction

    with transaction() as session:
        session.get_one(Person, child_of(resident)).silenced_at = now()
