"""Personal columns at rest: AES-256-GCM with a key ring, and blind indexes for look-up."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_VERSION = b"\x01"
_NONCE = 12  # bytes, NIST SP 800-38D


class DamagedData(Exception):
    """A value does not decrypt: another key, another column, or altered bytes."""


class KeyRing:
    """Data keys; the first encrypts, all decrypt. Keys for each purpose are derived by HKDF."""

    def __init__(self, data_keys: str) -> None:
        masters = [base64.b64decode(part) for part in data_keys.split()]
        self._ciphers = {_key_id(m): AESGCM(_derive(m, b"column")) for m in masters}
        self._active = _key_id(masters[0])
        # One blind-index key for the ring's lifetime: rotating it re-indexes (issue 7).
        self._index_key = _derive(masters[-1], b"blind-index")

    def encrypt(self, plain: bytes, column: str) -> bytes:
        nonce = os.urandom(_NONCE)
        sealed = self._ciphers[self._active].encrypt(nonce, plain, column.encode())
        return _VERSION + self._active + nonce + sealed

    def decrypt(self, stored: bytes, column: str) -> bytes:
        cipher = self._ciphers.get(stored[1:5])
        if stored[:1] != _VERSION or cipher is None:
            raise DamagedData(column)
        try:
            return cipher.decrypt(stored[5:17], stored[17:], column.encode())
        except InvalidTag:
            raise DamagedData(column) from None

    def blind_index(self, value: str, purpose: str) -> bytes:
        """Keyed hash: equal values of one purpose are equal, nothing else can be read from it."""
        mac = hmac.HMAC(self._index_key, hashes.SHA256())
        mac.update(purpose.encode() + b"\x00" + value.encode())
        return mac.finalize()


def _derive(master: bytes, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"mado:" + purpose).derive(master)


def _key_id(master: bytes) -> bytes:
    return hashlib.sha256(b"mado:key-id:" + master).digest()[:4]


def key_ring() -> KeyRing:
    """The application's key ring."""
    ring: KeyRing = current_app.extensions["mado.key_ring"]
    return ring


def blind_index(value: str, purpose: str) -> bytes:
    """Blind index by the application's key; the caller normalises `value` first."""
    return key_ring().blind_index(value, purpose)


class Personal(TypeDecorator[str]):
    """A text column encrypted at rest, bound to its place: `Personal("persons.nickname")`."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, column: str) -> None:
        super().__init__()
        self.column = column

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else key_ring().encrypt(value.encode(), self.column)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else key_ring().decrypt(bytes(value), self.column).decode()


class PersonalJSON(TypeDecorator[dict[str, Any]]):
    """A small JSON object encrypted at rest."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, column: str) -> None:
        super().__init__()
        self.column = column

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        # JSON from outside can carry half a surrogate pair; json.loads takes it back as it was.
        plain = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return key_ring().encrypt(plain, self.column)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> dict[str, Any] | None:
        if value is None:
            return None
        found: dict[str, Any] = json.loads(key_ring().decrypt(bytes(value), self.column))
        return found
