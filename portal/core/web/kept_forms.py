"""Forms that came after the sign-in had run out: kept for their owner, given back to be sent."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from flask import after_this_request, current_app, flash, g, request
from flask_babel import gettext
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import Index, LargeBinary, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from portal.core.clock import now
from portal.core.crypto import PersonalJSON
from portal.core.db import Base, IdKey, read, transaction
from portal.core.ids import new_id, new_secret
from portal.core.web.sessions import (
    COLUMNS,
    OF_COOKIE,
    StoredSession,
    cookie_name,
    face_of,
    find,
)

FOR = timedelta(minutes=30)
LARGEST = 64 * 1024  # characters of all fields together
PARAMETER = "kept"  # of the page's address, when it shall show the fields
# Codes and secrets are typed anew: "code", "recovery_code", "new-password" …
NEVER = re.compile(r"(?:^|[-_])(?:csrf|token|secret|password|pin|credential|otp)(?:[-_]|$)")
CODE = re.compile(r"(?:^|[-_])code$")
POSTAL = re.compile(r"^(?:post|postal|zip)[-_]?code$")

FIND_EXPIRED = f"""
SELECT {COLUMNS} {OF_COOKIE} AND subject_id IS NOT NULL
  AND (seen_at <= %(seen_after)s OR created_at <= %(created_after)s)
"""


class KeptForm(Base):
    """The fields of one form, until its owner has signed in again in the same browser."""

    __tablename__ = "kept_forms"
    __table_args__ = (Index(None, "created_at"), Index(None, "resident_id"))

    id: Mapped[IdKey]
    resident_id: Mapped[UUID]
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary)
    path: Mapped[str]
    fields: Mapped[dict[str, Any]] = mapped_column(PersonalJSON("kept_forms.fields"))
    had_files: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(default=now)


def expired_session() -> StoredSession | None:
    """Whose this browser's session was before it ran out. It proves nothing any more."""
    face = face_of(request)
    token = request.cookies.get(cookie_name(face))
    return find(token, face, FIND_EXPIRED) if token else None


def keep(owner: UUID | None, session_data: Mapping[str, Any]) -> str | None:
    """Keep this request's form for `owner`; the page where it will stand again, if there is one.

    Only a form of our own page, made for the very session that ran out: what another site sends
    in somebody's name must not wait there, filled in, to be sent by that somebody.
    """
    page = _page()
    fields = typed()
    if owner is None or page is None or not fields or not _is_ours(session_data):
        return page
    if len(json.dumps(fields)) > LARGEST:
        return page
    browser = request.cookies.get(_cookie()) or new_secret()
    row = KeptForm(
        id=new_id(),
        resident_id=owner,
        browser_hash=_hash(browser),
        path=urlsplit(page).path,
        fields=fields,
        had_files=any(file.filename for file in request.files.values()),
    )
    with transaction() as session:
        session.add(row)
    _hand_out(browser)
    flash(gettext("What you typed is kept. After this step it comes back."), "info")
    return f"{page}{'&' if urlsplit(page).query else '?'}{urlencode({PARAMETER: str(row.id)})}"


def give_back(resident_id: UUID) -> None:
    """Let the forms of this page show what was kept; once it is sent, it is forgotten."""
    row = _find(resident_id)
    if row is None or row.path != request.path:
        return
    if request.method == "POST":
        _forget_when_sent(row.id)
        return
    g.kept_fields = MultiDict([(name, value) for name in row.fields for value in row.fields[name]])
    flash(gettext("Your entries are back. They have not been sent yet."), "warning")
    if row.had_files:
        flash(gettext("Files could not be kept. Please choose them again."), "warning")


def drop_of(session: Session, resident_id: UUID) -> None:
    """Nothing of this resident is kept any more."""
    session.execute(delete(KeptForm).where(KeptForm.resident_id == resident_id))


def sweep() -> int:
    """Forget what nobody came back for; returns how many."""
    return read().execute(delete(KeptForm).where(KeptForm.created_at < now() - FOR)).rowcount


def _find(resident_id: UUID) -> Any:
    """The row the address names, if it is this resident's in this browser and young."""
    try:
        wanted = UUID(request.args.get(PARAMETER, ""))
    except ValueError:
        return None
    return (
        read()
        .execute(
            select(KeptForm.id, KeptForm.path, KeptForm.fields, KeptForm.had_files).where(
                KeptForm.id == wanted,
                KeptForm.resident_id == resident_id,
                KeptForm.browser_hash == _hash(request.cookies.get(_cookie(), "")),
                KeptForm.created_at > now() - FOR,
            )
        )
        .first()
    )


def _page() -> str | None:
    """The page the form stands on: where it was sent to, or from; never another site's."""
    page = urlsplit(request.full_path)
    if not _opens(page.path):
        page = urlsplit(request.referrer or "")
        if page.netloc != request.host or not _opens(page.path):
            return None
    query = [pair for pair in parse_qsl(page.query) if pair[0] != PARAMETER]
    return f"{page.path}?{urlencode(query)}" if query else page.path


def _opens(path: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    try:
        return adapter is not None and bool(adapter.match(path, method="GET"))
    except HTTPException:
        return False


def typed() -> dict[str, list[str]]:
    """What somebody typed into this request's form; never codes or secrets."""
    found = {name: request.form.getlist(name) for name in request.form if not _secret(name)}
    return found if any(any(values) for values in found.values()) else {}


def _secret(name: str) -> bool:
    low = name.lower()
    return bool(NEVER.search(low) or (CODE.search(low) and not POSTAL.search(low)))


def _is_ours(session_data: Mapping[str, Any]) -> bool:
    """Flask-WTF's own token, held against the session that is over."""
    made = URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="wtf-csrf-token")
    try:
        given = made.loads(request.form.get("csrf_token", ""))
    except BadData:
        return False
    kept = session_data.get("csrf_token")
    return isinstance(kept, str) and hmac.compare_digest(kept, str(given))


def _hand_out(browser: str) -> None:
    @after_this_request
    def set_cookie(response: Response) -> Response:
        response.set_cookie(
            _cookie(),
            browser,
            max_age=int(FOR.total_seconds()),
            path="/",
            secure=current_app.extensions["mado.settings"].secure,
            httponly=True,
            samesite="Lax",
        )
        return response


def _forget_when_sent(row_id: UUID) -> None:
    @after_this_request
    def forget(response: Response) -> Response:
        if response.status_code == 303:
            read().execute(delete(KeptForm).where(KeptForm.id == row_id))
        return response


def _cookie() -> str:
    prefix = "__Host-" if current_app.extensions["mado.settings"].secure else ""
    return f"{prefix}mado_kept_form"


def _hash(browser: str) -> bytes:
    return hashlib.sha256(browser.encode()).digest()
