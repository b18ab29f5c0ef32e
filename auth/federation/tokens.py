"""Signatures of ID tokens: our algorithms, the issuer's keys, and exactly one key that fits."""

from __future__ import annotations

import base64
import json
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, OctKey

KINDS = {"ES": "EC", "RS": "RSA", "PS": "RSA", "Ed": "OKP", "HS": "oct"}
CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}


class Unsigned(ValueError):
    """The token is not signed as it must be; the reason."""


class UnknownKey(Unsigned):
    """No key of the issuer has this kid: it may have new ones."""


def claims_of(token: Any, algs: tuple[str, ...], keys: list[dict[str, Any]]) -> dict[str, Any]:
    """The claims of a token that one of `keys` signed by one of `algs`."""
    header = _header(token)
    alg = header.get("alg")
    if not isinstance(alg, str) or alg not in algs:
        raise Unsigned("alg")
    if header.get("crit") is not None or header.get("typ", "JWT") not in {"JWT", "jwt"}:
        raise Unsigned("header")  # of another kind of token (RFC 8725 §3.11)
    key = _fitting(keys, alg, header.get("kid"))
    try:
        found = jwt.decode(token, JWKRegistry.import_key(key), algorithms=[alg])
    except (JoseError, ValueError, TypeError, KeyError):
        raise Unsigned("signature") from None
    return dict(found.claims)


def shared(secret: str) -> list[dict[str, Any]]:
    """The client secret as the key of HS256."""
    return [dict(OctKey.import_key(secret.encode()).as_dict(private=True))]


def _header(token: Any) -> dict[str, Any]:
    if not isinstance(token, str) or token.count(".") != 2:
        raise Unsigned("malformed")
    part = token.split(".")[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        raise Unsigned("malformed") from None
    if not isinstance(header, dict):
        raise Unsigned("malformed")
    return header


def _fitting(keys: list[dict[str, Any]], alg: str, kid: Any) -> dict[str, Any]:
    """The key named by `kid`; without one the only key that fits. Never one after the other.

    A key the token brings itself (jwk, jku, x5c) is nothing to us.
    """
    fit = [key for key in keys if _fits(key, alg)]
    if kid is not None and KINDS[alg[:2]] != "oct":  # a shared secret is one, however it is called
        fit = [key for key in fit if key.get("kid") == kid]
    if len(fit) != 1:
        raise UnknownKey("kid")
    return fit[0]


def _fits(key: Any, alg: str) -> bool:
    if not isinstance(key, dict) or key.get("kty") != KINDS[alg[:2]]:
        return False
    curve = CURVES.get(alg)
    if curve is not None and key.get("crv") != curve:
        return False
    return bool(key.get("use", "sig") == "sig" and key.get("alg", alg) == alg)
