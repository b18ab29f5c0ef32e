"""Runs come once, when they are due; late ones only while they are useful; evenings by place."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from time_machine import Traveller

from notifications.care.models import NoticeWish
from notifications.channels import topic_stops
from notifications.notices.models import Notice
from notifications.reminders import wishing
from notifications.reminders.wishing import Wishes
from notifications.repeats import keeping, running
from notifications.repeats.drafts import Written, of_garbage
from notifications.repeats.models import RepeatRun
from notifications.repeats.rules import JAPAN, Rule
from portal.core.clock import now
from portal.core.db import read, transaction
from portal.core.errors import Forbidden
from portal.core.settings import Settings
from tests.notifications.city import APPROVER, WRITER, line_id, outcomes, resident, values
from tests.notifications.conftest import Letters, Phone
from tests.notifications.reminders.conftest import DAY
from tests.notifications.reminders.killing import killed_at

pytestmark = pytest.mark.usefixtures("morning")
EVERYBODY: dict[str, Any] = {"all": []}
WORDS = {"ja": {"title": "{{日付}}の体操", "body": "西会館であります。"}}
GARBAGE = {
    "ja": {"title": "あした{{日付}}のごみ", "body": "{{地区}}：{{ごみ}}"},
    "en": {"title": "Garbage on {{date}}", "body": "{{district}}: {{garbage}}"},
}


def written(rule: Rule, variants: dict[str, Any] = WORDS, late_hours: int = 2) -> Written:
    return of_garbage(Written("体操", "health", variants, None, EVERYBODY, rule, late_hours))


def fridays(at: time = time(18, 0)) -> Rule:
    return Rule("weekly", at, DAY, weekdays=frozenset({4}))


def approved(what: Written) -> UUID:
    with transaction() as session:
        repeat = keeping.write(session, WRITER, what)
        keeping.submit(session, repeat.id, WRITER)
        keeping.approve(session, repeat.id, APPROVER, version=1, counted=3)
        return repeat.id


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=JAPAN)


def runs() -> list[tuple[datetime, str | None]]:
    found = read().execute(select(RepeatRun.due_at, RepeatRun.skipped).order_by(RepeatRun.due_at))
    return [(row[0].astimezone(JAPAN), row[1]) for row in found]


def titles() -> list[str]:
    return [each["ja"]["title"] for each in values(select(Notice.variants))]


def test_each_run_is_a_notice_of_its_own_under_one_approval(
    ctx: Flask, work: Any, phone: Phone, morning: Traveller
) -> None:
    resident(line=1)
    approved(written(fridays()))
    assert running.tick() == 0
    for week in range(2):
        morning.move_to(at(DAY + timedelta(weeks=week), 18, 1))
        assert running.tick() == 1
        assert running.tick() == 0
        work()
    assert [text.split("\n")[0] for text in phone.texts(line_id(1))] == [
        "11月20日（金）の体操",
        "11月27日（金）の体操",
    ]
    found = values(select(Notice.id).where(Notice.origin == "repeat"))
    assert [outcomes(each) for each in found] == [{"line sent": 1}] * 2


def test_a_late_run_comes_while_it_is_useful_else_it_is_said(
    ctx: Flask, morning: Traveller
) -> None:
    approved(written(fridays()))
    morning.move_to(at(DAY, 19, 59))
    assert running.tick() == 1
    morning.move_to(at(DAY + timedelta(weeks=2), 20, 2))  # two were missed, both too late
    assert running.tick() == 0
    weeks = [at(DAY + timedelta(weeks=each), 18) for each in range(3)]
    assert runs() == [(weeks[0], None), (weeks[1], "Late"), (weeks[2], "Late")]


def test_of_several_missed_runs_only_the_newest_comes(ctx: Flask, morning: Traveller) -> None:
    daily = Rule("weekly", time(18, 0), DAY, weekdays=frozenset(range(7)))
    approved(written(daily, late_hours=48))
    morning.move_to(at(DAY + timedelta(days=1), 18, 30))
    assert running.tick() == 1
    assert [why for _, why in runs()] == ["Late", None]


def test_skip_pause_change_stop(ctx: Flask, morning: Traveller) -> None:
    id_ = approved(written(fridays()))
    with transaction() as session:
        keeping.skip(session, id_, APPROVER, at(DAY, 18))
    morning.move_to(at(DAY, 18, 1))
    assert running.tick() == 0
    with transaction() as session:
        keeping.pause(session, id_)
    morning.move_to(at(DAY + timedelta(weeks=1), 18, 1))
    assert running.tick() == 0
    with transaction() as session:
        keeping.resume(session, id_)
    assert running.tick() == 0, "what fell into the pause does not come late"
    with transaction() as session:
        keeping.change(session, id_, WRITER, written(fridays(time(9, 0))), looked_at=1)
    morning.move_to(at(DAY + timedelta(weeks=2), 9, 1))
    assert running.tick() == 0, "a change needs a new approval"
    with transaction() as session:
        keeping.submit(session, id_, WRITER)
    with transaction() as session, pytest.raises(Forbidden):
        keeping.approve(session, id_, WRITER, version=2, counted=0)
    with transaction() as session:
        keeping.approve(session, id_, APPROVER, version=2, counted=0)
    morning.move_to(at(DAY + timedelta(weeks=3), 9, 1))
    assert running.tick() == 1
    with transaction() as session:
        keeping.stop(session, id_)
    morning.move_to(at(DAY + timedelta(weeks=4), 9, 1))
    assert running.tick() == 0


def test_workers_beside_each_other_make_it_once(app: Flask, morning: Traveller) -> None:
    with app.app_context():
        approved(written(fridays()))
    morning.move_to(at(DAY, 18, 1))

    def tick() -> None:
        with app.app_context():
            running.tick()

    beside = [threading.Thread(target=tick) for _ in range(4)]
    for each in beside:
        each.start()
    for each in beside:
        each.join()
    with app.app_context():
        assert titles() == ["{{日付}}の体操"]
        assert len(runs()) == 1


def test_killed_before_the_commit_it_comes_at_the_next_tick(ctx: Flask, morning: Traveller) -> None:
    approved(written(fridays()))
    morning.move_to(at(DAY, 18, 1))
    with killed_at("repeat.ran"):
        assert running.tick() == 0
    assert not titles()
    assert not runs()
    assert running.tick() == 1


def wanting(place: str, **more: Any) -> UUID:
    who = resident(**more)
    with transaction() as session:
        wishing.wish(session, who, Wishes("line", place))
    return who


def test_the_evening_before_garbage_day_by_place(
    ctx: Flask, work: Any, phone: Phone, letters: Letters, morning: Traveller
) -> None:
    wanting("ekimae", line=1)
    wanting("ekimae", line=2, language="en")
    wanting("minato", mail="minato@mail.example")
    resident(line=3)
    rule = Rule("evening", time(18, 0), DAY - timedelta(days=7))
    approved(written(rule, GARBAGE))
    monday = date(2026, 11, 23)
    morning.move_to(at(monday, 18, 1))
    running.tick()
    work()
    [japanese], [english] = phone.texts(line_id(1)), phone.texts(line_id(2))
    assert "あした11月24日（火）のごみ\n\nえきまえ地区：もやすごみ" in japanese
    assert "Garbage on Tuesday, 24 November\n\nEkimae (Station): Burnable garbage" in english
    assert not phone.texts(line_id(3))
    evenings = [when for when, why in runs() if not why]
    assert evenings[-1] == at(monday, 18)


def test_what_was_asked_for_comes_whatever_else_came(
    ctx: Flask, work: Any, settings: Settings, letters: Letters, morning: Traveller
) -> None:
    me = wanting("ekimae", mail="me@mail.example")
    ctx.extensions["mado.settings"] = settings.model_copy(update={"NOTICES_WEEKLY_CAP": 1})
    with transaction() as session:
        session.add(NoticeWish(resident_id=me, digest=True, digested_at=now()))
    evening = Rule("evening", time(18, 0), DAY)
    approved(written(evening, GARBAGE))
    approved(written(Rule("weekly", time(18, 0), DAY, weekdays=frozenset(range(7)))))
    for day in (date(2026, 11, 23), date(2026, 11, 25)):
        morning.move_to(at(day, 18, 1))
        running.tick()
        work()
    assert [mail["subject"] for mail in letters.to("me@mail.example")] == [
        "あした11月26日（木）のごみ",
        "あした11月24日（火）のごみ",
    ], "not the other repeat: it waits for the weekly mail"
    with transaction() as session:
        topic_stops.switch_off(session, me, "garbage_day", "mail")
        assert wishing.wishes_of(session, me).garbage is None
        wishing.wish(session, me, Wishes("line", "ekimae"))
        assert wishing.wishes_of(session, me).garbage == "ekimae"


def test_a_day_without_its_usual_collection_is_told_too(
    ctx: Flask, work: Any, letters: Letters, morning: Traveller
) -> None:
    wanting("ekimae", mail="me@mail.example")
    approved(written(Rule("evening", time(18, 0), DAY), GARBAGE))
    morning.move_to(at(date(2026, 12, 31), 18, 1))
    running.tick()
    work()
    [mail] = letters.to("me@mail.example")
    assert "えきまえ地区：収集はありません（もやすごみはお休みです）" in mail["text"]


def test_conditions_that_can_not_be_asked_any_more_are_said(ctx: Flask, morning: Traveller) -> None:
    gone = written(fridays())
    gone = replace(gone, segment={"has_person": {"service_open": "no_such_service"}})
    approved(gone)
    morning.move_to(at(DAY, 18, 1))
    assert running.tick() == 0
    assert [why for _, why in runs()] == ["Faulty"]
    assert not titles()


def test_tomorrow_is_not_said_after_midnight(ctx: Flask, morning: Traveller) -> None:
    wanting("ekimae", line=1)
    approved(written(Rule("evening", time(18, 0), DAY), GARBAGE, late_hours=48))
    tuesday = date(2026, 11, 24)
    morning.move_to(at(tuesday, 0, 5))
    assert running.tick() == 0
    assert runs()[-1] == (at(date(2026, 11, 23), 18), "Late")
