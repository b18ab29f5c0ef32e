"""Asking a SAML issuer who a clerk is, with python3-saml; what it leaves open is in `checks`.

Imported only where an issuer is set up: xmlsec and lxml cost memory.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.metadata import OneLogin_Saml2_Metadata
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from auth.saml import checks
from auth.saml.checks import Said
from auth.saml.config import SamlIssuer
from auth.saml.errors import SamlRefused
from auth.saml.models import SamlKey

POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
LARGEST = 512 * 1024  # characters of an encoded answer


@dataclass(frozen=True)
class Here:
    """Who we are to one issuer; from the settings, never from a Host header.

    Each issuer has an address of its own, so that an answer can not be brought to another's.
    """

    staff_url: str
    name: str

    @property
    def entity_id(self) -> str:
        return f"{self.staff_url}/staff/saml/{self.name}/metadata"

    @property
    def acs_url(self) -> str:
        return f"{self.staff_url}/staff/saml/{self.name}/acs"


def ask(
    here: Here, issuer: SamlIssuer, key: SamlKey, relay_state: str, *, force: bool
) -> tuple[str, str]:
    """(address to send the browser to, id of the request); the request is signed."""
    asking = OneLogin_Saml2_Auth(_request(here), _settings(here, issuer, key))
    address = asking.login(return_to=relay_state, force_authn=force)
    return str(address), str(asking.get_last_request_id())


def judge(here: Here, issuer: SamlIssuer, opening: list[SamlKey], encoded: str) -> Said:
    """What a verified answer says; raises SamlRefused. Whether we asked is judged elsewhere."""
    if len(encoded) > LARGEST:
        raise SamlRefused("too_large")
    last = SamlRefused("unreadable")
    for key in opening:
        settings = OneLogin_Saml2_Settings(_settings(here, issuer, key))
        try:
            response = OneLogin_Saml2_Response(settings, encoded)
            if issuer.want_encrypted and not response.encrypted:
                raise SamlRefused("not_encrypted")
            response.is_valid(_request(here), raise_exceptions=True)
            return checks.said(response, here.entity_id, here.acs_url)
        except SamlRefused:
            raise
        except Exception as error:  # the toolkit raises whatever its parsers raise
            last = SamlRefused(_code(error))
            if "ecrypt" not in str(error) and type(error).__name__ != "Error":
                break  # another key of ours would not make it better
    raise last


def metadata(here: Here, certificates: list[str]) -> bytes:
    """Our metadata for issuers: both keys are for signing requests and opening answers."""
    settings = OneLogin_Saml2_Settings({"strict": True, "sp": _sp(here, None)}, None, True)
    text = OneLogin_Saml2_Metadata.builder(
        settings.get_sp_data(), authnsign=True, wsign=True, valid_until="", cache_duration=""
    )
    for certificate in reversed(certificates):
        body = "".join(certificate.strip().splitlines()[1:-1])
        text = OneLogin_Saml2_Metadata.add_x509_key_descriptors(text, body, True)
    return text if isinstance(text, bytes) else str(text).encode()


def _request(here: Here) -> dict[str, Any]:
    parts = urlsplit(here.staff_url)
    return {
        "https": "on" if parts.scheme == "https" else "off",
        "http_host": parts.netloc,
        "script_name": urlsplit(here.acs_url).path,
        "get_data": {},
        "post_data": {},
    }


def _sp(here: Here, key: SamlKey | None) -> dict[str, Any]:
    return {
        "entityId": here.entity_id,
        "assertionConsumerService": {"url": here.acs_url, "binding": POST},
        "x509cert": key.certificate if key else "",
        "privateKey": key.private if key else "",
    }


def _settings(here: Here, issuer: SamlIssuer, key: SamlKey) -> dict[str, Any]:
    return {
        "strict": True,
        "debug": False,
        "sp": _sp(here, key) | {"NameIDFormat": issuer.name_id_format},
        "idp": {
            "entityId": issuer.entity_id,
            "singleSignOnService": {"url": issuer.sso_url, "binding": REDIRECT},
            "x509certMulti": {"signing": list(issuer.certificates), "encryption": []},
        },
        "security": {
            "authnRequestsSigned": True,
            "wantAssertionsSigned": True,
            "wantAttributeStatement": False,
            "rejectDeprecatedAlgorithm": True,
            "requestedAuthnContext": False,  # Entra ID refuses what it can not give
            "allowSingleLabelDomains": True,
        },
    }


def _code(error: Exception) -> str:
    """A word for the audit log: python3-saml's own texts hold parts of the message."""
    number = getattr(error, "code", None)
    return f"saml_{number}" if isinstance(number, int) else type(error).__name__


# lxml's schema documents are opened while python3-saml is imported; nothing of ours warns.
warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"onelogin\..*")
