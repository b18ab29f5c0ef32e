"""Made-up values: the same each time, never the old one, of the same shape at the edges."""

from __future__ import annotations

from datetime import date, timedelta

from portal.operations.masking import FURTHEST, Masks, is_edge

TODAY = date(2026, 11, 21)
MASKS = Masks(b"k" * 32)


def test_days_move_and_keep_their_shape() -> None:
    day = date(1960, 1, 1)
    while day < TODAY + timedelta(days=300):
        new = MASKS.day(day, TODAY, str(day))
        assert new != day
        assert (new > TODAY) == (day > TODAY), day
        assert is_edge(new) == is_edge(day), (day, new)
        if (day.month, day.day) in ((4, 1), (4, 2), (2, 29)):
            assert (new.month, new.day) == (day.month, day.day)
        if not is_edge(day):
            assert abs((new - day).days) <= FURTHEST
        day += timedelta(days=1)


def test_values_are_the_same_each_time_and_others_by_another_key() -> None:
    other = Masks(b"o" * 32)
    row = b"01a1f9e2-cb11-7248-b04e-be3362c084da\tx 01a1f9e2-cb11-7248-b04e-be3362c084da"
    made = MASKS.ids(row)
    first, second = made.split(b"\tx ")
    assert first == second
    assert first[:13] == row[:13]
    assert first[13:] != row[13:36]
    assert MASKS.ids(row) == made != other.ids(row)
    assert MASKS.address("a").endswith("@mail.example")
    assert MASKS.phone("a").startswith("0000-00-")
    assert len({MASKS.plant(str(number)) for number in range(500)}) > 30
