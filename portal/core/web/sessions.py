"""Server-side sessions: a row found by the hash of the cookie's token, one read a request."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from flask import Flask, Request, Response, current_app, g
from flask.sessions import SessionInterface, SessionMixin
from psycopg.types.json import Jsonb
from sqlalchemy import Index, LargeBinary, delete, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.clock import now
from portal.core.db import Base, read, rows
from portal.core.ids import new_secret

IDLE = timedelta(minutes=30)  # NIST SP 800-63B-4: AAL2 inactivity should be at most 1 h
TOTAL = timedelta(hours=12)
STATIC = "/static/"  # the same for everybody: nobody is looked up
TOUCH = timedelta(seconds=60)  # `seen_at` is this exact, which saves a write on most pages
# Whose an expired session was is known this much longer, so that a form sent too late is not lost.
LATE = timedelta(hours=12)
ONE_STEP = "one_step"  # in the data of a session that a remembered device opened

COLUMNS = "subject_id, acr, amr, permissions, authenticated_at, created_at, seen_at, data"
OF_COOKIE = "FROM sessions WHERE token_hash = %(token_hash)s AND face = %(face)s"
# Every page begins with this read; as plain SQL it costs a fifth of a composed statement.
FIND = f"""
SELECT {COLUMNS} {OF_COOKIE} AND seen_at > %(seen_after)s AND created_at > %(created_after)s
"""
# Every first visit to a page with a form writes one, and every sign-in.
WRITTEN = f"token_hash, face, {COLUMNS}"
PLACES = ", ".join(f"%({name})s" for name in WRITTEN.split(", "))
ADD = f"INSERT INTO sessions ({WRITTEN}) VALUES ({PLACES}) RETURNING true"  # noqa: S608


class SessionRow(Base):
    """One browser's session on one face; `subject_id` is a resident or a staff account."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "face", "subject_id"), Index(None, "seen_at"))

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    face: Mapped[str]
    subject_id: Mapped[UUID | None]
    acr: Mapped[str | None]
    amr: Mapped[list[str]] = mapped_column(default=list)
    permissions: Mapped[list[str]] = mapped_column(default=list)
    authenticated_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    data: Mapped[dict[str, Any]]


class StoredSession(NamedTuple):
    """The columns of FIND."""

    subject_id: UUID | None
    acr: str | None
    amr: list[str]
    permissions: list[str]
    authenticated_at: datetime | None
    created_at: datetime
    seen_at: datetime
    data: dict[str, Any]


