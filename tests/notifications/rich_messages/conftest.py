"""The clerks' fixtures of the notices' tests, here too."""

from __future__ import annotations

from tests.notifications.composing.conftest import approver, writer

__all__ = ["approver", "writer"]
