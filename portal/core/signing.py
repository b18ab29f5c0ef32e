"""Ed25519 signatures (RFC 8032) with a time: of seals in the database, of files that leave."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from portal.core.clock import now
from portal.core.settings import Settings

FORMAT = "mado-signature-1"
ENDING = ".sig"


class BadSignature(Exception):
    """What is wrong with a signature, in words for whoever verifies."""


@dataclass(frozen=True)
class Signature:
    """Made by the key of this name."""

    key: str
    value: bytes


class SigningKeys:
    """The first key signs; all of them, and those only trusted, verify."""

    def __init__(self, settings: Settings) -> None:
        seeds = [base64.b64decode(part) for part in settings.SIGNING_KEY.split()]
        own = [Ed25519PrivateKey.from_private_bytes(s) for s in seeds or [_derived(settings)]]
        publics = [key.public_key().public_bytes_raw() for key in own]
        publics += [base64.b64decode(part) for part in settings.SIGNING_TRUSTED.split()]
        self._active = own[0]
        self.public = publics[0]
        self.trusted = {key_name(public): public for public in publics}
        self.who = settings.resident_host

    def sign(self, kind: str, said: Mapping[str, Any]) -> Signature:
        """Sign values of JSON; `kind` keeps a signature of one thing from passing as another's."""
        return Signature(key_name(self.public), self._active.sign(_message(kind, said)))

    def packed(self, files: Mapping[str, bytes]) -> bytes:
        """A ZIP of files, each with its signature beside it; `./mado verify` checks it."""
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packing:
            for name, content in files.items():
                packing.writestr(name, content)
                packing.writestr(name + ENDING, self.sign_file(content, name))
        return held.getvalue()

    def sign_file(self, content: bytes, name: str, at: datetime | None = None) -> bytes:
        """The content of the file `name`.sig that lies beside it."""
        said = {
            "format": FORMAT,
            "file": name,
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "signed_at": (at or now()).isoformat(timespec="seconds"),
            "signed_by": self.who,
            "public_key": base64.b64encode(self.public).decode(),
        }
        made = self.sign("file", said)
        whole = said | {"signature": base64.b64encode(made.value).decode()}
        return (json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode()


def signing_keys() -> SigningKeys:
    """The application's keys."""
    found: SigningKeys | None = current_app.extensions.get("mado.signing_keys")
    if found is None:
        found = SigningKeys(current_app.extensions["mado.settings"])
        current_app.extensions["mado.signing_keys"] = found
    return found


def verify(
    trusted: Mapping[str, bytes], kind: str, said: Mapping[str, Any], made: Signature
) -> None:
    """Raises BadSignature unless a trusted key signed exactly this."""
    public = trusted.get(made.key)
    if public is None:
        raise BadSignature(f"signed by key {made.key}, which is not trusted here")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(made.value, _message(kind, said))
    except InvalidSignature:
        raise BadSignature("the signature does not fit") from None


def verify_file(trusted: Mapping[str, bytes], content: bytes, signature: bytes) -> dict[str, Any]:
    """What the signature says (file, signed_at, signed_by …); raises BadSignature."""
    try:
        said: dict[str, Any] = json.loads(signature)
        value = base64.b64decode(said.pop("signature"), validate=True)
        public = base64.b64decode(said["public_key"], validate=True)
        size, digest, form = said["size"], said["sha256"], said["format"]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadSignature("this is not a signature of ours") from None
    if form != FORMAT:
        raise BadSignature(f"the signature is of another form: {form}")
    verify(trusted, "file", said, Signature(key_name(public), value))
    if len(content) != size or hashlib.sha256(content).hexdigest() != digest:
        raise BadSignature("the file was changed after it was signed")
    return said


def key_name(public: bytes) -> str:
    """Short name of a public key, as seals and reports say it."""
    return hashlib.sha256(public).hexdigest()[:16]


def canonical(said: Mapping[str, Any] | list[Any]) -> bytes:
    """One spelling of JSON values: sorted, without blanks, UTF-8."""
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")  # JSON from outside may hold half a pair


def _message(kind: str, said: Mapping[str, Any]) -> bytes:
    return b"mado:" + kind.encode() + b"\0" + canonical(said)


def _derived(settings: Settings) -> bytes:
    """A city that set no key yet signs all the same; a key of its own is better (manual)."""
    made = HKDF(hashes.SHA256(), 32, salt=None, info=b"mado:signing")
    return made.derive(settings.SECRET_KEY.encode())
