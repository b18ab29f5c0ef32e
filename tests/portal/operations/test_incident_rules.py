"""Deadlines of incidents and rules of alerts: no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.operations.incidents.rules import Step, deadlines, state
from portal.operations.watching.minutes import bucket
from portal.operations.watching.rules import AGAIN, Open, State, faults, steps

NINE = datetime(2026, 10, 5, 9, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def states(found: list[Step], now: datetime) -> dict[str, str]:
    return {line.kind: line.state for line in deadlines(NINE, found, now)}


def test_deadlines_count_from_the_detection() -> None:
    assert states([], after(30)) == {"notified": "waiting", "plan": "waiting", "answer": "waiting"}
    assert states([], after(31))["notified"] == "missed"
    assert states([Step("notified", after(30))], after(90))["notified"] == "kept"
    assert states([Step("notified", after(31))], after(90))["notified"] == "late"
    assert states([], after(61))["plan"] == "missed"
    assert states([], after(48 * 60))["answer"] == "waiting"


def test_a_later_agreement_does_not_heal_a_time_that_passed() -> None:
    agreed = Step("agreed", after(60), until=after(240))
    assert states([agreed], after(241))["restored"] == "missed"
    in_time = Step("agreed", after(200), until=after(500))
    assert states([agreed, in_time, Step("restored", after(400))], after(600))["restored"] == "kept"
    too_late = Step("agreed", after(300), until=after(500))
    assert (
        states([agreed, too_late, Step("restored", after(400))], after(600))["restored"] == "late"
    )


def test_an_incident_is_closed_by_its_report() -> None:
    assert state([]) == "open"
    assert state([Step("restored", after(9))]) == "restored"
    assert state([Step("restored", after(9)), Step("final", after(99))]) == "closed"


def known(**more: object) -> State:
    values = {"failing_jobs": frozenset(), "looks": {}, "last_backup": None, "disk_free": 0.5}
    return State(**(values | more))  # type: ignore[arg-type]


def test_faults() -> None:
    assert faults(known(), NINE) == {}
    assert faults(known(failing_jobs=frozenset({"outbox"})), NINE) == {"job:outbox": ""}
    assert faults(known(looks={"home": [False, True]}), NINE) == {}
    assert faults(known(looks={"home": [False, False, True]}), NINE) == {"probe:home": ""}
    assert faults(known(looks={"home": [False]}), NINE) == {}
    assert faults(known(last_backup=after(-26 * 60)), NINE) == {}
    assert faults(known(last_backup=after(-27 * 60)), NINE) == {"backup": "27 h"}
    assert faults(known(disk_free=0.09), NINE) == {"disk": "9%"}


def test_each_fault_is_told_once_then_seldom_then_that_it_is_over() -> None:
    first = steps({"disk": "9%"}, [], NINE)
    assert (first.new, first.again, first.over) == ({"disk": "9%"}, frozenset(), frozenset())
    soon = steps({"disk": "9%"}, [Open("disk", NINE)], NINE + AGAIN - timedelta(seconds=1))
    assert (soon.new, soon.again, soon.over) == ({}, frozenset(), frozenset())
    assert steps({"disk": "8%"}, [Open("disk", NINE)], NINE + AGAIN).again == {"disk"}
    assert steps({}, [Open("disk", NINE)], NINE).over == {"disk"}


@pytest.mark.parametrize(
    ("ms", "column"),
    [(0, "under_100"), (100, "under_100"), (100.1, "under_300"), (3000, "under_3000"),
     (3000.1, "over_3000")],
)  # fmt: skip
def test_three_seconds_are_in_time(ms: float, column: str) -> None:
    assert bucket(ms) == column
