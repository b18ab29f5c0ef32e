"""Our answers to tools: built with lxml, the assertion signed with RSA-SHA256 by xmlsec.

Imported only where a tool asks: lxml and xmlsec cost memory.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from auth.saml.models import SamlKey
from portal.core.clock import now

SAML, SAMLP = "urn:oasis:names:tc:SAML:2.0:assertion", "urn:oasis:names:tc:SAML:2.0:protocol"
MD, DS = "urn:oasis:names:tc:SAML:2.0:metadata", "http://www.w3.org/2000/09/xmldsig#"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
STATUS = "urn:oasis:names:tc:SAML:2.0:status:"
UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
MFA = "https://refeds.org/profile/mfa"
NO_CONTEXT = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
LIVES, SKEW = timedelta(minutes=5), timedelta(minutes=2)

a = ElementMaker(namespace=SAML, nsmap={"saml": SAML})
p = ElementMaker(namespace=SAMLP, nsmap={"samlp": SAMLP, "saml": SAML})
md = ElementMaker(namespace=MD, nsmap={"md": MD, "ds": DS})
ds = ElementMaker(namespace=DS, nsmap={"ds": DS})


@dataclass(frozen=True)
class Signed:
    """Who is signed in, how and since when."""

    name_id: str
    is_mail: bool
    several_factors: bool
    authenticated_at: datetime
    session_index: str


def entity_id(staff_url: str) -> str:
    """Our name as tools know it."""
    return f"{staff_url}/staff/tools/saml/metadata"


def sso_url(staff_url: str) -> str:
    """Where tools send clerks."""
    return f"{staff_url}/staff/tools/saml/sso"


def answer(
    staff_url: str, key: SamlKey, *, to: str, audience: str, request_id: str, who: Signed
) -> str:
    """The encoded message that signs a clerk in; the assertion in it is signed."""
    assertion = _assertion(entity_id(staff_url), to, audience, request_id, who)
    message = _message(staff_url, to, request_id, p.StatusCode(Value=f"{STATUS}Success"))
    message.append(_signed(assertion, key))
    return base64.b64encode(etree.tostring(message)).decode()


def refusal(staff_url: str, key: SamlKey, *, to: str, request_id: str, why: str) -> str:
    """The encoded message that says no ("NoPassive"); signed itself."""
    code = p.StatusCode(p.StatusCode(Value=f"{STATUS}{why}"), Value=f"{STATUS}Responder")
    message = _signed(_message(staff_url, to, request_id, code), key)
    return base64.b64encode(etree.tostring(message)).decode()


def metadata(staff_url: str, certificates: list[str]) -> bytes:
    """Who we are, for tools."""
    keys = [
        md.KeyDescriptor(
            ds.KeyInfo(ds.X509Data(ds.X509Certificate("".join(pem.split("\n")[1:-2])))),
            use="signing",
        )
        for pem in certificates
    ]
    descriptor = md.IDPSSODescriptor(
        *keys,
        md.NameIDFormat(UNSPECIFIED),
        md.NameIDFormat(EMAIL),
        md.SingleSignOnService(Binding=REDIRECT, Location=sso_url(staff_url)),
        WantAuthnRequestsSigned="false",
        protocolSupportEnumeration=SAMLP,
    )
    root = md.EntityDescriptor(descriptor, entityID=entity_id(staff_url))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _message(staff_url: str, to: str, request_id: str, code: Any) -> Any:
    return p.Response(
        a.Issuer(entity_id(staff_url)),
        p.Status(code),
        ID=_id(),
        Version="2.0",
        IssueInstant=_at(now()),
        Destination=to,
        InResponseTo=request_id,
    )


def _assertion(issuer: str, to: str, audience: str, request_id: str, who: Signed) -> Any:
    until = _at(now() + LIVES)
    confirmed = a.SubjectConfirmationData(NotOnOrAfter=until, Recipient=to, InResponseTo=request_id)
    return a.Assertion(
        a.Issuer(issuer),
        a.Subject(
            a.NameID(who.name_id, Format=EMAIL if who.is_mail else UNSPECIFIED),
            a.SubjectConfirmation(confirmed, Method=BEARER),
        ),
        a.Conditions(
            a.AudienceRestriction(a.Audience(audience)),
            NotBefore=_at(now() - SKEW),
            NotOnOrAfter=until,
        ),
        a.AuthnStatement(
            a.AuthnContext(a.AuthnContextClassRef(MFA if who.several_factors else NO_CONTEXT)),
            AuthnInstant=_at(who.authenticated_at),
            SessionIndex=who.session_index,
        ),
        ID=_id(),
        Version="2.0",
        IssueInstant=_at(now()),
    )


def _signed(element: Any, key: SamlKey) -> Any:
    text = OneLogin_Saml2_Utils.add_sign(etree.tostring(element), key.private, key.certificate)
    return etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True))


def _id() -> str:
    return f"_{secrets.token_hex(20)}"  # an XML ID does not begin with a figure


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
