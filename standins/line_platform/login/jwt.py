"""Signs ID tokens as LINE does: HS256 for web sign-in, ES256 for LIFF."""

import json
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey

from standins.line_platform.config import LoginChannel, Resident
from standins.line_platform.store import Store

# The issuer never changes, wherever the platform runs: clients must compare it exactly.
ISSUER = "https://access.line.me"
LIFE_SECONDS = 3600


def signing_key(store: Store) -> ECKey:
    """The platform's P-256 key, made once and kept."""
    kept = store.setting("es256")
    if kept is None:
        key = ECKey.generate_key("P-256", private=True, auto_kid=True)
        kept = json.dumps(key.as_dict(private=True))
        store.keep("es256", kept)
    return ECKey.import_key(json.loads(kept))


def claims(
    channel: LoginChannel, resident: Resident, scope: str, now: float, extra: dict[str, Any]
) -> dict[str, Any]:
    """The claims of an ID token; `extra` holds nonce, amr, auth_time where they apply."""
    asked = scope.split()
    found: dict[str, Any] = {
        "iss": ISSUER,
        "sub": resident.user_id,
        "aud": channel.id,
        "exp": int(now) + LIFE_SECONDS,
        "iat": int(now),
        **{key: value for key, value in extra.items() if value is not None},
    }
    if "profile" in asked:
        found["name"] = resident.display_name
        if resident.picture:
            found["picture"] = resident.picture
    if "email" in asked and resident.email:
        found["email"] = resident.email
    return found


def web_token(channel: LoginChannel, payload: dict[str, Any]) -> str:
    """HS256 with the channel secret, without kid."""
    key = OctKey.import_key(channel.secret.encode())
    return jwt.encode({"typ": "JWT", "alg": "HS256"}, payload, key, algorithms=["HS256"])


def liff_token(store: Store, payload: dict[str, Any]) -> str:
    """ES256 with the key of /oauth2/v2.1/certs."""
    key = signing_key(store)
    header = {"typ": "JWT", "alg": "ES256", "kid": str(key.kid)}
    return jwt.encode(header, payload, key, algorithms=["ES256"])


def read(store: Store, channel: LoginChannel, token: str) -> dict[str, Any] | None:
    """The claims of a token that this platform signed, or None."""
    attempts: list[tuple[str, OctKey | ECKey]] = [
        ("HS256", OctKey.import_key(channel.secret.encode())),
        ("ES256", signing_key(store)),
    ]
    for algorithm, key in attempts:
        try:
            return dict(jwt.decode(token, key, algorithms=[algorithm]).claims)
        except (JoseError, ValueError):
            continue
    return None
