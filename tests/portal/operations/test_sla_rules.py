"""Minutes of a month and figures of the report: no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.operations.sla.figures import percent, span
from portal.operations.sla.items import items, words
from portal.operations.sla.timeline import DOWN, PLANNED, UNKNOWN, UP, Seen, minute_of, timeline

MONDAY = datetime(2026, 10, 4, 15, tzinfo=UTC)  # midnight of 5 October in Japan


def at(hour: float) -> datetime:
    return MONDAY + timedelta(hours=hour)


def good(begin: float, end: float) -> dict[int, Seen]:
    count = round((end - begin) * 60)
    return {minute_of(at(begin)) + n: Seen(good=1, looks=1) for n in range(count)}


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        (Seen(), UNKNOWN),
        (Seen(good=1, looks=3), UP),
        (Seen(good=0, looks=3), DOWN),
        (Seen(looks=1, requests=4, failed=1), UP),  # somebody was served
        (Seen(good=3, looks=3, requests=20, failed=11), DOWN),
        (Seen(good=3, looks=3, requests=20, failed=10), UP),
        (Seen(requests=2, failed=2), DOWN),
    ],
)
def test_what_a_minute_was(seen: Seen, state: str) -> None:
    assert seen.state == state


def test_planned_time_is_left_out_and_unknown_time_is_said() -> None:
    seen = good(0, 20) | {minute_of(at(20)) + n: Seen(looks=1) for n in range(120)}
    line = timeline(at(0), at(24), seen, [(at(21), at(23))])
    assert [line.count(s) for s in (UP, DOWN, PLANNED, UNKNOWN)] == [1200, 60, 120, 60]
    assert line.availability == pytest.approx(1200 / 1260)
    assert line.measured == pytest.approx(1260 / 1320)
    assert line.spans(DOWN) == [(at(20), at(21))]
    days = line.days()
    assert sum(sum(n.values()) for n in days.values()) == 24 * 60
    assert days["2026-10-05"][DOWN] == 60


def test_a_stop_covers_whole_minutes_only() -> None:
    half = MONDAY + timedelta(seconds=30)
    line = timeline(at(0), at(0.05), {}, [(half, half + timedelta(minutes=2))])
    assert line.states == [UNKNOWN, PLANNED, UNKNOWN]


def test_the_longest_stop_counts_office_hours_across_the_night() -> None:
    seen = good(0, 15) | {minute_of(at(15)) + n: Seen(looks=1) for n in range(20 * 60)}
    line = timeline(at(0), at(48), seen | good(35, 48), [])
    # Monday 15:00–17:15, Tuesday 8:30–11:00
    assert line.longest_in_office_hours() == timedelta(hours=2.25 + 2.5)


def test_percent_never_rounds_up_to_what_was_not_reached() -> None:
    assert percent(99_996, 100_000) == "99.99 %"
    assert percent(1, 1) == "100.00 %"
    assert span(timedelta(hours=1, minutes=5, seconds=59)) == "1:05"


def test_the_contract_has_29_items_and_words_for_all() -> None:
    assert [item.number for item in items()] == list(range(1, 30))
    assert len({item.key for item in items()}) == 29
    assert all(item.definition and item.target for item in items())
    assert words()["met"] == "達成"
