"""Recovery codes: there is never more than one paper that is worth something."""

from __future__ import annotations

from threading import Thread
from uuid import UUID

from flask import Flask

from auth import recovery
from auth.registration import register_resident
from portal.core.db import transaction


def make_codes(app: Flask, resident: UUID) -> None:
    with app.app_context(), transaction() as session:
        recovery.make(session, resident)


def test_two_tabs_leave_one_set_of_codes(ctx: Flask) -> None:
    with transaction() as session:
        resident = register_resident(session, email="sakura@home.example")
        recovery.make(session, resident)
    other = Thread(target=make_codes, args=(ctx, resident))
    with transaction() as session:
        codes = recovery.make(session, resident)
        other.start()
        other.join(0.5)  # it waits for us
        session.flush()
    other.join()
    with transaction() as session:
        assert recovery.left(session, resident) == recovery.COUNT
        assert not recovery.use(session, resident, codes[0])  # the other tab was the last
