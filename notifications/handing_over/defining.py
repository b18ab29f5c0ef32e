"""Acts of clerks: define what a tool gets, stop it; and of residents: agree, withdraw."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auth.provider import clients
from notifications.handing_over.files import ENCODINGS, FORMATS, ID, STATE, name_fault
from notifications.handing_over.models import HandOver, HandOverConsent
from portal.core import audit
from portal.core.clock import now
from portal.core.errors import N_, Conflict, MadoError, NotFound
from portal.core.ids import new_id
from portal.residents.interests import INTERESTS

LANGUAGE = "language"
FIELDS = (LANGUAGE, *INTERESTS)
ADDRESSES = ("line", "email")
REASONS = {
    "shape": N_("Please check the hand-over."),
    "name": N_("This name of a column can not be written in the file's encoding, or is no name."),
    "twice": N_("Two columns have the same name."),
    "client": N_("There is no such connected tool that keeps a secret."),
}


class FaultyHandOver(MadoError):
    """It can not be defined like this; `reason` is a key of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(REASONS[reason])
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a clerk defines; `names` of columns, where they are not the fields' own."""

    tool: str
    purpose: str
    address: str
    fields: tuple[str, ...]
    format: str
    encoding: str
    names: dict[str, str]
    client_id: str | None = None

    def columns(self) -> dict[str, str]:
        """Every column in its order; raises FaultyHandOver."""
        every = (ID, STATE, "address", *self.fields)
        if set(self.names) - set(every):
            raise FaultyHandOver("name")
        found = {field: self.names.get(field) or field for field in every}
        if any(name_fault(name, self.encoding) for name in found.values()):
            raise FaultyHandOver("name")
        if len(set(found.values())) < len(found):
            raise FaultyHandOver("twice")
        return found


def define(session: Session, by: UUID, wanted: Wanted) -> HandOver:
    """A new hand-over; nobody is in it until residents agree. Raises FaultyHandOver."""
    right = (
        0 < len(wanted.tool) <= 60
        and 0 < len(wanted.purpose) <= 400
        and wanted.address in ADDRESSES
        and set(wanted.fields) <= set(FIELDS)
        and wanted.format in FORMATS
        and wanted.encoding in ENCODINGS
    )
    if not right:
        raise FaultyHandOver("shape")
    client = clients.find(session, wanted.client_id) if wanted.client_id else None
    if wanted.client_id and (client is None or client.public):
        raise FaultyHandOver("client")
    made = HandOver(
        id=new_id(),
        tool=wanted.tool,
        purpose=wanted.purpose,
        address=wanted.address,
        fields=[each for each in FIELDS if each in wanted.fields],
        columns=wanted.columns(),
        format=wanted.format,
        encoding=wanted.encoding,
        client_id=client.id if client else None,
        by=by,
    )
    session.add(made)
    session.flush()
    audit.record(session, "hand_over.defined", ("hand_over", made.id), fields=len(made.fields))
    return made


def stop(session: Session, hand_over_id: UUID) -> None:
    """Nothing more is given but word to delete; consents end."""
    found = session.get(HandOver, hand_over_id, with_for_update=True)
    if found is None:
        raise NotFound()
    if found.stopped_at is not None:
        raise Conflict()
    found.stopped_at = now()
    _end(session, HandOverConsent.hand_over_id == hand_over_id)
    audit.record(session, "hand_over.stopped", ("hand_over", hand_over_id))


def agree(session: Session, hand_over_id: UUID, resident_id: UUID, language: str) -> None:
    """The resident lets this tool have what the page said; harmless twice."""
    living = select(HandOver.id).where(HandOver.id == hand_over_id, HandOver.stopped_at.is_(None))
    if session.scalar(living) is None:
        raise NotFound()
    made = insert(HandOverConsent).values(
        id=new_id(),
        hand_over_id=hand_over_id,
        resident_id=resident_id,
        language=language,
        given_at=now(),
    )
    session.execute(made.on_conflict_do_nothing())
    audit.record(session, "hand_over.consented", ("hand_over", hand_over_id))


def withdraw(session: Session, hand_over_id: UUID, resident_id: UUID) -> None:
    """The tool is told to delete with the next hand-over."""
    _end(
        session,
        HandOverConsent.hand_over_id == hand_over_id,
        HandOverConsent.resident_id == resident_id,
    )
    audit.record(session, "hand_over.withdrawn", ("hand_over", hand_over_id))


def _end(session: Session, *which: object) -> None:
    session.execute(
        update(HandOverConsent)
        .where(HandOverConsent.ended_at.is_(None), *which)  # type: ignore[arg-type]
        .values(ended_at=now())
    )
