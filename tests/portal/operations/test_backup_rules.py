"""When backups are due and which may go."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.core.clock import TOKYO
from portal.operations.backups.schedule import base_due, overdue, to_forget, wal_due

NIGHT = datetime(2026, 11, 21, 2, 30, tzinfo=TOKYO)


def test_one_is_due_each_day_at_its_hour_seven_times_a_week() -> None:
    done, made = NIGHT - timedelta(days=1), 0
    for minutes in range(7 * 24 * 60):
        moment = NIGHT + timedelta(minutes=minutes)
        if base_due(moment, "02:30", done, done):
            done, made = moment, made + 1
    assert made == 7


def test_a_machine_that_was_off_at_night_makes_it_in_the_morning() -> None:
    yesterday = NIGHT - timedelta(days=1)
    assert base_due(NIGHT + timedelta(hours=6), "02:30", yesterday, yesterday)
    assert not base_due(NIGHT - timedelta(minutes=1), "02:30", yesterday, yesterday)
    assert base_due(NIGHT, "02:30", None, None)


def test_a_failed_one_is_repeated_after_a_while_not_at_once() -> None:
    yesterday = NIGHT - timedelta(days=1)
    assert not base_due(NIGHT + timedelta(minutes=20), "02:30", yesterday, NIGHT)
    assert base_due(NIGHT + timedelta(minutes=31), "02:30", yesterday, NIGHT)


def test_the_log_goes_out_in_time_for_the_promise_of_five_minutes() -> None:
    assert wal_due(NIGHT, 120, None)
    assert not wal_due(NIGHT, 120, NIGHT - timedelta(seconds=60))
    assert wal_due(NIGHT, 120, NIGHT - timedelta(seconds=95))


def test_somebody_is_told_when_a_day_is_missing() -> None:
    assert not overdue(NIGHT, NIGHT - timedelta(hours=25))
    assert overdue(NIGHT, NIGHT - timedelta(hours=27))
    assert overdue(NIGHT, None)


def test_the_newest_stay() -> None:
    assert to_forget(["c", "a", "b"], 3) == []
    assert to_forget(["d", "c", "a", "b"], 3) == ["a"]
