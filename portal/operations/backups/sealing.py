"""Seals what leaves the city: an AES-256-GCM envelope a part, keys in a file kept apart.

A part is at most a few MiB of a stream, sealed under a key of its own that the backup key wraps.
Its name is authenticated with it, so that parts can not change places, and the sealed manifest
lists them all, so that none can be left out.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"MADOBK1\n"
NAME = "BACKUP_KEY"
ID, NONCE, WRAPPED = 8, 12, 48
HEAD = len(MAGIC) + ID + NONCE + WRAPPED + NONCE


class BackupError(Exception):
    """A backup can not be made or used; the text says which file and why."""


class DamagedError(BackupError):
    """A file of the backup is not what was written."""


class WrongKeyError(BackupError):
    """The key file does not open this backup."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The keys of backups (the first seals, all open) and the application's own secrets."""

    keys: tuple[bytes, ...]
    secrets: dict[str, str]

    @classmethod
    def parse(cls, text: str) -> KeyFile:
        """Lines NAME=VALUE; BACKUP_KEY holds base64 of 32 bytes, several separated by spaces."""
        lines = (line.strip() for line in text.splitlines())
        pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
        values = {name.strip(): value.strip().replace("\\n", "\n") for name, _, value in pairs}
        keys = tuple(_key(part) for part in values.pop(NAME, "").split())
        if not keys:
            raise WrongKeyError(f"the key file has no {NAME}; `./mado backup key` makes one")
        return cls(keys, values)

    def text(self) -> str:
        """As it is kept."""
        keys = " ".join(base64.b64encode(key).decode() for key in self.keys)
        lines = [  # PEM has lines; nothing here has backslashes
            f"{name}={value.replace(chr(10), chr(92) + 'n')}"
            for name, value in sorted(self.secrets.items())
        ]
        return "\n".join(["# Mado: keep apart from the backups", f"{NAME}={keys}", *lines, ""])

    def seal(self, name: str, plain: bytes) -> bytes:
        """What is stored under `name`."""
        own, nonce, wrap_nonce = AESGCM.generate_key(256), os.urandom(NONCE), os.urandom(NONCE)
        wrapped = AESGCM(self.keys[0]).encrypt(wrap_nonce, own, name.encode())
        head = MAGIC + key_id(self.keys[0]) + wrap_nonce + wrapped + nonce
        return head + AESGCM(own).encrypt(nonce, plain, name.encode())

    def open(self, name: str, sealed: bytes) -> bytes:
        """What was sealed under `name`, or which file is damaged, or which key is missing."""
        if len(sealed) < HEAD or not sealed.startswith(MAGIC):
            raise DamagedError(f"{name}: damaged (its beginning is not that of a sealed part)")
        at = len(MAGIC)
        key = self._named(name, sealed[at : at + ID])
        at += ID
        wrap_nonce, at = sealed[at : at + NONCE], at + NONCE
        wrapped, at = sealed[at : at + WRAPPED], at + WRAPPED
        nonce, body = sealed[at : at + NONCE], sealed[at + NONCE :]
        try:
            own = AESGCM(key).decrypt(wrap_nonce, wrapped, name.encode())
            return AESGCM(own).decrypt(nonce, body, name.encode())
        except InvalidTag:
            raise DamagedError(f"{name}: damaged or exchanged since it was written") from None

    def _named(self, name: str, wanted: bytes) -> bytes:
        for key in self.keys:
            if key_id(key) == wanted:
                return key
        held = ", ".join(key_id(key).hex() for key in self.keys)
        raise WrongKeyError(
            f"{name}: sealed with key {wanted.hex()}; the key file holds {held} "
            "(the wrong key file, or a damaged head of this file)"
        )


def new_key() -> bytes:
    """A fresh backup key."""
    return AESGCM.generate_key(256)


def key_id(key: bytes) -> bytes:
    """Names a key without telling it."""
    return hashlib.sha256(b"mado backup key id" + key).digest()[:ID]


def _key(part: str) -> bytes:
    try:
        key = base64.b64decode(part, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise WrongKeyError(f"{NAME} in the key file must be base64 of exactly 32 bytes")
    return key
