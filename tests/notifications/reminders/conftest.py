"""The stand-ins of the notices' tests, and a morning on which an 18-month check begins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine

from tests.notifications.conftest import (
    inside,
    letters,
    line_process,
    mail_process,
    phone,
    settings,
)

__all__ = ["inside", "letters", "line_process", "mail_process", "phone", "settings"]

DAY = date(2026, 11, 20)  # a Friday
MORNING = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # ten o'clock in Japan


@pytest.fixture
def morning() -> Iterator[time_machine.Traveller]:
    """Time goes on from there; `move_to` goes to another one."""
    with time_machine.travel(MORNING, tick=True) as traveller:
        yield traveller