class ServerSession(SessionMixin):
    """Flask's session, plus who is signed in. Unread and unchanged sessions cost no write."""

    def __init__(
        self, face: str, token: str | None = None, row: StoredSession | None = None
    ) -> None:
        self.face = face
        self.token = token
        self.data: dict[str, Any] = dict(row.data) if row is not None else {}
        self.subject_id: UUID | None = row.subject_id if row is not None else None
        self.acr: str | None = row.acr if row is not None else None
        self.amr: list[str] = list(row.amr) if row is not None else []
        self.permissions: frozenset[str] = frozenset(row.permissions if row is not None else ())
        self.authenticated_at: datetime | None = row.authenticated_at if row is not None else None
        self.created_at: datetime | None = row.created_at if row is not None else None
        self.seen_at: datetime | None = row.seen_at if row is not None else None
        self.fault: Exception | None = None  # why the database could not say who this is
        self.modified = False
        self.accessed = False
        self.retired: list[str] = []  # tokens whose rows go when this request ends
        self.unattended = False  # a script asks, nobody does: that keeps no session alive

    @property
    def new(self) -> bool:  # type: ignore[override]
        return self.token is None

    def __getitem__(self, key: str) -> Any:
        self.accessed = True
        return self.data[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.modified = True
        self.data[key] = value

    def __delitem__(self, key: str) -> None:
        self.modified = True
        del self.data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def sign_in(
        self,
        subject_id: UUID,
        *,
        acr: str,
        amr: list[str],
        permissions: frozenset[str] = frozenset(),
        one_step: bool = False,
    ) -> None:
        """From now on this browser is `subject_id`, under a new token (session fixation).

        `one_step`: only the first step was proven; such a session is for looking.
        """
        self.renew()
        self.data.pop(ONE_STEP, None)
        if one_step:
            self.data[ONE_STEP] = True
        self.subject_id, self.acr, self.amr = subject_id, acr, amr
        self.permissions = permissions
        self.authenticated_at = now()

    def begin(self, db: Session) -> None:
        """Write it now: what the caller's transaction holds can not change in between."""
        self.token, self.created_at = new_secret(), now()
        kept = self.columns(self.created_at) | {"created_at": self.created_at}
        db.add(SessionRow(token_hash=_hash(self.token), **kept))

    def columns(self, moment: datetime) -> dict[str, Any]:
        """What a row keeps, but for the token and the beginning."""
        names = ("face", "subject_id", "acr", "amr", "authenticated_at", "data")
        kept = {name: getattr(self, name) for name in names}
        seen = max(moment, self.seen_at or moment)  # a clock set back signs nobody out
        return kept | {"permissions": sorted(self.permissions), "seen_at": seen}

    def sign_out(self) -> None:
        """Nobody is signed in any more, and nothing of the session remains."""
        self.renew()
        self.data.clear()
        self.subject_id = self.acr = self.authenticated_at = None
        self.amr, self.permissions = [], frozenset()

    def renew(self) -> None:
        """Go on under a new token; the old one is worth nothing any more."""
        if self.token:
            self.retired.append(self.token)
        self.token = self.created_at = None
        self.data.pop("csrf_token", None)
        self.modified = True

    @property
    def one_step(self) -> bool:
        return bool(self.data.get(ONE_STEP))

    def seconds_left(self) -> tuple[int, int]:
        """Until it ends when nothing is done, and until it ends whatever is done."""
        moment = now()
        seen = self.seen_at or moment
        seen = moment if self.modified or seen < moment - TOUCH else seen  # as it will be saved
        total = (self.created_at or moment) + TOTAL - moment
        return int(min(seen + IDLE - moment, total).total_seconds()), int(total.total_seconds())

    @property
    def empty(self) -> bool:
        return not self.data and self.subject_id is None


class SessionStore(SessionInterface):
    """Opens and saves `ServerSession`s; the face is known from the host before routing."""

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        """The browser's session, or an empty one. Without the database it carries the `fault`:

        Flask asks before any error page can be made, so `access` raises it where one can.
        """
        face = face_of(request)
        token = request.cookies.get(cookie_name(face))
        if not token or request.path.startswith(STATIC):
            return ServerSession(face)
        try:
            row = find(token, face)
        except (OperationalError, PoolTimeout) as error:
            session = ServerSession(face)
            session.fault = error
            return session
        return ServerSession(face, token, row) if row else ServerSession(face)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what changed, and tell the browser its token."""
        assert isinstance(session, ServerSession)  # noqa: S101  (Flask hands back what we opened)
        if session.fault is not None or g.get("read_only"):
            return  # the cookie may be good: it is kept for when the database is back
        moment = now()
        for token in session.retired:
            read().execute(delete(SessionRow).where(SessionRow.token_hash == _hash(token)))
        if session.accessed or session.modified or not session.new:
            response.vary.add("Cookie")
        if session.modified and not (session.new and session.empty):
            self._write(session, moment)
            _set_cookie(response, session.face, session.token)
        elif session.modified and session.retired:
            _set_cookie(response, session.face, None)
        elif session.unattended:
            return
        elif session.seen_at and session.seen_at < moment - TOUCH and session.token:
            read().execute(
                update(SessionRow)
                .where(SessionRow.token_hash == _hash(session.token))
                .values(seen_at=moment)
            )

    def _write(self, session: ServerSession, moment: datetime) -> None:
        session.token = session.token or new_secret()
        values = session.columns(moment)
        if session.created_at is not None:
            # An old session is only ever updated: one that was ended elsewhere stays ended.
            old = SessionRow.token_hash == _hash(session.token)
            read().execute(update(SessionRow).where(old).values(**values))
        else:
            new = {"token_hash": _hash(session.token), "created_at": moment}
            rows(ADD, values | new | {"data": Jsonb(session.data)})


def find(token: str, face: str, statement: str = FIND) -> StoredSession | None:
    """The live row of this token on this face."""
    moment = now()
    values = {
        "token_hash": _hash(token),
        "face": face,
        "seen_after": moment - IDLE,
        "created_after": moment - TOTAL,
    }
    found = rows(statement, values)
    return StoredSession(*found[0]) if found else None


def end_sessions(face: str, subject_id: UUID, *, keep: str | None = None) -> int:
    """End every session of a resident or staff account (but the one with token `keep`)."""
    statement = delete(SessionRow).where(
        SessionRow.face == face, SessionRow.subject_id == subject_id
    )
    if keep:
        statement = statement.where(SessionRow.token_hash != _hash(keep))
    return read().execute(statement).rowcount


def sweep_sessions() -> int:
    """Delete sessions that have been over for LATE; returns how many."""
    moment = now() - LATE
    return (
        read()
        .execute(
            delete(SessionRow).where(
                (SessionRow.seen_at < moment - IDLE) | (SessionRow.created_at < moment - TOTAL)
            )
        )
        .rowcount
    )


def face_of(request: Request) -> str:
    """`staff` on the staff host, `resident` on the residents' host, else `unknown`."""
    settings = current_app.extensions["mado.settings"]
    if request.host in settings.staff_hosts:
        return "staff"
    return "resident" if request.host == settings.resident_host else "unknown"


def cookie_name(face: str) -> str:
    """`__Host-` cookies where the browser allows them (https), plain names on local http."""
    prefix = "__Host-" if current_app.extensions["mado.settings"].secure else ""
    return f"{prefix}mado_{face}"


def _set_cookie(response: Response, face: str, token: str | None) -> None:
    name, secure = cookie_name(face), current_app.extensions["mado.settings"].secure
    if token is None:
        response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="Lax")
    else:
        response.set_cookie(name, token, path="/", secure=secure, httponly=True, samesite="Lax")


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
