"""The two ceremonies of WebAuthn: a challenge goes out once, an answer is judged."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from flask import current_app
from sqlalchemy import delete
from sqlalchemy.orm import Session
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import generate_challenge, generate_user_handle
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.parse_authentication_credential_json import (
    parse_authentication_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from auth.passkeys.errors import PasskeyRefused
from auth.passkeys.records import Ceremony, Passkey
from portal.core.clock import now
from portal.core.db import read

LIVES = timedelta(minutes=5)
LONGEST = 50_000  # characters of an answer; an attestation with its certificates has 10,000
# What the library and JSON raise over bytes from outside.
MALFORMED = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, IndexError)


@dataclass(frozen=True)
class Party:
    """Who we are to the browser (the relying party)."""

    id: str
    origin: str
    name: str


@dataclass(frozen=True)
class Begun:
    """What the browser is told, and the number under which its answer is awaited."""

    id: UUID
    options: str  # JSON


def party(face: str) -> Party:
    """The relying party of a face: its own host, so that no other site gets an answer."""
    settings = current_app.extensions["mado.settings"]
    origin = settings.STAFF_URL if face == "staff" else settings.PUBLIC_URL
    return Party(urlsplit(origin).hostname or "", origin, settings.CITY_NAME)


def begin_making(
    session: Session, face: str, purpose: str, subject: UUID, who: str, present: list[Passkey]
) -> Begun:
    """Options for a new passkey beside the `present` ones; `who` shows in the device's list."""
    handle = present[0].user_handle if present else generate_user_handle()
    row = _keep(session, face, purpose, subject, handle)
    us = party(face)
    options = webauthn.generate_registration_options(
        rp_id=us.id,
        rp_name=us.name,
        user_name=who,
        user_id=handle,
        challenge=row.challenge,
        timeout=int(LIVES.total_seconds() * 1000),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(present),
    )
    return Begun(row.id, webauthn.options_to_json(options))


def begin_using(
    session: Session, face: str, purpose: str, subject: UUID | None, allowed: list[Passkey]
) -> Begun:
    """Options to prove one of the `allowed` passkeys; none: any the device finds itself."""
    row = _keep(session, face, purpose, subject, None)
    options = webauthn.generate_authentication_options(
        rp_id=party(face).id,
        challenge=row.challenge,
        timeout=int(LIVES.total_seconds() * 1000),
        allow_credentials=_described(allowed),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Begun(row.id, webauthn.options_to_json(options))


def _keep(
    session: Session, face: str, purpose: str, subject: UUID | None, handle: bytes | None
) -> Ceremony:
    row = Ceremony(
        face=face,
        purpose=purpose,
        subject=subject,
        challenge=generate_challenge(),
        user_handle=handle,
        expires_at=now() + LIVES,
    )
    session.add(row)
    session.flush()
    return row


def _described(passkeys: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    known = {one.value for one in AuthenticatorTransport}
    return [
        PublicKeyCredentialDescriptor(
            id=one.credential_id,
            transports=[AuthenticatorTransport(t) for t in one.transports if t in known] or None,
        )
        for one in passkeys
    ]


def take(
    session: Session, ceremony_id: str | None, face: str, purpose: str, subject: UUID | None
) -> Ceremony:
    """The ceremony this browser is in, spent now: of two answers to one challenge, one counts."""
    row = session.execute(
        delete(Ceremony)
        .where(Ceremony.id == (UUID(ceremony_id) if ceremony_id else None))
        .returning(Ceremony)
    ).scalar_one_or_none()
    if row is None or row.expires_at <= now():
        raise PasskeyRefused("challenge")
    if (row.face, row.purpose, row.subject) != (face, purpose, subject):
        raise PasskeyRefused("challenge")
    return row


def judge_new(row: Ceremony, answer: str) -> tuple[VerifiedRegistration, list[str]]:
    """A new credential and its transports; raises PasskeyRefused."""
    us = party(row.face)
    try:
        said = _read(answer)
        found = webauthn.verify_registration_response(
            credential=said,
            expected_challenge=row.challenge,
            expected_rp_id=us.id,
            expected_origin=us.origin,
            require_user_verification=True,
        )
        _refuse_framed(said)
        transports = said["response"].get("transports") or []
        known = {one.value for one in AuthenticatorTransport}
        return found, [one for one in transports if one in known]
    except MALFORMED as error:
        raise PasskeyRefused(_reason(error)) from error


def credential_of(answer: str) -> AuthenticationCredential:
    """The credential an answer speaks of; nothing is proven yet."""
    try:
        return parse_authentication_credential_json(_read(answer))
    except MALFORMED as error:
        raise PasskeyRefused(_reason(error)) from error


def judge_use(row: Ceremony, answer: str, passkey: Passkey) -> VerifiedAuthentication:
    """Whether `passkey` signed this challenge, here, with its person; raises PasskeyRefused.

    The counter is the caller's to judge: only a right signature may accuse somebody of a copy.
    """
    us = party(row.face)
    try:
        said = _read(answer)
        found = webauthn.verify_authentication_response(
            credential=said,
            expected_challenge=row.challenge,
            expected_rp_id=us.id,
            expected_origin=us.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
        _refuse_framed(said)
    except MALFORMED as error:
        raise PasskeyRefused(_reason(error)) from error
    return found


def _read(answer: str) -> dict[str, Any]:
    said = json.loads(answer) if len(answer) <= LONGEST else None
    if not isinstance(said, dict) or not isinstance(said.get("response"), dict):
        raise ValueError("no answer")
    return said


def _refuse_framed(said: dict[str, Any]) -> None:
    """Our pages ask for passkeys in a window of their own only (WebAuthn §13.4.9)."""
    told = json.loads(webauthn.base64url_to_bytes(said["response"]["clientDataJSON"]))
    if told.get("crossOrigin"):
        raise PasskeyRefused("framed")


# What the library says, as codes for the audit log.
REASONS = (
    ("was not expected challenge", "challenge"),
    ("client data origin", "origin"),
    ("RP ID hash", "rp_id"),
    ("verification is required", "user_verification"),
    ("not present", "user_presence"),
    ("client data type", "type"),
    ("signature", "signature"),
)


def _reason(error: Exception) -> str:
    return next((code for sign, code in REASONS if sign in str(error)), "malformed")


def sweep() -> int:
    """A tick: delete what nobody answered; returns how many."""
    return read().execute(delete(Ceremony).where(Ceremony.expires_at < now())).rowcount
