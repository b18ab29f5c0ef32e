"""Personal columns at rest: AES-256-GCM with a key ring, and blind indexes for look-up."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from portal.core.crypto_keys import KeyList, KeySource, key_id
from portal.core.settings_files import SettingsError

log = structlog.get_logger(__name__)

VERSION = b"\x01"
_NONCE = 12  # bytes, NIST SP 800-38D


class DamagedData(Exception):
    """A value does not decrypt: another key, another column, or altered bytes."""


@dataclass(frozen=True)
class _Keys:
    """What a key list says, ready for use; replaced as a whole, so threads never see half."""

    active: bytes
    ciphers: Mapping[bytes, AESGCM]
    looking: tuple[bytes, ...]  # of blind indexes; the first writes
    hashes: bytes


class KeyRing:
    """Data keys; the first encrypts, all decrypt. Keys for each purpose are derived by HKDF.

    Where the list came from the environment's file or command, the ring follows it while the
    process runs: a key file that changed is read before the next value is written, any list when
    a value was written by an unknown key.
    """

    def __init__(self, data_keys: str, source: KeySource | None = None) -> None:
        self._source = source = source or KeySource.following(data_keys)
        self._seen = source.stamp() if source else None
        self._asked = float("-inf")
        self._keys = _keys_of(data_keys)

    @property
    def active(self) -> bytes:
        """Id of the key that encrypts."""
        return self._now_listed().active

    @property
    def ids(self) -> tuple[bytes, ...]:
        """Ids of all keys, the one that encrypts first."""
        return tuple(self._now_listed().ciphers)

    def encrypt(self, plain: bytes, column: str) -> bytes:
        keys = self._now_listed()
        nonce = os.urandom(_NONCE)
        sealed = keys.ciphers[keys.active].encrypt(nonce, plain, column.encode())
        return VERSION + keys.active + nonce + sealed

    def decrypt(self, stored: bytes, column: str) -> bytes:
        if stored[:1] != VERSION:
            raise DamagedData(column)
        cipher = self._keys.ciphers.get(stored[1:5]) or self._learnt().ciphers.get(stored[1:5])
        if cipher is None:
            raise DamagedData(column)
        try:
            return cipher.decrypt(stored[5:17], stored[17:], column.encode())
        except InvalidTag:
            raise DamagedData(column) from None

    def blind_index(self, value: str, purpose: str) -> bytes:
        """Keyed hash by which a row is found: equal values of one purpose are equal."""
        return _mac(self._now_listed().looking[0], value, purpose)

    def blind_indexes(self, value: str, purpose: str) -> list[bytes]:
        """The same by every index key, the one that writes first: while it changes, two."""
        return [_mac(key, value, purpose) for key in self._now_listed().looking]

    def keyed_hash(self, value: str, purpose: str) -> bytes:
        """Of codes and links that are kept nowhere in the clear: its key outlives index keys."""
        return _mac(self._keys.hashes, value, purpose)

    def _now_listed(self) -> _Keys:
        """The keys, read again if their file changed: a look costs a microsecond."""
        if self._source and self._source.stamp() != self._seen:
            self._read(self._source)
        return self._keys

    def _learnt(self) -> _Keys:
        """The keys after a look for one we do not know: not more than once a second."""
        if self._source and time.monotonic() - self._asked > 1:
            self._read(self._source)
        return self._keys

    def _read(self, source: KeySource) -> None:
        """A list that can not be read changes nothing: what is known goes on."""
        self._asked, self._seen = time.monotonic(), source.stamp()
        try:
            self._keys = _keys_of(source.read())
        except (OSError, ValueError, SettingsError) as error:
            log.error("keys.unread", error=type(error).__name__)


def _keys_of(data_keys: str) -> _Keys:
    listed = KeyList.parse(data_keys)
    ciphers = {key_id(master): AESGCM(_derive(master, b"column")) for master in listed.data}
    looking = tuple(_derive(master, b"blind-index") for master in listed.looking)
    steady = _derive(listed.hashes or listed.index, b"blind-index")
    return _Keys(key_id(listed.data[0]), ciphers, looking, steady)


def _mac(key: bytes, value: str, purpose: str) -> bytes:
    mac = hmac.HMAC(key, hashes.SHA256())
    mac.update(purpose.encode() + b"\x00" + value.encode())
    return mac.finalize()


def _derive(master: bytes, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"mado:" + purpose).derive(master)


def key_ring() -> KeyRing:
    """The application's key ring."""
    ring: KeyRing = current_app.extensions["mado.key_ring"]
    return ring


def blind_index(value: str, purpose: str) -> bytes:
    """Blind index by the application's key; the caller normalises `value` first."""
    return key_ring().blind_index(value, purpose)


def blind_indexes(value: str, purpose: str) -> list[bytes]:
    """By every index key: look rows up with IN, and write the first."""
    return key_ring().blind_indexes(value, purpose)


def keyed_hash(value: str, purpose: str) -> bytes:
    """Keyed hash of a code or link by the application's key; nothing can be read from it."""
    return key_ring().keyed_hash(value, purpose)


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
