"""A SAML issuer made with signxml, which shares no code with what judges its answers here."""

from __future__ import annotations

import base64
import datetime as dt
import uuid
import zlib
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import CanonicalizationMethod, DigestAlgorithm, SignatureMethod, XMLSigner

ENTITY, SSO = "https://office.example/saml", "https://office.example/sso"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
MFA = "https://refeds.org/profile/mfa"
NS = {
    "p": "urn:oasis:names:tc:SAML:2.0:protocol",
    "a": "urn:oasis:names:tc:SAML:2.0:assertion",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}


@cache
def key_pair(name: str) -> tuple[rsa.RSAPrivateKey, str]:
    """A key and its certificate (PEM), made once a run."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    moment = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - dt.timedelta(days=1))
        .not_valid_after(moment + dt.timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    return key, certificate.public_bytes(Encoding.PEM).decode()


@dataclass(frozen=True)
class Asked:
    """What the portal asked."""

    id: str
    acs: str
    entity_id: str
    relay_state: str
    force: bool
    signed: bool


def asked(address: str) -> Asked:
    """Read the AuthnRequest of a redirect."""
    query = parse_qs(urlsplit(address).query)
    xml = zlib.decompress(base64.b64decode(query["SAMLRequest"][0]), -15)
    root = etree.fromstring(xml)
    issuer = root.find("a:Issuer", NS)
    assert issuer is not None and issuer.text
    return Asked(
        root.attrib["ID"],
        root.attrib["AssertionConsumerServiceURL"],
        issuer.text,
        query["RelayState"][0],
        root.get("ForceAuthn") == "true",
        "Signature" in query,
    )


@dataclass(frozen=True)
class Answer:
    """An answer, everything right unless said otherwise."""

    request_id: str | None
    acs: str
    audience: str
    name_id: str = "oid-0001"
    name_id_format: str = PERSISTENT
    issuer: str = ENTITY
    destination: str | None = None
    recipient: str | None = None
    context: str = PASSWORD
    minutes: int = 5
    begins: int = -1
    signed_by: str = "office"
    signature: SignatureMethod = SignatureMethod.RSA_SHA256
    digest: DigestAlgorithm = DigestAlgorithm.SHA256
    attributes: dict[str, list[str]] = field(default_factory=dict)
    assertion_id: str = ""
    response_in_response_to: str | None = "same"
    authenticated: int = 0
    form: CanonicalizationMethod = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0

    def but(self, **more: Any) -> Answer:
        """The same with something else."""
        return replace(self, **more)

    def assertion(self, *, signed: bool = True) -> Any:
        """The assertion, signed."""
        root = etree.fromstring(self._assertion_xml().encode())
        return self._signed(root) if signed else root

    def signed_message(self) -> Any:
        """The message signed instead of the assertion in it."""
        return self._signed(self.response(self.assertion(signed=False)))

    def _signed(self, root: Any) -> Any:
        key, certificate = key_pair(self.signed_by)
        signer = _Signer(
            signature_algorithm=self.signature,
            digest_algorithm=self.digest,
            c14n_algorithm=self.form,
        )
        made = signer.sign(root, key=key, cert=certificate, reference_uri=root.get("ID"))
        signature = made.find("ds:Signature", NS)
        made.remove(signature)
        made.insert(1, signature)  # the schema wants it right after the issuer
        return made

    def response(self, *assertions: Any) -> Any:
        """The message around it (default: its own signed assertion)."""
        in_response = (
            self.request_id
            if self.response_in_response_to == "same"
            else self.response_in_response_to
        )
        attribute = f' InResponseTo="{in_response}"' if in_response else ""
        root = etree.fromstring(
            f'<p:Response xmlns:p="{NS["p"]}" xmlns:a="{NS["a"]}" ID="_{uuid.uuid4().hex}"'
            f' Version="2.0" IssueInstant="{_at(0)}"'
            f' Destination="{self.destination or self.acs}"{attribute}>'
            f"<a:Issuer>{self.issuer}</a:Issuer><p:Status><p:StatusCode"
            ' Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></p:Status></p:Response>'
        )
        for assertion in assertions or (self.assertion(),):
            root.append(assertion)
        return root

    def encoded(self) -> str:
        """As the browser posts it."""
        return encoded(self.response())

    def _audience_xml(self) -> str:
        audience = f"<a:Audience>{self.audience}</a:Audience>"
        return f"<a:AudienceRestriction>{audience}</a:AudienceRestriction>" if self.audience else ""

    def _assertion_xml(self) -> str:
        asked_by = f' InResponseTo="{self.request_id}"' if self.request_id else ""
        values = "".join(
            f'<a:Attribute Name="{name}">'
            + "".join(f"<a:AttributeValue>{one}</a:AttributeValue>" for one in several)
            + "</a:Attribute>"
            for name, several in self.attributes.items()
        )
        statement = f"<a:AttributeStatement>{values}</a:AttributeStatement>" if values else ""
        return (
            f'<a:Assertion xmlns:a="{NS["a"]}" ID="{self.assertion_id or "_" + uuid.uuid4().hex}"'
            f' Version="2.0" IssueInstant="{_at(0)}"><a:Issuer>{self.issuer}</a:Issuer>'
            f'<a:Subject><a:NameID Format="{self.name_id_format}">{self.name_id}</a:NameID>'
            '<a:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
            f'<a:SubjectConfirmationData NotOnOrAfter="{_at(self.minutes)}"'
            f' Recipient="{self.recipient or self.acs}"{asked_by}/>'
            f'</a:SubjectConfirmation></a:Subject><a:Conditions NotBefore="{_at(self.begins)}"'
            f' NotOnOrAfter="{_at(self.minutes)}">{self._audience_xml()}</a:Conditions>'
            f'<a:AuthnStatement AuthnInstant="{_at(self.authenticated)}"><a:AuthnContext>'
            f"<a:AuthnContextClassRef>{self.context}</a:AuthnContextClassRef>"
            f"</a:AuthnContext></a:AuthnStatement>{statement}</a:Assertion>"
        )


class _Signer(XMLSigner):
    """signxml refuses to make SHA-1 signatures; this test issuer must be able to."""

    def check_deprecated_methods(self) -> None:
        """Everything goes."""


def to(question: Asked) -> Answer:
    """The right answer to a question."""
    return Answer(question.id, question.acs, question.entity_id)


def encoded(root: Any) -> str:
    """As the browser posts it."""
    return base64.b64encode(etree.tostring(root)).decode()


def settings(folder: Path, **more: Any) -> dict[str, Any]:
    """The table of this issuer in the setting FEDERATION."""
    file = folder / "office.pem"
    file.write_text(key_pair("office")[1])
    return {
        "name": "office",
        "label": "庁内ポータル",
        "entity_id": ENTITY,
        "sso_url": SSO,
        "certificate_files": [str(file)],
        **more,
    }


def _at(minutes: int) -> str:
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
