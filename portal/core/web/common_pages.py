"""Pages that are the same for all visitors but for the CSRF token: rendered once a process."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable
from typing import cast

from flask import current_app, g, session
from flask_wtf.csrf import generate_csrf

from portal.core.i18n import current_language
from portal.core.web.access import current_viewer
from portal.core.web.letters import letter_size, look
from portal.core.web.sessions import ServerSession

MOST = 64  # pages; addresses with ?next= differ, and anybody can make them up
TOKEN = f"token-{secrets.token_hex(16)}"  # stands in the kept page where each visitor's own goes


def common_page(*about: Hashable, render: Callable[[], str]) -> str:
    """The page of these values in this language, with this visitor's CSRF token.

    `about` is everything the page depends on. Who is signed in, or is to be told something, gets
    a page of their own.
    """
    if not _is_anybody():
        return render()
    kept: dict[Hashable, str] = current_app.extensions.setdefault("mado.common_pages", {})
    key, token = (current_language(), letter_size(), look(), *about), str(generate_csrf())
    page = kept.get(key)
    if page is None:
        page = render().replace(token, TOKEN)
        if len(kept) < MOST:
            kept[key] = page
    return page.replace(TOKEN, token)


def _is_anybody() -> bool:
    """Nothing but the token's own seed is known of this browser."""
    present = cast("ServerSession", session._get_current_object())  # type: ignore[attr-defined]
    known = set(present) - {"csrf_token"}
    return not (current_viewer().signed_in or known or "kept_fields" in g)
