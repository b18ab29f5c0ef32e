"""Endings: a connection is cut, a sign-in is over, a client is stopped; tools are told."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from auth.provider import grants, tool_consents
from auth.provider.clients import Client
from auth.provider.models import Grant, LogoutNotice
from portal.core import audit, jobs
from portal.core.clock import now
from portal.core.ids import new_id
from portal.core.web.sessions import SessionRow

DELIVER = "auth.provider.backchannel.deliver"


def stop(session: Session, client: Client) -> None:
    """Stop a client; nothing it holds is worth anything from now on."""
    client.stopped_at = now()
    ended = grants.revoke(session, "client_stopped", Grant.client_id == client.id)
    audit.record(session, "client.stopped", ("client", client.id), connections=len(ended))


def disconnect(session: Session, resident_id: UUID, client_id: UUID) -> None:
    """The resident cuts the connection: consent and tokens end, the tool is told."""
    tool_consents.withdraw(session, resident_id, client_id)
    mine = (Grant.resident_id == resident_id, Grant.client_id == client_id)
    tell(session, grants.revoke(session, "withdrawn", *mine))


def sign_out(session: Session, *which: ColumnElement[bool]) -> None:
    """These sign-ins are over: their tools are told, their tokens end."""
    ended = grants.revoke(session, "signed_out", *which)
    for grant in ended:
        whose = ("client", grant.client_id)
        audit.record(session, "tool.family_revoked", whose, why="signed_out")
    tell(session, ended)


def sign_out_lost(session: Session, resident_id: UUID) -> None:
    """The resident ended sessions: what was signed in by one that is gone is over too."""
    alive = select(SessionRow.data["tools_sid"].astext).where(
        SessionRow.face == "resident", SessionRow.subject_id == resident_id
    )
    kept = [UUID(found) for found in session.scalars(alive) if found]
    sign_out(session, Grant.resident_id == resident_id, Grant.sid.not_in(kept))


def tell(session: Session, ended: Iterable[Grant]) -> None:
    """One notice a tool and sign-in, for tools that have an address for it."""
    ended = list(ended)
    wanted = select(Client.id).where(
        Client.id.in_({grant.client_id for grant in ended}),
        Client.backchannel_logout_uri.is_not(None),
        Client.stopped_at.is_(None),
    )
    able = set(session.scalars(wanted)) if ended else set()
    for client_id, subject, sid in {(g.client_id, g.subject, g.sid) for g in ended}:
        if client_id in able:
            notice = LogoutNotice(id=new_id(), client_id=client_id, subject=subject, sid=sid)
            session.add(notice)
            jobs.ring(session, DELIVER, notice.id)
