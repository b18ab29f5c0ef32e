"""DPoP (RFC 9449): a tool proves with every request that it holds the key of its token."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any

from authlib.oauth2 import OAuth2Error
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from sqlalchemy.orm import Session

from auth.provider import proofs
from portal.core.clock import now
from portal.core.crypto import keyed_hash

ALGORITHMS = ("ES256", "PS256", "RS256", "EdDSA")
KEYS: dict[str, Any] = {"EC": ECKey, "RSA": RSAKey, "OKP": OKPKey}
NONCE_LIVES = 300  # seconds, and as long again until it is refused
OLD, EARLY = timedelta(seconds=60), timedelta(seconds=10)  # how far its clock may be off


class BadProof(OAuth2Error):  # type: ignore[misc]
    """The proof does not hold."""

    error = "invalid_dpop_proof"


class NonceNeeded(BadProof):
    """The proof must carry the nonce that comes with this answer (RFC 9449 §8)."""

    error = "use_dpop_nonce"

    def get_headers(self) -> list[tuple[str, str]]:
        """The nonce to use."""
        return [*super().get_headers(), ("DPoP-Nonce", nonce())]


def nonce(before: int = 0) -> str:
    """What proofs carry at this time: nothing is kept, and nobody else can make one."""
    number = int(now().timestamp() // NONCE_LIVES) - before
    return base64.urlsafe_b64encode(keyed_hash(str(number), "dpop-nonce")).decode().rstrip("=")


def thumbprint(
    session: Session,
    headers: list[str],
    method: str,
    url: str,
    token: str | None = None,
    *,
    wants_nonce: bool = False,
) -> str | None:
    """The key (RFC 7638 thumbprint) a request is proven with; None without a proof."""
    if not headers:
        return None
    if len(headers) != 1:
        raise BadProof("more than one proof")
    key, claims = _opened(headers[0])
    if claims.get("htm") != method or _bare(claims.get("htu")) != url:
        raise BadProof("the proof is for another request")
    _check_token(claims, token)
    if wants_nonce and claims.get("nonce") not in (nonce(), nonce(before=1)):
        raise NonceNeeded("a nonce of ours is needed")
    found = str(key.thumbprint())
    _check_time(session, found, claims)
    return found


def _opened(proof: str) -> tuple[Any, dict[str, Any]]:
    """The key in the proof and its claims, the signature checked with that very key."""
    try:
        header = jws.extract_compact(proof.encode()).headers()
        jwk = header.get("jwk")
        if header.get("typ") != "dpop+jwt" or not isinstance(jwk, dict) or "d" in jwk:
            raise BadProof("not a proof")
        key = KEYS[jwk["kty"]].import_key(jwk)
        token = jwt.decode(proof, key, algorithms=list(ALGORITHMS))
        if _is_weak(key):
            raise BadProof("the key is too weak")
    except (JoseError, KeyError, ValueError, TypeError, AttributeError, RecursionError):
        raise BadProof("the proof does not hold") from None
    return key, dict(token.claims)


def _is_weak(key: Any) -> bool:
    """RSA below 2048 bits (FAPI 2.0 Security Profile §5.4.1)."""
    return isinstance(key, RSAKey) and key.public_key.key_size < 2048


def _bare(url: Any) -> str:
    """Without query and fragment (RFC 9449 §4.3)."""
    return str(url).split("?", maxsplit=1)[0].split("#", maxsplit=1)[0]


def _check_token(claims: dict[str, Any], token: str | None) -> None:
    if token is None:
        return
    digest = hashlib.sha256(token.encode()).digest()
    expected = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    if not hmac.compare_digest(str(claims.get("ath", "")).encode(), expected.encode()):
        raise BadProof("the proof is for another token")


def _in_time(claims: dict[str, Any], moment: float) -> bool:
    """exp and nbf, where a tool puts them in (RFC 7519 §4.1.4, §4.1.5)."""
    ends, begins = claims.get("exp", moment), claims.get("nbf", moment)
    if not isinstance(ends, (int, float)) or not isinstance(begins, (int, float)):
        return False
    return ends >= moment and begins <= moment + EARLY.total_seconds()


def _check_time(session: Session, key: str, claims: dict[str, Any]) -> None:
    made, jti = claims.get("iat"), claims.get("jti")
    if not isinstance(made, (int, float)) or not isinstance(jti, str) or not 0 < len(jti) <= 500:
        raise BadProof("iat or jti is missing")
    moment = now().timestamp()
    age = moment - made
    if not _in_time(claims, moment):
        raise BadProof("the proof is over, or not yet valid")
    if not -EARLY.total_seconds() <= age <= OLD.total_seconds():
        raise BadProof("the proof is too old or too new")
    if not proofs.spend(session, f"dpop:{key}", jti, now() + 2 * OLD):
        raise BadProof("the proof was used before")
