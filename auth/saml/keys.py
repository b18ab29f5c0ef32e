"""Key pairs with certificates, as rows: made on first use, prepared and changed by one command."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from flask import current_app
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from auth.saml.models import SamlKey
from portal.core import audit
from portal.core.clock import now
from portal.core.settings import Settings

IDP, SP = "idp", "sp"
BITS = 3072  # NIST SP 800-57: good beyond 2030
GOOD_FOR = timedelta(days=5 * 365)  # tools compare the certificate itself, some also its end
OPENS = timedelta(days=30)  # a retired sp key still opens answers encrypted to it
LOCK = 0x4D53414D  # advisory lock number: two processes must not both make the first key


def active(session: Session, use: str) -> SamlKey:
    """The key in use; made now if there is none."""
    found = _active(session, use)
    if found is None:
        session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
        found = _active(session, use) or _make(session, use, begins=now())
    return found


def prepared(session: Session, use: str) -> SamlKey | None:
    """The key that comes next, when one is prepared."""
    return session.scalars(
        select(SamlKey).where(
            SamlKey.use == use, SamlKey.begins_at.is_(None), SamlKey.retired_at.is_(None)
        )
    ).first()


def opening(session: Session) -> list[SamlKey]:
    """Keys an answer may be encrypted to: the one in use, the next, lately retired ones."""
    active(session, SP)
    return list(
        session.scalars(
            select(SamlKey)
            .where(
                SamlKey.use == SP,
                SamlKey.retired_at.is_(None) | (SamlKey.retired_at > now() - OPENS),
            )
            .order_by(SamlKey.retired_at.desc().nulls_first(), SamlKey.created_at.desc())
        )
    )


def published(session: Session, use: str) -> list[str]:
    """Certificates (PEM) for metadata: the one in use, then the one prepared."""
    coming = prepared(session, use)
    return [active(session, use).certificate, *([coming.certificate] if coming else [])]


def prepare(session: Session, use: str) -> SamlKey:
    """Make the next key, so that tools can be told before it signs."""
    active(session, use)
    return prepared(session, use) or _make(session, use, begins=None)


def rotate(session: Session, use: str) -> SamlKey:
    """From now on the prepared key (or a new one) is in use."""
    session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
    coming = prepared(session, use)
    session.execute(
        update(SamlKey)
        .where(SamlKey.use == use, SamlKey.retired_at.is_(None), SamlKey.begins_at.is_not(None))
        .values(retired_at=now())
    )
    if coming is None:
        coming = _make(session, use, begins=now())
    coming.begins_at = now()
    session.flush()
    audit.record(session, "saml.keys_rotated", ("saml_key", coming.id), use=use)
    return coming


def ends_at(certificate: str) -> datetime:
    """When a certificate's time is over."""
    return x509.load_pem_x509_certificate(certificate.encode()).not_valid_after_utc


def fingerprint(certificate: str) -> str:
    """SHA-256, as people compare it."""
    digest = x509.load_pem_x509_certificate(certificate.encode()).fingerprint(hashes.SHA256())
    return digest.hex(":").upper()


def _active(session: Session, use: str) -> SamlKey | None:
    return session.scalars(
        select(SamlKey)
        .where(SamlKey.use == use, SamlKey.begins_at.is_not(None), SamlKey.retired_at.is_(None))
        .order_by(SamlKey.begins_at.desc())
    ).first()


def _make(session: Session, use: str, *, begins: datetime | None) -> SamlKey:
    settings: Settings = current_app.extensions["mado.settings"]
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, settings.CITY_NAME),
            x509.NameAttribute(NameOID.COMMON_NAME, f"saml {use}"),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + GOOD_FOR)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    made = SamlKey(
        use=use,
        private=pem,
        certificate=certificate.public_bytes(Encoding.PEM).decode(),
        begins_at=begins,
    )
    session.add(made)
    session.flush()
    audit.record(session, "saml.key_made", ("saml_key", made.id), use=use)
    return made
