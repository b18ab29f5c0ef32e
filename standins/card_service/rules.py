"""What the service demands of a request (identity facts 6.1): pure rules."""

import re
from collections.abc import Mapping

SCOPES = frozenset({"openid", "name", "address", "birthdate", "gender", "sign"})
ACR = frozenset({"aal3", "crl"})
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
LONGEST = 255  # characters of state and nonce


class Refused(Exception):
    """An OAuth error code and its description."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error, self.description = error, description


def check(asked: Mapping[str, str]) -> None:
    """Raise Refused; client and redirect_uri were checked before."""
    if asked.get("response_type") != "code":
        raise Refused("unsupported_response_type", "only code is supported")
    scopes = set(asked.get("scope", "").split())
    if "openid" not in scopes or scopes - SCOPES:
        raise Refused("invalid_scope", "Invalid scopes")
    for name in ("state", "nonce"):
        value = asked.get(name, "")
        if not value or len(value) > LONGEST or not value.isascii():
            raise Refused("invalid_request", f"{name} is required, 255 ASCII characters at most")
    if asked.get("code_challenge_method") != "S256":
        raise Refused("invalid_request", "Invalid parameter: code_challenge_method")
    if not CHALLENGE.fullmatch(asked.get("code_challenge", "")):
        raise Refused("invalid_request", "Missing parameter: code_challenge")
    if set(asked.get("acr_values", "").split()) - ACR:
        raise Refused("invalid_request", "Invalid parameter: acr_values")


def claims_of(scopes: set[str], card: Mapping[str, str]) -> dict[str, object]:
    """What userinfo tells for these scopes."""
    told: dict[str, object] = {
        name: card[name] for name in ("name", "birthdate", "gender") if name in scopes
    }
    if "address" in scopes:
        told["address"] = {"formatted": card["address"]}
    return told
