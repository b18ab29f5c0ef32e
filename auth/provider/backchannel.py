"""Back-channel logout: tools with an address for it are told that a resident signed out."""

from __future__ import annotations

import ipaddress
import socket
from datetime import timedelta
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import HTTPError

from auth.provider import keys
from auth.provider.clients import Client
from auth.provider.models import LogoutNotice
from portal.core import audit, jobs
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.ids import new_secret
from portal.core.settings import Settings

log = structlog.get_logger(__name__)

EVENT = "http://schemas.openid.net/event/backchannel-logout"
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3))
PATIENCE = Timeout(connect=3, read=5, total=6)  # seconds
LEASE = timedelta(minutes=1)  # a worker that died is replaced after this
TOKEN_LIVES = 120  # seconds


class Unsafe(Exception):
    """The address leads into our own network."""


def deliver(notice_id: str) -> None:
    """The job: tell one tool. Harmless twice: the row is claimed first."""
    with transaction() as session:
        claimed = _claim(session, UUID(notice_id))
        if claimed is None:
            return
        notice, client = claimed
        token = logout_token(session, notice, client)
    fault = _post(client.backchannel_logout_uri or "", token)
    with transaction() as session:
        _settle(session, notice, fault)


def sweep() -> None:
    """A tick: ring again for what is due."""
    with transaction() as session:
        due = session.scalars(select(LogoutNotice.id).where(*_due()).limit(200)).all()
    for notice_id in due:
        jobs.ring_now("auth.provider.backchannel.deliver", notice_id)


def logout_token(session: Session, notice: LogoutNotice, client: Client) -> str:
    """OpenID Connect Back-Channel Logout 1.0 §2.4: never a nonce, its own type."""
    moment = int(now().timestamp())
    settings: Settings = current_app.extensions["mado.settings"]
    claims = {
        "iss": settings.PUBLIC_URL.rstrip("/"),
        "aud": client.client_id,
        "iat": moment,
        "exp": moment + TOKEN_LIVES,
        "jti": new_secret(),
        "sub": notice.subject,
        "sid": str(notice.sid),
        "events": {EVENT: {}},
    }
    return keys.sign(session, client.id_token_alg, claims, "logout+jwt")


def _due() -> tuple[ColumnElement[bool], ...]:
    return (
        LogoutNotice.done_at.is_(None),
        LogoutNotice.failed_at.is_(None),
        LogoutNotice.try_at <= now(),
    )


def _claim(session: Session, notice_id: UUID) -> tuple[LogoutNotice, Client] | None:
    claimed = session.execute(
        update(LogoutNotice)
        .where(LogoutNotice.id == notice_id, *_due())
        .values(tries=LogoutNotice.tries + 1, try_at=now() + LEASE)
        .returning(LogoutNotice)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if claimed is None:
        return None
    return claimed, session.get_one(Client, claimed.client_id)


def _settle(session: Session, notice: LogoutNotice, fault: str | None) -> None:
    if fault is None:
        values: dict[str, object] = {"done_at": now()}
    elif notice.tries > len(WAITS):
        values = {"failed_at": now()}
    else:
        values = {"try_at": now() + WAITS[notice.tries - 1]}
    session.execute(update(LogoutNotice).where(LogoutNotice.id == notice.id).values(**values))
    action = "tool.sign_out_told" if fault is None else "tool.sign_out_not_told"
    audit.record(session, action, ("client", notice.client_id), fault=fault, tries=notice.tries)


def _post(uri: str, token: str) -> str | None:
    """Send it, to the very address that was looked up; what went wrong, or None."""
    parts = urlsplit(uri)
    host, secure = parts.hostname or "", parts.scheme == "https"
    try:
        address = _safe_address(host, parts.port or (443 if secure else 80))
        with _pool(address, host, parts.port or (443 if secure else 80), secure) as pool:
            response = pool.request(
                "POST",
                parts.path + (f"?{parts.query}" if parts.query else "") or "/",
                body=urlencode({"logout_token": token}),
                headers={
                    "Host": parts.netloc,
                    "Content-Type": "application/x-www-form-urlencoded",
                },
                redirect=False,
                retries=False,
                timeout=PATIENCE,
                preload_content=False,  # nobody reads the answer's body, however long it is
            )
            status = response.status
            response.release_conn()
    except (HTTPError, OSError, Unsafe) as error:
        log.warning("backchannel.failed", error=type(error).__name__)
        return type(error).__name__
    return None if status in {200, 204} else f"status {status}"


def _pool(address: str, host: str, port: int, secure: bool) -> HTTPConnectionPool:
    if secure:
        return HTTPSConnectionPool(address, port, server_hostname=host, assert_hostname=host)
    return HTTPConnectionPool(address, port)


def _safe_address(host: str, port: int) -> str:
    """The host's address; a city in public never calls into its own network (SSRF)."""
    settings: Settings = current_app.extensions["mado.settings"]
    found = [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    inner = [one for one in found if not ipaddress.ip_address(one).is_global]
    if not found or (inner and settings.refuses_stand_ins):
        raise Unsafe
    return sorted(found, key=lambda one: ":" in one)[0]  # IPv4 first
