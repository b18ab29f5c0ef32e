"""Outside issuers clerks may sign in with: buttons on the sign-in and invitation pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import select
from werkzeug.wrappers import Response

from auth.staff.identities import StaffIdentity
from portal.core.db import read
from portal.core.settings import Settings
from portal.core.web.headers import content_security_policy


@dataclass(frozen=True)
class Way:
    """One issuer. `endpoint` is POSTed to; the browser then leaves for `origin`."""

    name: str
    label: str
    endpoint: str
    origin: str
    params: dict[str, Any] = field(default_factory=dict)
    issuer: str = ""
    proves: bool = False  # it can be asked to prove the clerk anew


def install(app: Flask) -> None:
    """An empty list; adapters append to it when they are set up."""
    app.extensions.setdefault("mado.staff_ways", [])


def ways() -> list[Way]:
    """Every way, in the order of the settings."""
    found: list[Way] = current_app.extensions["mado.staff_ways"]
    return found


def proving(staff_id: UUID) -> list[Way]:
    """The ways this clerk is bound to and that can be asked for a fresh proof."""
    rows = read().execute(select(StaffIdentity.issuer).where(StaffIdentity.staff_id == staff_id))
    bound = {row.issuer for row in rows}
    return [way for way in ways() if way.proves and way.issuer in bound]


def allow_forms_to(response: Response, *origins: str) -> Response:
    """Let the page's forms lead to these origins (default: the ways'), and nowhere else.

    Browsers apply form-action also to the redirect that answers a form.
    """
    settings: Settings = current_app.extensions["mado.settings"]
    allowed = " ".join(sorted(set(origins or [way.origin for way in ways()])))
    if allowed:
        policy = content_security_policy(settings, "'none'", clerks=True)
        policy = policy.replace("form-action 'self'", f"form-action 'self' {allowed}")
        response.headers["Content-Security-Policy"] = policy
    return response
