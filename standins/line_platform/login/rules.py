"""What LINE Login accepts in an authorization request."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

SCOPES = frozenset({"profile", "openid", "email"})
# LINE documents `state` as a plain alphanumeric string that is not URL-encoded.
STATE = re.compile(r"[0-9A-Za-z]+")
CHALLENGE = re.compile(r"[0-9A-Za-z_-]{43,128}")
VERIFIER = re.compile(r"[0-9A-Za-z._~-]{43,128}")
PROMPTS = frozenset({"", "none", "consent", "login"})


@dataclass(frozen=True)
class Refusal:
    """An error that goes back to the redirect address."""

    error: str
    description: str


def redirect_matches(registered: str, asked: str) -> bool:
    """Exactly as registered; only further query parameters may be added."""
    one, other = urlsplit(registered), urlsplit(asked)
    same_place = (one.scheme, one.netloc, one.path) == (other.scheme, other.netloc, other.path)
    if not same_place or "#" in asked:
        return False
    asked_query = parse_qsl(other.query, keep_blank_values=True)
    return all(pair in asked_query for pair in parse_qsl(one.query, keep_blank_values=True))


def check(query: Mapping[str, list[str]], email_permission: bool) -> Refusal | None:
    """Find what is wrong with a request whose client and redirect address are good."""
    if any(len(values) > 1 for values in query.values()):
        return Refusal("INVALID_REQUEST", "A parameter is repeated")
    one = {key: values[0] for key, values in query.items()}
    if one.get("response_type") != "code":
        return Refusal("UNSUPPORTED_RESPONSE_TYPE", "response_type must be code")
    if not STATE.fullmatch(one.get("state", "")):
        return Refusal("INVALID_REQUEST", "state must be an alphanumeric string")
    return _check_scope(one.get("scope", ""), email_permission) or _check_options(one)


def _check_scope(scope: str, email_permission: bool) -> Refusal | None:
    asked = scope.split()
    if not asked or not set(asked) <= SCOPES or len(set(asked)) != len(asked):
        return Refusal("INVALID_SCOPE", "Unknown, repeated or missing scope")
    if "email" in asked and ("openid" not in asked or not email_permission):
        return Refusal("INVALID_SCOPE", "email needs openid and the channel's permission")
    if set(asked) == {"email"}:
        return Refusal("INVALID_SCOPE", "profile or openid is needed")
    return None


def _check_options(one: Mapping[str, str]) -> Refusal | None:
    if one.get("prompt", "") not in PROMPTS:
        return Refusal("INVALID_REQUEST", "Unknown prompt")
    if one.get("bot_prompt", "normal") not in {"normal", "aggressive"}:
        return Refusal("INVALID_REQUEST", "Unknown bot_prompt")
    if not re.fullmatch(r"\d{1,10}", one.get("max_age", "0")):
        return Refusal("INVALID_REQUEST", "max_age must be a number of seconds")
    if one.get("response_mode", "query") != "query":
        return Refusal("INVALID_REQUEST", "This stand-in only answers with response_mode=query")
    return _check_pkce(one.get("code_challenge"), one.get("code_challenge_method"))


def _check_pkce(challenge: str | None, method: str | None) -> Refusal | None:
    if challenge is None and method is None:
        return None
    if method != "S256" or not CHALLENGE.fullmatch(challenge or ""):
        return Refusal("INVALID_REQUEST", "PKCE needs a code_challenge by S256")
    return None
