"""A software authenticator and the browser around it, written from WebAuthn; faults by switch."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field, replace
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40  # flags (§6.1)


def written(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def data(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True)
class Faults:
    """What goes wrong, on purpose."""

    origin: str | None = None  # says this origin
    rp_id: str | None = None  # hashes this name
    verified: bool = True  # the person was checked
    there: bool = True  # the person touched it
    challenge: bytes | None = None  # signs this one
    kind: str | None = None  # clientData.type
    cross_origin: bool = False
    handle: bytes | None = None  # says this user handle
    no_handle: bool = False
    counter: int | None = None  # says this count
    wrong_key: bool = False  # signs with another key
    other_bytes: bool = False  # the signature is of something else
    synced: bool | None = None  # says so, whatever it was before


@dataclass
class Credential:
    """One key pair in the device."""

    id: bytes
    key: ec.EllipticCurvePrivateKey
    rp_id: str
    user_handle: bytes
    count: int


@dataclass
class Authenticator:
    """A phone. `synced`: its keys are copied to other devices and never count."""

    origin: str
    synced: bool = True
    credentials: list[Credential] = field(default_factory=list)

    def copy(self) -> Authenticator:
        """A thief's copy of all keys, with their counters."""
        return replace(self, credentials=[replace(one) for one in self.credentials])

    def create(self, options: dict[str, Any], faults: Faults | None = None) -> str:
        """The answer to navigator.credentials.create(), as the page's script sends it."""
        faults = faults or Faults()
        excluded = {data(one["id"]) for one in options.get("excludeCredentials", [])}
        assert not excluded & {one.id for one in self.credentials}, "InvalidStateError"
        assert -7 in {one["alg"] for one in options["pubKeyCredParams"]}
        made = Credential(
            secrets.token_bytes(32),
            ec.generate_private_key(ec.SECP256R1()),
            options["rp"]["id"],
            data(options["user"]["id"]),
            0 if self.synced else 1,
        )
        self.credentials.append(made)
        attested = (
            bytes(16)
            + len(made.id).to_bytes(2, "big")
            + made.id
            + cbor2.dumps(self._public(made.key))
        )
        auth_data = self._auth_data(made, made.count, faults, AT) + attested
        statement = {"fmt": "none", "attStmt": {}, "authData": auth_data}
        response = {
            "clientDataJSON": written(self._client_data("webauthn.create", options, faults)),
            "attestationObject": written(cbor2.dumps(statement)),
            "transports": ["internal", "hybrid", "from-the-future"],
        }
        return self._answer(made, response)

    def get(
        self,
        options: dict[str, Any],
        faults: Faults | None = None,
        *,
        using: Credential | None = None,
    ) -> str:
        """The answer to navigator.credentials.get()."""
        faults = faults or Faults()
        used = using or self._choose(options)
        if not self.synced:
            used.count += 1
        count = used.count if faults.counter is None else faults.counter
        client_data = self._client_data("webauthn.get", options, faults)
        auth_data = self._auth_data(used, count, faults, 0)
        signed = auth_data + hashlib.sha256(client_data).digest()
        key = ec.generate_private_key(ec.SECP256R1()) if faults.wrong_key else used.key
        signature = key.sign(
            signed + (b"x" if faults.other_bytes else b""), ec.ECDSA(hashes.SHA256())
        )
        response = {
            "clientDataJSON": written(client_data),
            "authenticatorData": written(auth_data),
            "signature": written(signature),
        }
        if not faults.no_handle:
            response["userHandle"] = written(faults.handle or used.user_handle)
        return self._answer(used, response)

    def _choose(self, options: dict[str, Any]) -> Credential:
        allowed = {data(one["id"]) for one in options.get("allowCredentials", [])}
        for one in reversed(self.credentials):
            if one.rp_id == options["rpId"] and (not allowed or one.id in allowed):
                return one
        raise AssertionError("NotAllowedError")

    def _client_data(self, kind: str, options: dict[str, Any], faults: Faults) -> bytes:
        told = {
            "type": faults.kind or kind,
            "challenge": written(faults.challenge) if faults.challenge else options["challenge"],
            "origin": faults.origin or self.origin,
            "crossOrigin": faults.cross_origin,
        }
        return json.dumps(told).encode()

    def _auth_data(self, made: Credential, count: int, faults: Faults, more: int) -> bytes:
        synced = self.synced if faults.synced is None else faults.synced
        flags = more | (UP if faults.there else 0) | (UV if faults.verified else 0)
        flags |= (BE | BS) if synced else 0
        name = (faults.rp_id or made.rp_id).encode()
        return hashlib.sha256(name).digest() + bytes([flags]) + count.to_bytes(4, "big")

    @staticmethod
    def _public(key: ec.EllipticCurvePrivateKey) -> dict[int, Any]:
        """COSE_Key of ES256 (RFC 9053)."""
        numbers = key.public_key().public_numbers()
        return {
            1: 2,
            3: -7,
            -1: 1,
            -2: numbers.x.to_bytes(32, "big"),
            -3: numbers.y.to_bytes(32, "big"),
        }

    @staticmethod
    def _answer(used: Credential, response: dict[str, Any]) -> str:
        said = {"id": written(used.id), "rawId": written(used.id), "type": "public-key"}
        return json.dumps(said | {"response": response})
