"""A test beside production: says so on every page, writes only to those named, no robots."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from werkzeug.wrappers import Response

from portal.core import audit
from portal.core.db import transaction
from portal.core.errors import NeverAgain
from portal.core.settings import Settings


class NotOnTheList(NeverAgain):
    """A test environment may not write to this recipient: TEST_RECIPIENTS does not name them."""


def install(app: Flask, settings: Settings) -> None:
    """Banner, and robots kept out; nothing at all where the setting is off."""
    if not settings.TEST_ENVIRONMENT:
        return
    app.context_processor(lambda: {"test_environment": True})

    @app.before_request
    def nothing_for_robots() -> Response | None:
        if request.path != "/robots.txt":
            return None
        return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")

    @app.after_request
    def not_to_be_found(response: Any) -> Any:
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response


def allowed(settings: Settings, recipients: list[str], channel: str) -> list[str]:
    """Those who may be written to; the others are counted in the log. NotOnTheList when nobody."""
    if not settings.TEST_ENVIRONMENT:
        return recipients
    named = settings.TEST_RECIPIENTS.casefold().split()
    found = [one for one in recipients if _is_named(one.casefold(), named)]
    refused = len(recipients) - len(found)
    if refused:
        with transaction() as session:
            audit.record(session, "test.refused", None, channel=channel, count=refused)
    if recipients and not found:
        raise NotOnTheList()
    return found


def _is_named(recipient: str, named: list[str]) -> bool:
    """By the whole address or user ID, or by `@domain`."""
    _, at, domain = recipient.rpartition("@")
    return recipient in named or (bool(at) and f"@{domain}" in named)
