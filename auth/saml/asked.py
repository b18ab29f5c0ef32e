"""A tool's AuthnRequest (HTTP-Redirect): read with suspicion, judged against its registration.

Imported only where a tool asks: lxml and xmlsec cost memory.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote_plus

from lxml import etree
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

from auth.saml.errors import BadServiceRequest
from auth.saml.models import SamlService
from portal.core.clock import now

LARGEST = 64 * 1024  # bytes of XML: a request has about 1,000
SKEW, LIVES = timedelta(minutes=3), timedelta(minutes=10)
LONGEST_RELAY_STATE = 512  # the binding says 80 bytes; tools send whole addresses
PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
NS = {"a": "urn:oasis:names:tc:SAML:2.0:assertion"}
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
SIGNATURES = {f"http://www.w3.org/2001/04/xmldsig-more#rsa-sha{bits}" for bits in (256, 384, 512)}
ONCE = ("SAMLRequest", "RelayState", "SigAlg", "Signature")


@dataclass(frozen=True)
class Asked:
    """What the tool asks."""

    id: str
    issuer: str
    acs_url: str | None
    destination: str | None
    at: datetime
    force: bool
    passive: bool


def fields(query: bytes) -> dict[str, str]:
    """The fields as they were sent, still escaped (the signature is over that)."""
    found: dict[str, str] = {}
    for part in query.decode("ascii", "replace").split("&"):
        name, _, value = part.partition("=")
        if name in ONCE:
            if name in found:
                raise BadServiceRequest("twice")
            found[name] = value
    return found


def read(encoded: str) -> Asked:
    """Base64, DEFLATE, XML; raises BadServiceRequest."""
    try:
        packed = base64.b64decode(unquote_plus(encoded), validate=True)
        unpacking = zlib.decompressobj(-15)
        xml = unpacking.decompress(packed, LARGEST)
        if unpacking.unconsumed_tail or not unpacking.eof:
            raise BadServiceRequest("too_large")
        root = OneLogin_Saml2_XML.to_etree(xml)  # refuses document types and entities
    except (binascii.Error, zlib.error, etree.XMLSyntaxError, ValueError):
        raise BadServiceRequest("unreadable") from None
    if root.tag != f"{{{PROTOCOL}}}AuthnRequest" or root.get("Version") != "2.0":
        raise BadServiceRequest("not_a_request")
    judged = OneLogin_Saml2_XML.validate_xml(root, "saml-schema-protocol-2.0.xsd")
    if isinstance(judged, str):
        raise BadServiceRequest("schema")
    return _asked(root)


def judge(asked: Asked, service: SamlService, sent: dict[str, str], sso_url: str) -> None:
    """Whether a registered tool asks, here, now, to be answered at its own address."""
    if asked.acs_url is not None and asked.acs_url != service.acs_url:
        raise BadServiceRequest("acs")
    if asked.destination is not None and asked.destination != sso_url:
        raise BadServiceRequest("destination")
    if not now() - LIVES < asked.at < now() + SKEW:
        raise BadServiceRequest("expired")
    if service.certificate:
        _verify(service.certificate, sent)


def relay_state(sent: dict[str, str]) -> str:
    """What the tool wants back; raises BadServiceRequest when it is longer than it may be."""
    text = unquote_plus(sent.get("RelayState", ""))
    if len(text) > LONGEST_RELAY_STATE or any(ord(sign) < 32 for sign in text):
        raise BadServiceRequest("relay_state")
    return text


def _asked(root: Any) -> Asked:
    issuer = root.find("a:Issuer", NS)
    if issuer is None or not (issuer.text or "").strip():
        raise BadServiceRequest("issuer")
    if root.get("ProtocolBinding") not in {None, POST}:
        raise BadServiceRequest("binding")
    index = root.get("AssertionConsumerServiceIndex")
    if index is not None or root.find("a:Subject", NS) is not None:
        raise BadServiceRequest("not_supported")
    try:
        at = datetime.fromisoformat(root.get("IssueInstant") or "")
    except ValueError:
        raise BadServiceRequest("expired") from None
    return Asked(
        id=root.get("ID"),
        issuer=issuer.text.strip(),
        acs_url=root.get("AssertionConsumerServiceURL"),
        destination=root.get("Destination"),
        at=at if at.tzinfo else at.replace(tzinfo=UTC),
        force=root.get("ForceAuthn") in {"true", "1"},
        passive=root.get("IsPassive") in {"true", "1"},
    )


def _verify(certificate: str, sent: dict[str, str]) -> None:
    """The signature of the redirect binding (saml-bindings 3.4.4.1), over the fields as sent."""
    algorithm = unquote_plus(sent.get("SigAlg", ""))
    if algorithm not in SIGNATURES:
        raise BadServiceRequest("signature")
    names = [name for name in ("SAMLRequest", "RelayState", "SigAlg") if name in sent]
    signed = "&".join(f"{name}={sent[name]}" for name in names)
    try:
        signature = base64.b64decode(unquote_plus(sent.get("Signature", "")), validate=True)
    except binascii.Error:
        raise BadServiceRequest("signature") from None
    if not OneLogin_Saml2_Utils.validate_binary_sign(signed, signature, certificate, algorithm):
        raise BadServiceRequest("signature")
