"""A verified answer becomes a sign-in, or a fresh proof, of the clerk it names."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from auth.federation import mapping
from auth.federation.errors import IssuerRefused
from auth.flows import Flow
from auth.saml.checks import SKEW, Said
from auth.saml.config import SamlIssuer
from auth.saml.errors import SamlRefused
from auth.staff import federated, identities, signing_in
from auth.staff.accounts import StaffAccount
from portal.core import audit
from portal.core.clock import now


def arrive(
    session: Session,
    issuer: SamlIssuer,
    said: Said,
    *,
    invitation: str | None,
    next_page: str | None,
    language: str,
) -> Flow:
    """The flow of a clerk whose first step the issuer proved; raises IssuerRefused."""
    _insist(issuer, said)
    account = federated.find(session, issuer.entity_id, said.name_id, invitation)
    if issuer.roles:
        claimed = said.attributes.get(issuer.roles_attribute, [])
        federated.follow_roles(session, account.id, mapping.roles(issuer.roles, claimed))
    mfa = asked_for_several(issuer, said)
    return signing_in.arrived(session, account, "saml", mfa=mfa, next=next_page, language=language)


def prove(
    session: Session,
    issuer: SamlIssuer,
    said: Said,
    flow: Flow,
    account: StaffAccount,
    begun_at: datetime,
) -> None:
    """The clerk proved it anew there; raises IssuerRefused."""
    _insist(issuer, said)
    owner = identities.find(session, issuer.entity_id, said.name_id)
    if owner is None or owner.id != account.id or flow.account_id != account.id:
        raise IssuerRefused("other_account")
    if said.authenticated_at is None or said.authenticated_at < begun_at - SKEW:
        raise SamlRefused("not_fresh")  # ForceAuthn was asked, and not done
    flow.finished_at = now()
    audit.record(session, "sign_in.proven_again", ("staff", account.id), method="saml")


def asked_for_several(issuer: SamlIssuer, said: Said) -> bool:
    """Whether the issuer says it asked for several factors."""
    stated = {*said.contexts, *said.attributes.get(issuer.mfa_attribute, [])}
    return bool(stated & set(issuer.mfa_contexts))


def _insist(issuer: SamlIssuer, said: Said) -> None:
    """Attributes that must be as the settings say, such as the tenant."""
    for name, value in issuer.require.items():
        if said.attributes.get(name) != [value]:
            raise SamlRefused("require")
