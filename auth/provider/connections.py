"""What a resident sees of connected tools: what each received and when, and the whole ledger."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.provider import scopes
from auth.provider.clients import Client
from auth.provider.models import Grant, Release, ToolConsent
from portal.core.clock import in_tokyo, now
from portal.core.errors import N_


@dataclass(frozen=True)
class Received:
    """Fields a tool received, how often and when last."""

    fields: str
    times: int
    last_at: datetime


@dataclass(frozen=True)
class Connection:
    """One connected tool."""

    client_id: UUID
    name: str
    purpose: str
    site: str  # where to ask: the origin a sign-in there leads back to
    fields: str
    since: datetime
    until: datetime
    signed_in_at: datetime | None
    received: list[Received]


def of(session: Session, resident_id: UUID) -> list[Connection]:
    """The tools with a living consent, the newest first."""
    last = (
        select(func.max(Grant.created_at))
        .where(Grant.resident_id == resident_id, Grant.client_id == Client.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(ToolConsent, Client, last.label("signed_in_at"))
        .join(Client, Client.id == ToolConsent.client_id)
        .where(
            ToolConsent.resident_id == resident_id,
            ToolConsent.ended_at.is_(None),
            ToolConsent.until > now(),
        )
        .order_by(ToolConsent.given_at.desc())
    ).all()
    received = _received(session, resident_id)
    return [
        Connection(
            client.id,
            client.name,
            client.purpose,
            _site(client),
            names(scopes.fields_of(consent.scopes)),
            consent.given_at,
            consent.until,
            signed_in_at,
            received.get(client.id, []),
        )
        for consent, client, signed_in_at in rows
    ]


def _site(client: Client) -> str:
    found = urlsplit(client.redirect_uris[0]) if client.redirect_uris else None
    return f"{found.scheme}://{found.netloc}/" if found else ""


def _received(session: Session, resident_id: UUID) -> dict[UUID, list[Received]]:
    rows = session.execute(
        select(
            Grant.client_id,
            Release.fields,
            func.sum(Release.times).label("times"),
            func.max(Release.last_at).label("last_at"),
        )
        .join(Grant, Grant.id == Release.grant_id)
        .where(Grant.resident_id == resident_id)
        .group_by(Grant.client_id, Release.fields)
        .order_by(func.max(Release.last_at).desc())
    )
    found: dict[UUID, list[Received]] = {}
    for client_id, fields, times, last_at in rows:
        one = Received(names(fields.split()), int(times), last_at)
        found.setdefault(client_id, []).append(one)
    return found


def names(fields: list[str]) -> str:
    """What fields are called on pages, in a row."""
    said = [gettext(scopes.LABELS[name]) for name in fields if name in scopes.LABELS]
    return gettext(", ").join(said) or str(gettext("Only a number for this tool"))


def ledger(session: Session, resident_id: UUID) -> str:
    """Every consent ever given to a tool, as CSV with a BOM (spreadsheets read it as UTF-8)."""
    rows = session.execute(
        select(ToolConsent, Client.name)
        .join(Client, Client.id == ToolConsent.client_id)
        .where(ToolConsent.resident_id == resident_id)
        .order_by(ToolConsent.given_at)
    )
    text = io.StringIO()
    table = csv.writer(text)
    heads = [N_("Service"), N_("Fields"), N_("Allowed at"), N_("Valid until"), N_("Ended at")]
    table.writerow([gettext(head) for head in (*heads, N_("Why it ended"))])
    reasons = {"withdrawn": gettext("disconnected"), "replaced": gettext("allowed anew")}
    for consent, name in rows:
        table.writerow(
            [
                _cell(name),
                names(scopes.fields_of(consent.scopes)),
                _moment(consent.given_at),
                _moment(consent.until),
                _moment(consent.ended_at),
                reasons.get(consent.ended_why or "", ""),
            ]
        )
    return "\ufeff" + text.getvalue()


def _cell(text: str) -> str:
    """Spreadsheets take these signs for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text


def _moment(at: datetime | None) -> str:
    return in_tokyo(at).strftime("%Y-%m-%d %H:%M") if at else ""
