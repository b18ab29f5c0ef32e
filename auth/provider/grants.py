"""Grants: a code that works once, and the family of tokens that dies together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from auth.provider.asking import Asked
from auth.provider.clients import Client
from auth.provider.models import Grant, Token
from auth.provider.proofs import hashed
from auth.provider.subjects import subject_of
from portal.core import audit
from portal.core.clock import now
from portal.core.ids import new_id, new_secret
from portal.residents.models import Resident

CODE_LIVES = timedelta(seconds=60)
ACCESS_LIVES = timedelta(minutes=10)
FAMILY_LIVES = timedelta(days=30)


@dataclass(frozen=True)
class SignedIn:
    """How the resident is signed in here at this moment; `sid` names that sign-in to tools."""

    resident_id: UUID
    sid: UUID
    acr: str
    amr: list[str]
    at: datetime


def issue_code(session: Session, client: Client, asked: Asked, who: SignedIn) -> str:
    """A code for the tool: the start of a family."""
    code, moment = new_secret(), now()
    session.add(
        Grant(
            id=new_id(),
            client_id=client.id,
            resident_id=who.resident_id,
            sid=who.sid,
            subject=subject_of(session, client.sector, who.resident_id),
            scopes=asked.scopes,
            redirect_uri=asked.redirect_uri,
            nonce=asked.nonce,
            challenge=asked.challenge,
            jkt=asked.jkt,
            acr=who.acr,
            amr=who.amr,
            authenticated_at=who.at,
            code_hash=hashed(code),
            code_expires_at=moment + CODE_LIVES,
            expires_at=moment + FAMILY_LIVES,
        )
    )
    audit.record(session, "tool.code_issued", ("client", client.id))
    return code


def of_code(session: Session, code: str) -> Grant | None:
    """The grant a code stands for, used and expired ones too; not of who has left."""
    return session.execute(
        select(Grant)
        .join(Resident, Resident.id == Grant.resident_id)
        .where(Grant.code_hash == hashed(code), Resident.left_at.is_(None))
    ).scalar_one_or_none()


def redeem(session: Session, grant: Grant) -> bool:
    """Take the code, if nobody has: of requests at the same moment one wins."""
    won = session.execute(
        update(Grant)
        .where(
            Grant.id == grant.id,
            Grant.code_used_at.is_(None),
            Grant.revoked_at.is_(None),
            Grant.code_expires_at > now(),
        )
        .values(code_used_at=now())
        .returning(Grant.id)
        .execution_options(synchronize_session=False)
    )
    return won.scalar() is not None


def add_tokens(
    session: Session, grant: Grant, scopes: list[str], access: str, refresh: str | None, jkt: Any
) -> None:
    """Keep new tokens of the family."""
    moment = now()
    ends = min(moment + ACCESS_LIVES, grant.expires_at)
    rows = [_row(grant, "access", access, scopes, jkt[0], ends)]
    if refresh is not None:
        rows.append(_row(grant, "refresh", refresh, grant.scopes, jkt[1], grant.expires_at))
    session.execute(Token.__table__.insert(), rows)  # type: ignore[attr-defined]


def _row(
    grant: Grant, kind: str, token: str, scopes: list[str], jkt: str | None, ends: datetime
) -> dict[str, Any]:
    return {
        "token_hash": hashed(token),
        "kind": kind,
        "grant_id": grant.id,
        "scopes": scopes,
        "jkt": jkt,
        "expires_at": ends,
    }


def of_token(session: Session, token: str, kind: str | None = None) -> tuple[Token, Grant] | None:
    """A token and its family while the family lives; the token itself may be used or over."""
    statement = (
        select(Token, Grant)
        .join(Grant, Grant.id == Token.grant_id)
        .join(Resident, Resident.id == Grant.resident_id)
        .join(Client, Client.id == Grant.client_id)
        .where(
            Token.token_hash == hashed(token),
            Grant.revoked_at.is_(None),
            Grant.expires_at > now(),
            Resident.left_at.is_(None),
            Client.stopped_at.is_(None),
        )
    )
    if kind is not None:
        statement = statement.where(Token.kind == kind)
    found = session.execute(statement).one_or_none()
    return (found[0], found[1]) if found else None


def end_token(session: Session, token: Token) -> bool:
    """Use up a refresh token, or revoke a token; False when it was before."""
    won = session.execute(
        update(Token)
        .where(Token.token_hash == token.token_hash, Token.ended_at.is_(None))
        .values(ended_at=now())
        .returning(Token.kind)
        .execution_options(synchronize_session=False)
    )
    return won.scalar() is not None


def revoke(session: Session, why: str, *which: ColumnElement[bool]) -> list[Grant]:
    """End the families `which` picks; returns them."""
    return list(
        session.scalars(
            update(Grant)
            .where(Grant.revoked_at.is_(None), *which)
            .values(revoked_at=now(), revoked_why=why)
            .returning(Grant)
            .execution_options(synchronize_session=False)
        )
    )


def revoke_family(session: Session, grant: Grant, why: str) -> None:
    """Somebody showed a spent code or token: every token of that family ends."""
    revoke(session, why, Grant.id == grant.id)
    audit.record(session, "tool.family_revoked", ("client", grant.client_id), why=why)
