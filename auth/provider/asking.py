"""What a tool may ask at the authorization endpoint: pure rules over its parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from auth.assurance import LEVELS
from auth.provider import scopes

PROMPTS = frozenset({"none", "login", "consent", "select_account"})
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # a SHA-256 in base64url (RFC 7636 §4.2)
LONGEST = 4000  # characters of one parameter; state and nonce come back as they were
Params = Mapping[str, list[str]]


class Refused(Exception):
    """The request is answered with this error at the tool's own address."""

    def __init__(self, error: str, description: str = "") -> None:
        super().__init__(error)
        self.error, self.description = error, description


@dataclass(frozen=True)
class Rules:
    """What the client is held to."""

    scopes: tuple[str, ...]
    pkce_excepted: bool = False


@dataclass(frozen=True)
class Asked:
    """A request that holds."""

    redirect_uri: str
    scopes: list[str]
    state: str | None = None
    nonce: str | None = None
    challenge: str | None = None
    jkt: str | None = None
    prompts: list[str] = field(default_factory=list)
    max_age: int | None = None
    levels: list[str] = field(default_factory=list)
    hint: str | None = None
    languages: list[str] = field(default_factory=list)

    def silent(self) -> bool:
        """Whether no page may be shown."""
        return "none" in self.prompts

    def weakest(self) -> str | None:
        """The least assurance that was asked; None: any. Values we do not know are ignored."""
        wanted = [level for level in LEVELS if level in self.levels]
        return wanted[0] if wanted else None


def one(params: Params, name: str) -> str | None:
    """The value of a parameter, when it is there exactly once."""
    values = params.get(name, [])
    return values[0] if len(values) == 1 else None


def read(params: Params, rules: Rules) -> Asked:
    """The request, or Refused. Client and redirect_uri were checked before."""
    _refuse_odd(params)
    if one(params, "response_type") is None:
        raise Refused("invalid_request", "response_type is missing")
    if one(params, "response_type") != "code":
        raise Refused("unsupported_response_type", "only code is supported")
    if one(params, "response_mode") not in {None, "query"}:
        raise Refused("invalid_request", "only response_mode query is supported")
    wanted = scopes.known(one(params, "scope") or "", rules.scopes)
    if scopes.OPENID not in wanted:
        raise Refused("invalid_scope", "scope must contain openid")
    return Asked(
        redirect_uri=one(params, "redirect_uri") or "",
        scopes=wanted,
        state=one(params, "state"),
        nonce=one(params, "nonce"),
        challenge=_challenge(params, rules),
        jkt=one(params, "dpop_jkt"),
        prompts=_prompts(params),
        max_age=_max_age(params),
        levels=(one(params, "acr_values") or "").split(),
        hint=one(params, "id_token_hint"),
        languages=(one(params, "ui_locales") or "").split(),
    )


def _refuse_odd(params: Params) -> None:
    for name, values in params.items():
        if len(values) > 1:
            raise Refused("invalid_request", "a parameter is there twice")
        if any(len(value) > LONGEST for value in values):
            raise Refused("invalid_request", "a parameter is too long")
        if name in {"request", "registration"}:
            raise Refused(f"{name}_not_supported")
    if "request_uri" in params:
        raise Refused("request_uri_not_supported")


def _challenge(params: Params, rules: Rules) -> str | None:
    """PKCE by S256; a method left out would mean plain (RFC 7636 §4.3), which is refused."""
    challenge, method = one(params, "code_challenge"), one(params, "code_challenge_method")
    if challenge is None and method is None and rules.pkce_excepted:
        if one(params, "nonce") is None:
            raise Refused("invalid_request", "nonce is needed where PKCE is not used")
        return None
    if method != "S256":
        raise Refused("invalid_request", "code_challenge_method must be S256")
    if challenge is None or not CHALLENGE.fullmatch(challenge):
        raise Refused("invalid_request", "code_challenge is missing or wrong")
    return challenge


def _prompts(params: Params) -> list[str]:
    prompts = (one(params, "prompt") or "").split()
    if set(prompts) - PROMPTS or ("none" in prompts and len(prompts) > 1):
        raise Refused("invalid_request", "prompt is wrong")
    return prompts


def _max_age(params: Params) -> int | None:
    text = one(params, "max_age")
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Refused("invalid_request", "max_age is wrong")
    return int(text)
