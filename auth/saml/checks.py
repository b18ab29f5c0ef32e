"""What python3-saml takes lightly and we do not: exact addresses, all limits there, known methods.

It compares Destination and Recipient by their beginning, takes an assertion without audience or
without NotOnOrAfter, and looks at InResponseTo of the message, which is not what is signed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from auth.saml.errors import SamlRefused
from portal.core.clock import now

NS = {
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
SIGNATURES = {f"http://www.w3.org/2001/04/xmldsig-more#rsa-sha{bits}" for bits in (256, 384, 512)}
DIGESTS = {
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512",
}
TRANSFORMS = {
    "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
}
SKEW = timedelta(minutes=3)
LONGEST_LIFE = timedelta(hours=2)  # of an assertion, so that the table of seen ones ends


@dataclass(frozen=True)
class Said:
    """What the issuer says, signed."""

    assertion_id: str
    request_id: str
    name_id: str
    contexts: list[str]
    authenticated_at: datetime | None
    attributes: dict[str, list[str]]
    until: datetime


def said(response: Any, audience: str, acs_url: str) -> Said:
    """Read a response whose signature python3-saml has verified; raises SamlRefused."""
    document = response.get_xml_document()
    _known_methods(document)
    destination = document.get("Destination")
    if destination is not None and destination != acs_url:
        raise SamlRefused("destination")
    assertion = _one(document.xpath("/samlp:Response/saml:Assertion", namespaces=NS), "assertion")
    _signed_itself(assertion)
    if audience not in _audiences(assertion):
        raise SamlRefused("audience")
    request_id, until = _confirmation(assertion, acs_url)
    statement = _one(assertion.xpath("saml:AuthnStatement", namespaces=NS), "authn_statement")
    return Said(
        assertion_id=assertion.get("ID"),
        request_id=request_id,
        name_id=_name_id(response),
        contexts=[text.strip() for text in response.get_authn_contexts() if text],
        authenticated_at=_moment(statement.get("AuthnInstant")),
        attributes={
            name: [value for value in values if isinstance(value, str)]
            for name, values in response.get_attributes().items()
        },
        until=until,
    )


def _known_methods(document: Any) -> None:
    """An allow-list, instead of the toolkit's list of forbidden ones."""
    for path, allowed in (
        (".//ds:SignatureMethod", SIGNATURES),
        (".//ds:DigestMethod", DIGESTS),
        (".//ds:Signature//ds:Transform", TRANSFORMS),
        (".//ds:CanonicalizationMethod", TRANSFORMS),
    ):
        for node in document.xpath(path, namespaces=NS):
            if node.get("Algorithm") not in allowed:
                raise SamlRefused("algorithm")


def _signed_itself(assertion: Any) -> None:
    """One signature, a child of the assertion, over exactly this assertion."""
    signature = _one(assertion.xpath("ds:Signature", namespaces=NS), "signature")
    references = signature.xpath("ds:SignedInfo/ds:Reference", namespaces=NS)
    if _one(references, "reference").get("URI") != f"#{assertion.get('ID')}":
        raise SamlRefused("reference")
    same = assertion.xpath("//*[@ID=$id]", id=assertion.get("ID"))
    _one(same, "id_twice")


def _audiences(assertion: Any) -> list[str]:
    path = "saml:Conditions/saml:AudienceRestriction/saml:Audience"
    return [(node.text or "").strip() for node in assertion.xpath(path, namespaces=NS)]


def _confirmation(assertion: Any, acs_url: str) -> tuple[str, datetime]:
    """(request id, until when) of the bearer confirmation meant for us."""
    path = "saml:Subject/saml:SubjectConfirmation[@Method=$bearer]/saml:SubjectConfirmationData"
    for data in assertion.xpath(path, namespaces=NS, bearer=BEARER):
        until, request_id = _moment(data.get("NotOnOrAfter")), data.get("InResponseTo")
        if data.get("Recipient") != acs_url or until is None or data.get("NotBefore"):
            continue
        if not request_id:
            raise SamlRefused("unsolicited")
        if until + SKEW <= now() or until > now() + LONGEST_LIFE:
            raise SamlRefused("lifetime")
        return request_id, until
    raise SamlRefused("confirmation")


def _name_id(response: Any) -> str:
    data = response.get_nameid_data()
    if data.get("Format") == TRANSIENT:
        raise SamlRefused("transient_name_id")
    value = str(data.get("Value") or "").strip()
    if not value or len(value) > 256:  # saml-core 8.3.7
        raise SamlRefused("name_id")
    return value


def _one(found: Iterable[Any], what: str) -> Any:
    several = list(found)
    if len(several) != 1:
        raise SamlRefused(what)
    return several[0]


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
