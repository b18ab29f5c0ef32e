"""Grants: a code that works once, and the family of tokens that dies together."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from auth.provider.asking import Asked
from auth.provider.clients import Client
from auth.provider.models import Grant
from auth.provider.proofs import hashed
from auth.provider.subjects import subject_of
from portal.core import audit
from portal.core.clock import now
from portal.core.db import plain, rows
from portal.core.ids import new_id, new_secret

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


@dataclass(frozen=True, slots=True)
class Family:
    """A grant as the endpoints read it; the names are those of its columns."""

    id: UUID
    client_id: UUID
    resident_id: UUID
    sid: UUID
    subject: str
    scopes: list[str]
    allowed: list[str]  # what its client may have today
    wants_nonce: bool  # as its client is registered today
    redirect_uri: str
    nonce: str | None
    challenge: str | None
    jkt: str | None
    acr: str
    amr: list[str]
    authenticated_at: datetime
    code_expires_at: datetime
    code_used_at: datetime | None
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """A token as the endpoints read it."""

    token_hash: bytes
    kind: str
    scopes: list[str]
    jkt: str | None
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None


# Every tool's every request comes through these; as plain SQL they cost a fifth of composed ones.
_OF_CLIENT = {"allowed": "c.scopes", "wants_nonce": "c.dpop_nonce"}
_FAMILY = ", ".join(_OF_CLIENT.get(one.name, f"g.{one.name}") for one in fields(Family))
_LIVING = (
    "JOIN residents r ON r.id = g.resident_id AND r.left_at IS NULL "
    "JOIN provider_clients c ON c.id = g.client_id AND c.stopped_at IS NULL"
)
OF_CODE = f"SELECT {_FAMILY} FROM provider_grants g {_LIVING} WHERE g.code_hash = %(code)s"  # noqa: S608
OF_TOKEN = (
    f"SELECT {', '.join(f't.{one.name}' for one in fields(Held))}, {_FAMILY} "  # noqa: S608
    f"FROM provider_tokens t JOIN provider_grants g ON g.id = t.grant_id {_LIVING} "
    "WHERE t.token_hash = %(token)s AND t.kind = ANY(%(kinds)s) "
    "AND g.revoked_at IS NULL AND g.expires_at > %(moment)s"
)
END_HELD = (
    "UPDATE provider_tokens SET ended_at = %(moment)s "
    "WHERE token_hash = %(token)s AND ended_at IS NULL"
)
TAKE_CODE = (
    "UPDATE provider_grants SET code_used_at = %(moment)s WHERE id = %(family)s "
    "AND code_used_at IS NULL AND revoked_at IS NULL AND code_expires_at > %(moment)s RETURNING id"
)
TAKE_HELD = f"{END_HELD} RETURNING grant_id AS id"
# What is shown is taken, its tokens are kept and the act is noted in one statement: of requests
# at the same moment one wins, and each statement less is a tenth of the answer's cost.
EXCHANGE = (
    "WITH taken AS ({take}), kept AS (INSERT INTO provider_tokens "  # noqa: S608
    "(token_hash, kind, grant_id, scopes, jkt, created_at, expires_at) "
    "SELECT made.hash, made.kind, taken.id, "
    "CASE made.kind WHEN 'access' THEN %(scopes)s::text[] ELSE %(all_scopes)s::text[] END, "
    "made.jkt, %(moment)s, made.ends FROM taken, unnest(%(hashes)s::bytea[], %(kinds)s::text[], "
    "%(keys)s::text[], %(ends)s::timestamptz[]) AS made(hash, kind, jkt, ends)), "
    f"noted AS ({audit.INTO} SELECT {audit.VALUES} FROM taken) SELECT count(*) FROM taken"
)
EXCHANGE_CODE, EXCHANGE_HELD = (EXCHANGE.format(take=take) for take in (TAKE_CODE, TAKE_HELD))


def issue_code(
    session: Session, client: Client, asked: Asked, who: SignedIn, until: datetime
) -> str:
    """A code for the tool: the start of a family, which ends with the consent at the latest."""
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
            expires_at=min(moment + FAMILY_LIVES, until),
        )
    )
    audit.record(session, "tool.code_issued", ("client", client.id))
    return code


def of_code(code: str) -> Family | None:
    """The family a code stands for, used and expired ones too; not of who has left."""
    found = rows(OF_CODE, {"code": hashed(code)})
    return Family(*found[0]) if found else None


def exchange(
    family: Family,
    held: Held | None,
    scopes: list[str],
    tokens: list[tuple[str, str, str | None]],
) -> bool:
    """Take the family's code, or the refresh token `held`, and keep new tokens instead, for good.

    Tokens are (kind, value, key). False when somebody took it before; nothing is kept then.
    """
    moment = now()
    ends = {"access": min(moment + ACCESS_LIVES, family.expires_at), "refresh": family.expires_at}
    action = "tool.refreshed" if held else "tool.signed_in"
    values = audit.entry(action, ("client", family.client_id)) | {
        "family": family.id,
        "token": held.token_hash if held else None,
        "moment": moment,
        "scopes": scopes,
        "all_scopes": family.scopes,
        "hashes": [hashed(value) for _, value, _ in tokens],
        "kinds": [kind for kind, _, _ in tokens],
        "keys": [jkt for _, _, jkt in tokens],
        "ends": [ends[kind] for kind, _, _ in tokens],
    }
    if rows(EXCHANGE_HELD if held else EXCHANGE_CODE, values) != [(1,)]:
        return False
    audit.noted(action)
    return True


def of_token(
    token: str, kinds: tuple[str, ...] = ("access", "refresh")
) -> tuple[Held, Family] | None:
    """A token and its family while the family lives; the token itself may be used or over."""
    values = {"token": hashed(token), "kinds": list(kinds), "moment": now()}
    found = rows(OF_TOKEN, values)
    if not found:
        return None
    count = len(fields(Held))
    return Held(*found[0][:count]), Family(*found[0][count:])


def end_token(session: Session, token: Held) -> bool:
    """Use up a refresh token, or revoke a token; False when it was before."""
    values = {"token": token.token_hash, "moment": now()}
    return plain(session, END_HELD, values).rowcount == 1


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


def revoke_family(session: Session, grant: Family, why: str) -> None:
    """Somebody showed a spent code or token: every token of that family ends."""
    revoke(session, why, Grant.id == grant.id)
    audit.record(session, "tool.family_revoked", ("client", grant.client_id), why=why)
