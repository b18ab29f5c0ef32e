"""What became due in the night is told once, in words that say nothing of anybody."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select, text
from time_machine import Traveller

from notifications.care.models import NoticeWish
from notifications.channels import topic_stops
from notifications.languages import WRITTEN
from notifications.notices.models import Delivery, InboxEntry, Notice
from notifications.notices.words import faults
from notifications.reminders import commands, finding, night, switching, wording
from notifications.reminders.models import ReminderLine, ReminderNight
from notifications.reminders.wishing import Wishes, wish
from portal.core.clock import now
from portal.core.db import read, transaction
from portal.core.settings import Settings
from portal.mypage.acts import complete, dismiss
from portal.mypage.newly_models import NewlyDue
from portal.residents.models import Person, Resident
from portal.residents.sharing_models import CardShare
from tests.notifications.city import line_id, outcomes, resident, values
from tests.notifications.conftest import Letters, Phone
from tests.notifications.reminders.conftest import DAY, MORNING
from tests.notifications.reminders.families import CHECK, child_of, held_back, parent, sweep
from tests.notifications.reminders.killing import killed_at

pytestmark = pytest.mark.usefixtures("morning")


def notices() -> list[UUID]:
    return values(select(Notice.id).where(Notice.origin == "todos").order_by(Notice.id))


def test_each_is_told_once_on_the_road_of_notices(
    ctx: Flask, work: Any, phone: Phone, letters: Letters
) -> None:
    parent(line=1)
    parent(line=2, language="en")
    parent(2, mail="two@mail.example")
    parent()
    sweep()
    for _ in range(2):
        night.tick()
        work()
    assert [outcomes(each) for each in notices()] == [{"line sent": 2}, {"mail sent": 1}]
    [japanese], [english] = phone.texts(line_id(1)), phone.texts(line_id(2))
    assert "マイページに新しいお知らせが1件あります" in japanese
    assert "New on My Page: 1" in english
    assert "健診" not in japanese
    assert phone.buttons(line_id(1))["くわしく見る"].endswith("/link?from=line")
    [mail] = letters.to("two@mail.example")
    assert mail["subject"] == "マイページに新しいお知らせが2件あります"
    assert len(values(select(InboxEntry.resident_id))) == 4


def test_whom_a_night_does_not_tell_and_why(ctx: Flask) -> None:
    who = {code: parent(mail=f"{code}@mail.example") for code in ("done", "put aside", "silent")}
    who |= {code: parent(mail=f"{code}@mail.example") for code in ("left", "not_wanted", "told")}
    sweep()
    child = {code: child_of(id_) for code, id_ in who.items()}
    with transaction() as session:
        complete(session, who["done"], child["done"], CHECK, "")
        dismiss(session, who["put aside"], child["put aside"], CHECK, "")
        session.get_one(Person, child["silent"]).silenced_at = now()
        session.get_one(Resident, who["left"]).left_at = now()
        wish(session, who["not_wanted"], Wishes("off"))
    made = night.make(DAY)
    assert made is not None
    assert made.notices == ((1, 1),)
    assert made.held_back == {"done": 2, "silent": 1, "left": 1, "not_wanted": 1}
    assert held_back(who["put aside"]) == ["done"]
    assert values(select(ReminderLine.resident_id).where(ReminderLine.held_back.is_(None))) == [
        who["told"]
    ]


@pytest.mark.parametrize("service", [CHECK, "*"])
def test_a_service_that_is_switched_off_is_silent_for_good(ctx: Flask, service: str) -> None:
    me = parent(mail="me@mail.example")
    sweep()
    with transaction() as session:
        switching.switch_off(session, service, UUID(int=2))
    night.tick()
    assert held_back(me) == ["switched_off"]
    with transaction() as session:
        switching.switch_on(session, service)
        session.execute(text("DELETE FROM reminder_nights WHERE day <> :day"), {"day": DAY})
    assert night.make(DAY) is None
    assert not notices()


def test_what_is_sensitive_never_leaves_my_page(ctx: Flask) -> None:
    from portal.catalogue.load import load_catalogue

    me = parent(mail="me@mail.example")
    secret = next(each for each in load_catalogue().services if each.sensitive)
    sweep()
    with transaction() as session:
        session.execute(text("UPDATE newly_due SET service = :key"), {"key": secret.key})
    made = night.make(DAY)
    assert made is not None
    assert (made.notices, made.held_back) == ((), {"sensitive": 1})
    assert not held_back(me), "not even kept"


def test_both_parents_each_once(ctx: Flask, work: Any, letters: Letters) -> None:
    mother, father = parent(mail="one@mail.example"), resident(mail="two@mail.example")
    with transaction() as session:
        session.add(
            CardShare(
                person_id=child_of(mother),
                resident_id=father,
                role="co-parent",
                name="",
                owner_name="",
            )
        )
    sweep()
    night.tick()
    work()
    assert [len(letters.to(f"{who}@mail.example")) for who in ("one", "two")] == [1, 1]
    with transaction() as session:
        assert {row[0] for row in session.execute(select(ReminderLine.resident_id))} == {
            mother,
            father,
        }


def test_care_for_attention_holds_here_too(
    ctx: Flask, work: Any, settings: Settings, letters: Letters
) -> None:
    stopped, weekly = parent(mail="stopped@mail.example"), parent(mail="weekly@mail.example")
    parent(mail="told@mail.example")
    with transaction() as session:
        topic_stops.switch_off(session, stopped, "todos", "mail")
        session.add(NoticeWish(resident_id=weekly, digest=True, digested_at=now()))
    sweep()
    night.tick()
    work()
    assert letters.count() == 1
    assert len(letters.to("told@mail.example")) == 1
    assert read().execute(select(func.count()).select_from(InboxEntry)).scalar_one() == 3


def test_not_before_the_morning_not_in_quiet_hours(
    ctx: Flask, settings: Settings, morning: Traveller
) -> None:
    parent(mail="me@mail.example")
    sweep()
    morning.move_to(datetime(2026, 11, 19, 23, 59, tzinfo=UTC))  # 8:59 in Japan
    night.tick()
    assert not notices()
    ctx.extensions["mado.settings"] = settings.model_copy(update={"NOTICES_QUIET": "20-11"})
    morning.move_to(MORNING)
    night.tick()
    assert not notices()
    morning.move_to(MORNING + timedelta(hours=1))
    night.tick()
    assert len(notices()) == 1


def test_nothing_before_the_sweep(ctx: Flask) -> None:
    parent(mail="me@mail.example")
    night.tick()
    assert not values(select(ReminderNight.day))


def test_after_an_outage_only_what_is_still_there(ctx: Flask, morning: Traveller) -> None:
    sweep(DAY - timedelta(days=1))
    night.make(DAY - timedelta(days=1))  # the first night of all
    still, over = parent(mail="still@mail.example"), parent(mail="over@mail.example")
    sweep()
    morning.move_to(MORNING + timedelta(days=2))
    with transaction() as session:
        born = DAY - timedelta(days=900)  # too old for the check by now
        session.get_one(Person, child_of(over)).birthdate = born
    sweep(DAY + timedelta(days=2))
    night.tick()
    assert held_back(still) == [None]
    assert held_back(over) == ["over"]


def test_two_schedulers_beside_each_other_make_one_night(app: Flask) -> None:
    with app.app_context():
        parent(mail="me@mail.example")
        sweep()
    made: list[night.Made | None] = []

    def make() -> None:
        with app.app_context():
            made.append(night.make(DAY))

    beside = [threading.Thread(target=make) for _ in range(4)]
    for each in beside:
        each.start()
    for each in beside:
        each.join()
    assert sorted(each is None for each in made) == [False, True, True, True]
    with app.app_context():
        assert len(notices()) == 1


def test_killed_amid_the_night_it_is_made_by_the_next_tick(
    ctx: Flask, work: Any, letters: Letters
) -> None:
    parent(mail="me@mail.example")
    sweep()
    with killed_at("reminders.made"), pytest.raises(Exception, match="terminat"):
        night.tick()
    assert not notices()
    assert not values(select(ReminderNight.day))
    night.tick()
    with killed_at("notice.fanned_out"), pytest.raises(AssertionError, match="failed"):
        work()
    ctx.extensions["mado.redis"].flushdb()  # the ring is lost, too
    from notifications.notices import delivering

    delivering.sweep()
    work()
    delivering.sweep()
    work()
    assert len(letters.to("me@mail.example")) == 1
    assert len(values(select(Delivery.resident_id))) == 1


def test_a_dry_run_counts_and_keeps_nothing(
    ctx: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.model_dump().items():
        monkeypatch.setenv(name, str(value))
    parent(mail="me@mail.example")
    for _ in range(2):
        result = CliRunner().invoke(
            commands.reminders, ["night", "--dry-run", "--on", DAY.isoformat(), "--json"]
        )
        assert result.exit_code == 0, result.output
        said = json.loads(result.stdout)
        assert said["residents"] == 1
    assert "example" not in result.output
    assert not values(select(NewlyDue.service))
    assert not values(select(ReminderNight.day))
    refused = CliRunner().invoke(commands.reminders, ["night", "--on", DAY.isoformat()])
    assert refused.exit_code == 2
    told = [CliRunner().invoke(commands.reminders, ["night"]).output for _ in range(2)]
    assert "residents: 1\n" in told[0]
    assert "made: before" in told[1]
    assert len(notices()) == 1


def test_the_words_are_whole_and_about_nobody() -> None:
    assert set(wording.TITLES) == set(wording.BODIES) == set(WRITTEN)
    for things in (1, 4, 5, 30):
        for said in wording.variants(things).values():
            assert not list(faults(said))
            assert str(min(things, wording.MANY)) in said["title"]


def test_my_page_is_where_the_words_say(app: Flask) -> None:
    with app.test_request_context():
        from flask import url_for

        assert url_for("mypage.home") == wording.MY_PAGE
    assert set(finding.WHY) >= {"sensitive", "done", "silent", "over"}
