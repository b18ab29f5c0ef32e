"""Residents with addresses, clerks with permissions, notices in every state, for these tests."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select, text

from auth.identities import EMAIL, LINE, add
from notifications.notices.models import Delivery
from notifications.notices.writing import Draft, approve, submit, write
from notifications.segments.segment import Segment
from portal.core.clock import now, today
from portal.core.db import read, transaction
from portal.core.ids import new_id, new_secret
from portal.core.web.sessions import SessionRow
from portal.residents.models import Person, Resident
from tests.browser import Browser
from tests.conftest import RESIDENT_HOST, STAFF_HOST

WRITER, APPROVER = UUID(int=1), UUID(int=2)
CLERK = frozenset({"notices.view", "notices.write"})
CHIEF = frozenset({"notices.view", "notices.approve"})
WORDS = {"ja": {"title": "健診のお知らせ", "body": "12月の会場は西会館です。"}}
ENGLISH = {"en": {"title": "About the check", "body": "In December it is in the west hall."}}


def line_id(number: int) -> str:
    """A LINE user id that the stand-in knows."""
    return f"Uaaaa{number:028x}"


def resident(
    *,
    line: int | str | None = None,
    mail: str | None = None,
    language: str = "ja",
    children: tuple[tuple[date, str], ...] = (),
    **person: Any,
) -> UUID:
    """A resident with their own card, children (birthdate, district) and addresses."""
    with transaction() as session:
        who = Resident(id=new_id(), language=language)
        session.add(who)
        session.flush()
        session.add(Person(resident_id=who.id, relation="self", **person))
        for birthdate, district in children:
            session.add(
                Person(resident_id=who.id, relation="child", birthdate=birthdate, district=district)
            )
        if line is not None:
            add(session, who.id, LINE, line_id(line) if isinstance(line, int) else line)
        if mail is not None:
            add(session, who.id, EMAIL, mail)
    return who.id


def draft(segment: dict[str, Any] | None = None, **more: Any) -> Draft:
    """A notice for everybody, unless told otherwise."""
    values: dict[str, Any] = {"kind": "normal", "topic": "health", "variants": WORDS, "link": None}
    return Draft(segment=Segment.read(segment or {"all": []}), **(values | more))


def approved(segment: dict[str, Any] | None = None, **more: Any) -> UUID:
    """A notice written by one clerk and approved by another, its ring in the queue."""
    with transaction() as session:
        notice = write(session, WRITER, draft(segment, **more))
        submit(session, notice.id, WRITER, counted=0)
    with transaction() as session:
        approve(session, notice.id, APPROVER, version=1, counted=0)
    return notice.id


def outcomes(notice_id: UUID) -> dict[str, int]:
    """How many deliveries are sent, failed or open, by channel: {"line sent": 2}."""
    state = func.concat(
        Delivery.channel,
        text(
            "CASE WHEN sent_at IS NOT NULL THEN ' sent' "
            "WHEN failed_at IS NOT NULL THEN ' failed' ELSE ' open' END"
        ),
    )
    rows = read().execute(
        select(state, func.count()).where(Delivery.notice_id == notice_id).group_by(state)
    )
    return {row[0]: row[1] for row in rows}


def values(statement: Any) -> list[Any]:
    """The first column of what the database answers."""
    return list(read().execute(statement).scalars())


def let_time_pass(span: timedelta = timedelta(hours=1)) -> None:
    """Everything that waits for a later try is due: claims of killed workers are over."""
    for table in ("delivery_batches", "deliveries", "outbox_messages"):
        read().execute(
            text(f"UPDATE {table} SET next_try_at = next_try_at - :span"), {"span": span}
        )


def months_ago(months: int) -> date:
    """A birthdate that makes a child about this many months old."""
    return today() - timedelta(days=round(months * 30.44))


def sign_in(app: Flask, face: str, who: UUID, permissions: frozenset[str] = frozenset()) -> Browser:
    """A strict browser that holds a session of this resident or clerk."""
    token = new_secret()
    with app.app_context(), transaction() as session:
        session.add(
            SessionRow(
                token_hash=hashlib.sha256(token.encode()).digest(),
                face=face,
                subject_id=who,
                acr="two-steps",
                amr=["mail", "otp"],
                permissions=sorted(permissions),
                authenticated_at=now(),
                created_at=now(),
                seen_at=now(),
                data={},
            )
        )
    host = STAFF_HOST if face == "staff" else RESIDENT_HOST
    browser = Browser(app, f"http://{host}")
    browser.client.set_cookie(f"mado_{face}", token, domain=host.split(":")[0])
    return browser
