"""How a LIFF app is opened: at its endpoint, with what the person may have in the fragment."""

from urllib.parse import quote, urlencode

from flask import redirect
from werkzeug.wrappers import Response

from standins.line_platform import ids
from standins.line_platform.login import jwt
from standins.line_platform.platform import Platform

STATE = "liff_state"  # of the parameters that wait while the person is asked
SCOPE = "openid profile"


def params(endpoint: str, state: str, *, in_client: bool) -> dict[str, str]:
    """What an opening asks for, in the shape of an authorization request."""
    return {
        "scope": SCOPE,
        "redirect_uri": endpoint,
        "state": "",
        STATE: state,
        "liff_context": "client" if in_client else "external",
    }


def opened(platform: Platform, asked: dict[str, str], user_id: str, amr: list[str]) -> Response:
    """The endpoint with the tokens, which the SDK takes from the fragment."""
    channel, now = platform.config.login, platform.store.now()
    resident = platform.config.resident(user_id)
    assert resident is not None, "asked for before"
    payload = jwt.claims(channel, resident, asked["scope"], now, {"amr": amr})
    fragment = {
        "access_token": ids.opaque(40),
        "id_token": jwt.liff_token(platform.store, payload),
        "client_id": channel.id,
        "context": asked["liff_context"],
    }
    return redirect(f"{_address(asked)}#{urlencode(fragment)}", 302)


def unopened(asked: dict[str, str]) -> Response:
    """The endpoint without anything: LINE is not around this page."""
    return redirect(_address(asked), 302)


def _address(asked: dict[str, str]) -> str:
    """The "primary redirect URL": what stood behind the LIFF address comes as liff.state."""
    state = f"?liff.state={quote(asked[STATE], safe='')}" if asked[STATE] else ""
    return asked["redirect_uri"] + state
