"""What residents granted us at LINE, kept so that we can give it back (LINE: deauthorize).

A row is a grant of one LINE account. `ending_at` makes it work: a job gives the grant back, tries
again later, or gives up for good; a tick rings for what was lost. See docs/adr/0005-linking.md.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import requests
import structlog
from flask import current_app
from sqlalchemy import ColumnElement, Index, LargeBinary, exists, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth import flows
from auth.identities import LINE, Identity
from portal.core import audit, jobs
from portal.core.blind_indexes import index_to_write
from portal.core.clock import now
from portal.core.crypto import Personal, blind_indexes
from portal.core.db import Base, IdKey, transaction
from portal.core.errors import NeverAgain, TryLater
from portal.core.ids import new_id
from portal.core.settings import Settings

log = structlog.get_logger(__name__)

ACCESS_LIVES = timedelta(days=30)  # identity facts 1.2
REFRESH_LIVES = timedelta(days=90)  # from the first token on; LINE never makes it longer
CLAIM_FOR = timedelta(minutes=1)
WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
WAIT = timedelta(days=1)  # after those, once a day for as long as the tokens live
TIMEOUT = 7
JOB = "auth.line_grants.give_back"


class LineGrant(Base):
    """The newest tokens of one LINE account, by the blind index identities are found by too."""

    __tablename__ = "line_grants"
    __table_args__ = (
        Index(None, "user_index", unique=True),
        Index("ix_line_grants_due", "try_at", postgresql_where=text("ending_at IS NOT NULL")),
    )

    id: Mapped[IdKey]
    user_index: Mapped[bytes] = mapped_column(LargeBinary)
    access: Mapped[str] = mapped_column(Personal("line_grants.access"))
    refresh: Mapped[str | None] = mapped_column(Personal("line_grants.refresh"))
    at: Mapped[datetime] = mapped_column(default=now)
    ending_at: Mapped[datetime | None]
    try_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)


def keep(session: Session, user_id: str, access: str, refresh: str | None) -> None:
    """Keep the tokens of a sign-in just done; an ending that waits is off: it was granted anew."""
    values = {"access": access, "refresh": refresh, "at": now()}
    again = {"ending_at": None, "try_at": None, "tries": 0}
    index = index_to_write(session, LineGrant.user_index, user_id, LINE)
    row = insert(LineGrant).values(id=new_id(), user_index=index, **values)
    row = row.on_conflict_do_update(index_elements=["user_index"], set_=values | again)
    session.execute(row)


def end(session: Session, user_id: str) -> None:
    """The resident unlinks this LINE account or leaves: the grant shall be given back."""
    found = session.execute(
        update(LineGrant)
        .where(
            LineGrant.user_index.in_(blind_indexes(user_id, LINE)), LineGrant.ending_at.is_(None)
        )
        .values(ending_at=now(), try_at=now(), tries=0)
        .returning(LineGrant.id)
    ).scalar()
    if found is None:
        return
    audit.record(session, "line.grant_ending", ("line_grant", found))
    jobs.ring(session, JOB, found)


def give_back(grant_id: str) -> None:
    """The job: deauthorize at LINE, and forget the tokens once it is done or can not be done."""
    claimed = _claim(UUID(grant_id))
    if claimed is None:
        return
    try:
        _deauthorize(claimed)
        fault, over = None, True
    except (TryLater, ValueError) as error:  # ValueError: an answer that is not JSON
        fault, over = type(error).__name__, claimed.at + REFRESH_LIVES < now()
    except NeverAgain as error:
        fault, over = type(error).__name__, True
    with transaction() as session:
        _settle(session, claimed, fault, over=over)


def sweep() -> None:
    """A tick: ring for what is due; who allowed us at LINE but never registered is let go too."""
    known = exists().where(Identity.issuer == LINE, Identity.subject_index == LineGrant.user_index)
    with transaction() as session:
        session.execute(
            update(LineGrant)
            .where(LineGrant.ending_at.is_(None), LineGrant.at < now() - flows.LIVES, ~known)
            .values(ending_at=now(), try_at=now())
        )
        due = session.scalars(select(LineGrant.id).where(*_due()).limit(200)).all()
    for grant_id in due:
        jobs.ring_now(JOB, grant_id)


def _due() -> tuple[ColumnElement[bool], ...]:
    return LineGrant.ending_at.is_not(None), LineGrant.try_at <= now()


def _claim(grant_id: UUID) -> LineGrant | None:
    with transaction() as session:
        return session.execute(
            update(LineGrant)
            .where(LineGrant.id == grant_id, *_due())
            .values(tries=LineGrant.tries + 1, try_at=now() + CLAIM_FOR)
            .returning(LineGrant)
        ).scalar_one_or_none()


def _settle(session: Session, grant: LineGrant, fault: str | None, *, over: bool) -> None:
    """Only while it is still ending: a new sign-in meanwhile has granted anew."""
    still = session.execute(
        select(LineGrant)
        .where(LineGrant.id == grant.id, LineGrant.ending_at == grant.ending_at)
        .with_for_update()
    ).scalar_one_or_none()
    if still is None:
        return
    if over:
        session.delete(still)
    else:
        wait = WAITS[grant.tries - 1] if grant.tries <= len(WAITS) else WAIT
        still.try_at = now() + wait
    action = "line.deauthorized" if fault is None else "line.not_deauthorized"
    who = ("line_grant", grant.id)
    audit.record(session, action, who, fault=fault, tries=grant.tries, over=over)


def _deauthorize(grant: LineGrant) -> None:
    """LINE wants a stateless token of the Login channel and a live token of the user."""
    settings: Settings = current_app.extensions["mado.settings"]
    access = grant.access
    if grant.at + ACCESS_LIVES < now():
        access = _refreshed(settings, grant.refresh)
    credentials = {"grant_type": "client_credentials", **_channel(settings)}
    channel = _post(settings, "/oauth2/v3/token", data=credentials)
    if channel.status_code != 200:  # our own secret is wrong: the operator mends it, nothing lost
        raise TryLater()
    answer = _post(
        settings,
        "/user/v1/deauthorize",
        json={"userAccessToken": access},
        headers={"Authorization": f"Bearer {channel.json().get('access_token', '')}"},
    )
    if answer.status_code == 400:
        # "invalid token": taken back already in LINE's own settings, or by an earlier try of ours.
        raise NeverAgain()
    if answer.status_code != 204:
        raise TryLater()


def _refreshed(settings: Settings, refresh: str | None) -> str:
    if refresh is None:
        raise NeverAgain()
    asked = {"grant_type": "refresh_token", "refresh_token": refresh, **_channel(settings)}
    answer = _post(settings, "/oauth2/v2.1/token", data=asked)
    if answer.status_code == 400 and answer.json().get("error") == "invalid_grant":
        raise NeverAgain()
    if answer.status_code != 200:
        raise TryLater()
    return str(answer.json().get("access_token", ""))


def _channel(settings: Settings) -> dict[str, str]:
    return {
        "client_id": settings.LINE_LOGIN_CHANNEL_ID,
        "client_secret": settings.LINE_LOGIN_CHANNEL_SECRET,
    }


def _post(settings: Settings, path: str, **what: Any) -> requests.Response:
    try:
        answer = requests.post(settings.LINE_API_URL + path, timeout=TIMEOUT, **what)
    except (requests.RequestException, OSError):
        raise TryLater() from None
    # LINE keeps no logs for us: its request id is the only thread to pull.
    line_id = answer.headers.get("x-line-request-id")
    log.info("line.farewell", path=path, status=answer.status_code, line_request_id=line_id)
    if settings.refuses_stand_ins and "Mado-Standin" in answer.headers:
        raise TryLater()
    return answer
