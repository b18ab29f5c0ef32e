"""Properties of opening: a next change is a change, and nothing changes before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta, timezone

from hypothesis import example, given
from hypothesis import strategies as st

from portal.core.clock import TOKYO
from portal.guide.certificates import (
    Applicant,
    Certificate,
    KioskState,
    Maintenance,
    Window,
    kiosk_status,
    windows_for,
)
from portal.guide.certificates_reading import load_certificates

KIOSK = load_certificates().kiosk
KIND = load_certificates().kinds["juminhyo"]
WEEKDAYS = replace(KIND, opens=time(9), closes=time(17), weekdays=True)
MINUTE = timedelta(minutes=1)
STEPS = (timedelta(), MINUTE, timedelta(minutes=37), timedelta(hours=5))
# Around the turn of the year and an ordinary week, to the minute.
TURN, WEEK = (datetime(2026, month, day, tzinfo=TOKYO) for month, day in ((12, 26), (11, 18)))
moments = st.one_of(
    st.integers(0, 11 * 1440).map(lambda minutes: TURN + minutes * MINUTE),
    st.integers(0, 7 * 1440).map(lambda minutes: WEEK + minutes * MINUTE),
)
EDGES = ("12-28T22:59", "12-28T23:00", "12-29T00:00", "12-29T06:30")
LATE_EDGES = ("01-03T23:59", "01-04T06:29", "01-04T06:30")
edges = st.sampled_from(
    [datetime.fromisoformat(f"2026-{each}+09:00") for each in EDGES]
    + [datetime.fromisoformat(f"2027-{each}+09:00") for each in LATE_EDGES]
)
spans = st.tuples(moments | edges, st.integers(1, 6_000)).map(
    lambda each: (each[0], each[0] + each[1] * MINUTE)
)
plans = st.lists(spans, max_size=3).map(tuple)


def is_open(kind: Certificate, moment: datetime, plan: tuple[Maintenance, ...]) -> bool:
    """Worked out apart: hours, the six days, working days, no window over it."""
    day = (moment.month, moment.day)
    resting = day in {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}
    hours = kind.opens <= moment.time() < kind.closes
    working = not kind.weekdays or (moment.weekday() < 5 and (moment.month, moment.day) != (11, 23))
    return hours and working and not resting and not any(a <= moment < b for a, b in plan)


@given(moments | edges, plans, st.sampled_from([KIND, WEEKDAYS]))
@example(datetime(2026, 12, 28, 22, 59, tzinfo=TOKYO), (), KIND)
@example(datetime(2026, 12, 28, 23, 0, tzinfo=TOKYO), (), KIND)
@example(
    datetime(2027, 1, 4, 6, 29, tzinfo=TOKYO),
    (
        (datetime(2027, 1, 4, 6, 30, tzinfo=TOKYO), datetime(2027, 1, 4, 7, 0, tzinfo=TOKYO)),
        (datetime(2027, 1, 4, 7, 0, tzinfo=TOKYO), datetime(2027, 1, 4, 23, 0, tzinfo=TOKYO)),
    ),
    KIND,
)
def test_the_next_change_is_the_first(
    moment: datetime, plan: tuple[Maintenance, ...], kind: Certificate
) -> None:
    status = kiosk_status(kind, moment, KIOSK, maintenance=plan)
    now_open = status.state is KioskState.OPEN
    assert now_open == is_open(kind, moment, plan)
    assert status.next_change is not None
    assert status.next_change > moment
    assert is_open(kind, status.next_change, plan) is not now_open
    for step in STEPS:
        between = moment + (status.next_change - moment - MINUTE) * (step / STEPS[-1])
        between = between.replace(second=0, microsecond=0)
        if moment <= between:
            assert is_open(kind, between, plan) is now_open


@given(plans, moments, st.integers(-12, 14))
def test_the_answer_does_not_hang_on_the_clock_s_zone(
    plan: tuple[Maintenance, ...], moment: datetime, hours: int
) -> None:
    elsewhere = moment.astimezone(timezone(timedelta(hours=hours)))
    here = kiosk_status(KIND, moment, KIOSK, maintenance=plan)
    assert kiosk_status(KIND, elsewhere, KIOSK, maintenance=plan) == here


@given(
    st.sampled_from(["", "card", "iphone", "android"]),
    st.sampled_from(["", "lawson", "aeon"]),
    st.sampled_from([None, "card", "iphone", "android"]),
    st.sampled_from([None, "lawson", "aeon"]),
)
def test_a_window_closes_its_device_and_shop_only(
    device: str, chain: str, mine: str | None, shop: str | None
) -> None:
    start = datetime(2026, 11, 20, 9, 0, tzinfo=TOKYO)
    window = Window(start, start + timedelta(hours=1), device, chain)
    hit = windows_for([window], Applicant(device=mine, chain=shop))
    meant = (device in {"", mine or "card"}) and (chain in {"", shop or ""})
    assert bool(hit) is meant
