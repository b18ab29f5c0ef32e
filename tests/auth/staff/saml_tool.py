"""A kintone-shaped tool: python3-saml asks as cybozu.com does, signxml verifies on its own."""

from __future__ import annotations

import base64
import datetime as dt
import zlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from flask import Flask
from lxml import etree
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from signxml import XMLVerifier

from auth.saml import keys, services
from portal.core.db import transaction
from tests.auth.staff.saml_issuer import NS, key_pair
from tests.browser import Page
from tests.conftest import STAFF_HOST

ENTITY, ACS = "https://mado.cybozu.example", "https://mado.cybozu.example/saml/acs"
SSO = f"http://{STAFF_HOST}/staff/tools/saml/sso"
ISSUER = f"http://{STAFF_HOST}/staff/tools/saml/metadata"
SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"


@dataclass(frozen=True)
class Tool:
    """What the tool's people entered: our certificate."""

    certificate: str

    def said(self, page: Page, request_id: str) -> Any:
        """The name in the answer on this page, judged by two implementations."""
        sent = fields_of(page)
        xml = etree.fromstring(base64.b64decode(sent["SAMLResponse"]))
        assertion = xml.find("a:Assertion", NS)
        XMLVerifier().verify(assertion, x509_cert=self.certificate, id_attribute="ID")
        response = OneLogin_Saml2_Response(self._settings(), sent["SAMLResponse"])
        here = {"https": "on", "http_host": "mado.cybozu.example", "script_name": "/saml/acs"}
        response.is_valid(here, request_id=request_id, raise_exceptions=True)
        return response

    def _settings(self) -> Any:
        return OneLogin_Saml2_Settings(
            {
                "strict": True,
                "sp": {"entityId": ENTITY, "assertionConsumerService": {"url": ACS}},
                "idp": {
                    "entityId": ISSUER,
                    "singleSignOnService": {"url": SSO},
                    "x509cert": self.certificate,
                },
                "security": {
                    "wantAssertionsSigned": True,
                    "wantAttributeStatement": False,
                    "rejectDeprecatedAlgorithm": True,
                },
            }
        )


def registered(app: Flask, **more: Any) -> Tool:
    """The tool is known here."""
    values = {
        "name": "kintone",
        "entity_id": ENTITY,
        "acs_url": ACS,
        "name_id": "email",
        "roles": ["author", "administrator"],
        "certificate": None,
    }
    with app.app_context(), transaction() as session:
        services.add(session, **(values | more))
        return Tool(keys.active(session, keys.IDP).certificate)


def question(**but: Any) -> tuple[str, str]:
    """(id, XML) of a request as cybozu.com makes it, but for what is said otherwise."""
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=but.pop("minutes", 0))
    values = {
        "ID": "_kintone0001",
        "Version": "2.0",
        "IssueInstant": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Destination": SSO,
        "AssertionConsumerServiceURL": ACS,
        "ProtocolBinding": "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
    }
    issuer, inside = but.pop("issuer", ENTITY), but.pop("inside", "")
    attributes = "".join(
        f' {name}="{value}"' for name, value in (values | but).items() if value is not None
    )
    xml = (
        f'<p:AuthnRequest xmlns:p="{NS["p"]}" xmlns:a="{NS["a"]}"{attributes}>'
        f"<a:Issuer>{issuer}</a:Issuer>{inside}</p:AuthnRequest>"
    )
    return str((values | but)["ID"]), xml


def packed(xml: str) -> str:
    """For the query, escaped."""
    squeezing = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = squeezing.compress(xml.encode()) + squeezing.flush()
    return quote(base64.b64encode(raw).decode(), safe="")


def path(xml: str, relay_state: str = "https://mado.cybozu.example/k/", signed: str = "") -> str:
    """Where the tool sends the clerk; `signed` names the key that signs the query."""
    query = f"SAMLRequest={packed(xml)}&RelayState={quote(relay_state, safe='')}"
    if signed:
        query += f"&SigAlg={quote(SHA256, safe='')}"
        key = key_pair(signed)[0]
        signature = key.sign(query.encode(), padding.PKCS1v15(), hashes.SHA256())
        query += f"&Signature={quote(base64.b64encode(signature).decode(), safe='')}"
    return f"/staff/tools/saml/sso?{query}"


def fields_of(page: Page) -> dict[str, str]:
    """What the page posts."""
    assert page.status == 200, page.text
    return {
        field.attributes["name"]: field.attributes["value"] for field in page.form().all("input")
    }
