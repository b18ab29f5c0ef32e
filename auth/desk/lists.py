"""Printed code lists: twenty numbered codes, asked for in order, for people without an app."""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.errors import FlowOver
from portal.core.clock import now
from portal.core.crypto import keyed_hash
from portal.core.db import Base, IdKey, read
from portal.core.ids import new_id
from portal.residents.models import Resident

COUNT = 20
FEW = 3  # left: time to fetch a new one
# Eight figures can be typed on any phone: 26 bits, more than the 20 NIST SP 800-63B-4 §3.1.2 asks
# of a look-up secret whose tries are counted.
FIGURES = 8
ACTIVATION_FIGURES = 10
WAITS = timedelta(days=14)  # a list for somebody who has no account yet


class DeskList(Base):
    """One sheet. Without a resident it waits for the sign-up that types its activation number.

    `hashes` are keyed hashes of the codes in their order; `asked` is the number asked for next.
    """

    __tablename__ = "desk_lists"

    id: Mapped[IdKey]
    resident_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), unique=True
    )
    activation_index: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    flow_id: Mapped[UUID | None]  # the sign-up that proved to hold it
    hashes: Mapped[list[str]]
    asked: Mapped[int] = mapped_column(default=1)
    issued_by: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(default=now)


@dataclass(frozen=True)
class Sheet:
    """What is printed, once."""

    codes: list[str]
    activation: str | None = None


def issue(session: Session, resident_id: UUID, clerk: UUID) -> Sheet:
    """A new list in place of the old one, also of one made at this moment at another desk."""
    session.execute(select(Resident.id).where(Resident.id == resident_id).with_for_update())
    remove(session, resident_id)
    return _make(session, clerk, resident_id=resident_id)


def issue_for_sign_up(session: Session, clerk: UUID) -> Sheet:
    """A list for somebody who registers later: it is worth something together with its number."""
    activation = _figures(ACTIVATION_FIGURES)
    return _make(session, clerk, activation=activation)


def remove(session: Session, resident_id: UUID) -> bool:
    """The resident's list is worth nothing any more; whether there was one."""
    gone = delete(DeskList).where(DeskList.resident_id == resident_id).returning(DeskList.id)
    return session.execute(gone).scalar() is not None


def of(session: Session, resident_id: UUID) -> DeskList | None:
    """The resident's list, if it has a code left."""
    found = session.execute(
        select(DeskList).where(DeskList.resident_id == resident_id, DeskList.asked <= COUNT)
    )
    return found.scalar_one_or_none()


def use(session: Session, resident_id: UUID, typed: str) -> bool:
    """Whether `typed` is the code that is asked for now; it is spent then, once."""
    sheet = of(session, resident_id)
    return sheet is not None and _matches(sheet, typed) and _spend(session, sheet)


def claim(session: Session, flow_id: UUID, activation: str, typed: str) -> bool:
    """Whether a sign-up holds a waiting list: its number and its first code. Nothing is spent."""
    sheet = session.execute(
        select(DeskList)
        .where(
            DeskList.activation_index == _activation_index(activation),
            DeskList.resident_id.is_(None),
            DeskList.created_at > now() - WAITS,
        )
        .with_for_update()
    ).scalar_one_or_none()
    if sheet is None or not _matches(sheet, typed):
        return False
    sheet.flow_id = flow_id
    return True


def adopt(session: Session, flow_id: UUID, resident_id: UUID) -> None:
    """The sign-up made its account: the list is the resident's, its first code is spent."""
    adopted = session.execute(
        update(DeskList)
        .where(DeskList.flow_id == flow_id, DeskList.resident_id.is_(None))
        .values(resident_id=resident_id, activation_index=None, flow_id=None, asked=2)
        .returning(DeskList.id)
    )
    if adopted.scalar() is None:  # another sign-up claimed it after this one
        raise FlowOver()


def sweep() -> int:
    """Delete lists nobody signed up with; returns how many."""
    over = delete(DeskList).where(
        DeskList.resident_id.is_(None), DeskList.created_at < now() - WAITS
    )
    return read().execute(over).rowcount


def _make(
    session: Session, clerk: UUID, *, resident_id: UUID | None = None, activation: str | None = None
) -> Sheet:
    sheet_id, codes = new_id(), [_figures(FIGURES) for _ in range(COUNT)]
    session.add(
        DeskList(
            id=sheet_id,
            resident_id=resident_id,
            activation_index=_activation_index(activation) if activation else None,
            hashes=[_hash(sheet_id, number, code) for number, code in enumerate(codes, 1)],
            issued_by=clerk,
        )
    )
    session.flush()
    return Sheet([f"{code[:4]} {code[4:]}" for code in codes], activation)


def _spend(session: Session, sheet: DeskList) -> bool:
    """Conditional update: of two requests with one code, one wins."""
    won = session.execute(
        update(DeskList)
        .where(DeskList.id == sheet.id, DeskList.asked == sheet.asked)
        .values(asked=sheet.asked + 1)
        .returning(DeskList.id)
        .execution_options(synchronize_session=False)
    )
    return won.scalar() is not None


def _matches(sheet: DeskList, typed: str) -> bool:
    return hmac.compare_digest(
        sheet.hashes[sheet.asked - 1], _hash(sheet.id, sheet.asked, _plain(typed))
    )


def _hash(sheet_id: UUID, number: int, code: str) -> str:
    """Bound to its sheet and number: a copied hash is worth nothing elsewhere."""
    return keyed_hash(code, f"desk_list:{sheet_id}:{number}").hex()


def _activation_index(number: str) -> bytes:
    return keyed_hash(_plain(number), "desk_list:activation")


def _figures(count: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(count))


def _plain(typed: str) -> str:
    """Full-width figures and blanks, as typed on a Japanese phone."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", typed) if sign.isdigit())
