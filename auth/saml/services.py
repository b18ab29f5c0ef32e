"""Tools clerks go to by SAML (kintone): made by administrators, stopped, never deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.saml.models import SamlService
from auth.staff.accounts import StaffAccount
from auth.staff.roles import ROLES
from portal.core import audit
from portal.core.clock import now
from portal.core.errors import N_, Conflict
from portal.core.ids import new_id
from portal.core.settings import is_loopback

NAME_IDS = ("email", "login_name")


class BadService(Conflict):
    """What was given does not make a safe tool; the message says what is wrong."""


def add(session: Session, **values: Any) -> SamlService:
    """A further tool; raises BadService."""
    service = SamlService(id=new_id(), **values)
    _check(session, service)
    session.add(service)
    session.flush()
    audit.record(session, "saml.service_added", ("saml_service", service.id))
    return service


def change(session: Session, service: SamlService, **values: Any) -> None:
    """Set what administrators may change; raises BadService."""
    with session.no_autoflush:
        for name, value in values.items():
            setattr(service, name, value)
        _check(session, service)
    who = ("saml_service", service.id)
    audit.record(session, "saml.service_changed", who, fields=sorted(values))


def stop(session: Session, service: SamlService) -> None:
    """Nobody goes there from now on."""
    service.stopped_at = service.stopped_at or now()
    audit.record(session, "saml.service_stopped", ("saml_service", service.id))


def find(session: Session, entity_id: str) -> SamlService | None:
    """The live tool of this name."""
    return session.scalars(
        select(SamlService).where(
            SamlService.entity_id == entity_id, SamlService.stopped_at.is_(None)
        )
    ).first()


def every(session: Session) -> Sequence[SamlService]:
    """All tools, stopped ones too, the newest first."""
    return session.scalars(select(SamlService).order_by(SamlService.created_at.desc())).all()


def open_to(service: SamlService, account: StaffAccount) -> bool:
    """Whether the clerk's roles let the clerk go there."""
    return bool(set(service.roles) & set(account.roles))


def name_in(service: SamlService, account: StaffAccount) -> str | None:
    """What the tool calls the clerk."""
    return account.email if service.name_id == "email" else account.login_name


def _check(session: Session, service: SamlService) -> None:
    if not service.name.strip():
        raise BadService(N_("A tool needs a name."))
    if not service.entity_id or any(ord(sign) < 33 for sign in service.entity_id):
        raise BadService(N_("The entity ID is missing."))
    other = find(session, service.entity_id)
    if other is not None and other.id != service.id:
        raise BadService(N_("There is a tool with this entity ID."))
    parts = urlsplit(service.acs_url)
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(service.acs_url))
    odd = "@" in parts.netloc or parts.fragment or any(ord(sign) < 33 for sign in service.acs_url)
    if not safe or not parts.hostname or odd:
        raise BadService(N_("An address must be a full https one, without # and *."))
    if service.name_id not in NAME_IDS:
        raise BadService(N_("Unknown kind of name."))
    if not service.roles or set(service.roles) - ROLES.keys():
        raise BadService(N_("Please choose at least one role."))
    if service.certificate:
        _check_certificate(service.certificate)


def _check_certificate(pem: str) -> None:
    try:
        key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    except ValueError:
        key = None
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < 2048:
        raise BadService(N_("The certificate must be PEM with an RSA key of 2048 bits or more."))
