"""How a window stands on a day, and which of several windows matters."""

from datetime import date

import pytest

from portal.catalogue.windows import State, Window, choose, state_of

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("today", "late", "state"),
    [
        ("2026-11-09", False, State.FUTURE),
        ("2026-11-10", False, State.OPEN),
        ("2026-11-16", False, State.OPEN),
        ("2026-11-17", False, State.DUE_SOON),
        ("2026-11-30", False, State.DUE_SOON),
        ("2026-12-01", False, State.PASSED),
        ("2026-12-01", True, State.OVERDUE),
    ],
)
def test_states_of_a_window(today: str, late: bool, state: State) -> None:
    window = Window(date(2026, 11, 10), date(2026, 11, 30), late)
    assert state_of(window, date.fromisoformat(today)) is state


def test_a_window_without_ends_is_open() -> None:
    assert state_of(Window(None, None), TODAY) is State.OPEN


def test_the_window_that_matters() -> None:
    past = Window(date(2026, 1, 1), date(2026, 10, 31))
    older = Window(date(2020, 1, 1), date(2020, 12, 31))
    ahead = Window(date(2028, 1, 1), date(2028, 12, 31))
    later = Window(date(2030, 1, 1), date(2030, 12, 31))
    now = Window(date(2026, 11, 1), None)
    newer = Window(date(2026, 11, 10), None)
    assert choose([past, now, ahead], TODAY, recurring=False) == now
    assert choose([newer, now], TODAY, recurring=False) == newer
    assert choose([now, newer], TODAY, recurring=False) == newer
    assert choose([older, past, later, ahead, None], TODAY, recurring=False) == past
    assert choose([past, older, ahead, later], TODAY, recurring=True) == ahead
    assert choose([older, ahead], TODAY, recurring=False) == ahead
    assert choose([None], TODAY, recurring=False) is None
    assert choose([older], TODAY, recurring=False) == older
    assert choose([later], TODAY, recurring=False) == later
