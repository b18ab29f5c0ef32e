"""Acts on tickets: ask, answer, note, close, open again, make a draft of the FAQ."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.core import audit, outbox
from portal.core.clock import now, today
from portal.core.crypto import keyed_hash
from portal.core.db import transaction
from portal.core.errors import N_, Conflict, NotFound
from portal.core.ids import new_id
from portal.core.registries import registries
from portal.operations.tickets.records import Ticket, TicketAct

MESSAGE = "portal_ticket_answer"  # of templates/mail and templates/line
RECEIPT = "portal_ticket_received"
ANSWER_WITHIN = timedelta(hours=48)
FORGOTTEN_AFTER = timedelta(days=90)  # after the end: the address goes, the words stay
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that looks like another


class AlreadyClosed(Conflict):
    """Somebody else closed it."""

    message = N_("This has been closed meanwhile.")


def token(ticket_id: UUID) -> str:
    """The secret part of the address where the answer stands."""
    secret = keyed_hash(str(ticket_id), "ticket_link")
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")


def path(ticket_id: UUID) -> str:
    """Where who asked reads the answer."""
    return f"/contact/t/{token(ticket_id)}"


def hashed(secret: str) -> bytes:
    """What is kept of a link."""
    return hashlib.sha256(secret.encode()).digest()


def ask(
    session: Session,
    *,
    topic: str,
    words: str,
    language: str,
    mail: str | None = None,
    resident_id: UUID | None = None,
    staff_id: UUID | None = None,
) -> Ticket:
    """Keep a question; who gave an address gets the link by mail."""
    made_id = new_id()
    made = Ticket(
        id=made_id,
        number=f"{today():%y%m}-{''.join(secrets.choice(LETTERS) for _ in range(5))}",
        link_hash=hashed(token(made_id)),
        kind="staff" if staff_id else "resident",
        topic=topic,
        words=words,
        mail=mail,
        resident_id=resident_id,
        staff_id=staff_id,
        language=language,
    )
    session.add(made)
    session.flush()
    audit.record(session, "ticket.asked", ("ticket", made.id), kind=made.kind, topic=topic)
    if mail:
        _mail(session, made, mail, RECEIPT)
    return made


def act(session: Session, ticket_id: UUID, kind: str, words: str, by: UUID | None) -> TicketAct:
    """An answer, note, end or new beginning. Raises NotFound or AlreadyClosed."""
    ticket = session.get(Ticket, ticket_id, with_for_update=True)
    if ticket is None:
        raise NotFound()
    if ticket.closed_at and kind in {"answer", "closed"}:
        raise AlreadyClosed()
    made = TicketAct(ticket_id=ticket_id, kind=kind, words=words, by=by)
    session.add(made)
    if kind == "answer":
        ticket.answered_at = ticket.answered_at or now()
        tell(session, ticket)
    if kind in {"closed", "reopened"}:
        ticket.closed_at = now() if kind == "closed" else None
    session.flush()
    audit.record(session, f"ticket.{kind}", ("ticket", ticket_id))
    return made


def tell(session: Session, ticket: Ticket) -> None:
    """Few words and a link, never the answer itself: by mail, else as a resident is told."""
    if ticket.mail:
        _mail(session, ticket, ticket.mail, MESSAGE)
    elif ticket.resident_id and (tell_resident := registries().tell):
        tell_resident(session, ticket.resident_id, MESSAGE, path(ticket.id), by_line=True)


def _mail(session: Session, ticket: Ticket, to: str, message: str) -> None:
    url = current_app.extensions["mado.settings"].PUBLIC_URL + path(ticket.id)
    outbox.post(session, "mail", to, message, {"url": url}, language=ticket.language)


def by_link(session: Session, secret: str) -> tuple[Ticket, list[TicketAct]]:
    """A ticket and what who asked may read of it."""
    ticket = session.scalar(select(Ticket).where(Ticket.link_hash == hashed(secret)))
    if ticket is None:
        raise NotFound()
    return ticket, [one for one in acts(session, ticket.id) if one.kind == "answer"]


def acts(session: Session, ticket_id: UUID) -> list[TicketAct]:
    """All acts, oldest first."""
    chosen = select(TicketAct).where(TicketAct.ticket_id == ticket_id)
    return list(session.scalars(chosen.order_by(TicketAct.at, TicketAct.id)))


def of_resident(session: Session, resident_id: UUID) -> list[Ticket]:
    """What this resident asked, newest first."""
    chosen = select(Ticket).where(Ticket.resident_id == resident_id)
    return list(session.scalars(chosen.order_by(Ticket.created_at.desc()).limit(20)))


def forget_resident(session: Session, resident_id: UUID) -> None:
    """Before an account is erased: the question stays without who asked."""
    mine = Ticket.resident_id == resident_id
    session.execute(update(Ticket).where(mine).values(mail=None, forgotten_at=now()))


def sweep() -> int:
    """Tick: addresses of what was closed some months ago go."""
    old = Ticket.closed_at < now() - FORGOTTEN_AFTER
    with transaction() as session:
        gone = session.execute(
            update(Ticket)
            .where(old, Ticket.forgotten_at.is_(None))
            .values(mail=None, forgotten_at=now())
            .returning(Ticket.id)
        )
        return len(gone.all())
