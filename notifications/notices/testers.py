"""A clerk's own phone for tests: linked by a code that is typed on it, signed in as a resident.

Only the LINE user id is kept with the clerk; which resident it is, is not.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import LargeBinary, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.identities import addresses_of
from portal.core import audit
from portal.core.clock import now
from portal.core.crypto import Personal
from portal.core.db import Base
from portal.core.errors import N_, MadoError

CODE_LIVES = timedelta(minutes=10)


class WrongCode(MadoError):
    """No clerk waits for this code, or the account has no LINE."""

    message = N_("This code is not right, or it is over.")


class LineTester(Base):
    """Where a clerk's tests go by LINE; a code waits until a phone has typed it."""

    __tablename__ = "line_testers"

    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_id: Mapped[str | None] = mapped_column(Personal("line_testers.line_id"))
    linked_at: Mapped[datetime | None]
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    code_until: Mapped[datetime | None]


def new_code(session: Session, staff_id: UUID) -> str:
    """Eight digits for ten minutes; an earlier code is worth nothing."""
    code = f"{secrets.randbelow(10**8):08}"
    values = {"code_hash": _hash(code), "code_until": now() + CODE_LIVES}
    made = insert(LineTester).values(staff_id=staff_id, **values)
    session.execute(made.on_conflict_do_update(index_elements=["staff_id"], set_=values))
    audit.record(session, "line_tester.code_made", ("staff", staff_id))
    return code


def link(session: Session, code: str, resident_id: UUID) -> None:
    """The phone's LINE account becomes the clerk's test phone; raises WrongCode."""
    waits = select(LineTester).where(
        LineTester.code_hash == _hash(code), LineTester.code_until > now()
    )
    tester = session.scalar(waits.with_for_update())
    found = addresses_of(session, [resident_id]).get(resident_id)
    if tester is None or found is None or found.line is None:
        raise WrongCode()
    tester.line_id, tester.linked_at = found.line, now()
    tester.code_hash = tester.code_until = None
    audit.record(session, "line_tester.linked", ("staff", tester.staff_id))


def forget(session: Session, staff_id: UUID) -> None:
    """Tests go by mail only again."""
    session.execute(delete(LineTester).where(LineTester.staff_id == staff_id))
    audit.record(session, "line_tester.forgotten", ("staff", staff_id))


def of(session: Session, staff_id: UUID) -> str | None:
    """The LINE user id of a clerk's test phone."""
    return session.scalar(select(LineTester.line_id).where(LineTester.staff_id == staff_id))


def _hash(code: str) -> bytes:
    return hashlib.sha256(f"line tester {code}".encode()).digest()
