"""The stand-ins of the notices' tests, and a morning from which runs are counted."""

from __future__ import annotations

from tests.notifications.conftest import (
    inside,
    letters,
    line_process,
    mail_process,
    phone,
    settings,
)
from tests.notifications.reminders.conftest import morning

__all__ = ["inside", "letters", "line_process", "mail_process", "morning", "phone", "settings"]
