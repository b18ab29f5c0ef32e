"""Webhook signatures: base64 of HMAC-SHA256 over the raw body (LINE, "Verify signature")."""

from __future__ import annotations

import base64
import hashlib
import hmac


def signed_by(secret: str, body: bytes, signature: str | None) -> bool:
    """Whether `signature` is the channel's own over exactly these bytes."""
    if not signature:
        return False
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return hmac.compare_digest(base64.b64encode(digest), signature.encode("utf-8", "replace"))
