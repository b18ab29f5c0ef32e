"""SAML issuers clerks sign in at: the tables named saml in the setting FEDERATION."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from auth.staff.roles import ROLES
from portal.core.settings import Settings, SettingsError, is_loopback

PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
# REFEDS' profile, and what Entra ID says (also as values of its authnmethodsreferences).
MFA = ("https://refeds.org/profile/mfa", "http://schemas.microsoft.com/claims/multipleauthn")
SMALLEST_RSA = 2048


class SamlIssuer(BaseModel):
    """One issuer. Its certificates are given here: nothing is fetched on anybody's word."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")
    label: str
    entity_id: str = Field(min_length=1)
    sso_url: str
    certificate_files: tuple[Path, ...] = Field(min_length=1)
    name_id_format: str = PERSISTENT
    mfa_contexts: tuple[str, ...] = MFA
    mfa_attribute: str = ""  # an attribute with values of mfa_contexts, as Entra ID sends it
    require: dict[str, str] = {}  # attributes that must have exactly this value (tenant)
    roles_attribute: str = ""  # empty: the roles of the account here
    roles: dict[str, str] = {}
    want_encrypted: bool = False
    certificates: tuple[str, ...] = Field((), exclude=True)  # read from the files

    @field_validator("sso_url")
    @classmethod
    def _address(cls, value: str) -> str:
        parts = urlsplit(value)
        fine = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(value))
        if not fine or not parts.hostname or "@" in parts.netloc or parts.fragment:
            raise ValueError("must be a full https address")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if set(self.roles.values()) - ROLES.keys():
            raise ValueError(f"roles must be of {', '.join(ROLES)}")
        if bool(self.roles_attribute) != bool(self.roles):
            raise ValueError("roles_attribute and roles belong together")
        return self

    @property
    def origin(self) -> str:
        """Where the browser is sent."""
        parts = urlsplit(self.sso_url)
        return f"{parts.scheme}://{parts.netloc}"


def load(settings: Settings) -> dict[str, SamlIssuer]:
    """The issuers by name; SettingsError lists every fault."""
    faults: list[str] = []
    found: dict[str, SamlIssuer] = {}
    for number, table in enumerate(_tables(settings.FEDERATION)):
        where = f"FEDERATION saml {table.get('name', number + 1)}"
        try:
            issuer = SamlIssuer.model_validate(table | {"certificates": _certificates(table)})
        except ValidationError as error:
            told = error.errors(include_input=False, include_url=False)
            faults += [f"{where}: {'.'.join(map(str, o['loc']))}: {o['msg']}" for o in told]
            continue
        except (OSError, ValueError) as error:
            faults.append(f"{where}: certificate_files: {_plain(error)}")
            continue
        if settings.refuses_stand_ins and is_loopback(issuer.sso_url):
            faults.append(f"{where}: sso_url must not be this machine")
        if issuer.name in found or issuer.entity_id in {o.entity_id for o in found.values()}:
            faults.append(f"{where}: is there twice")
        found[issuer.name] = issuer
    if faults:
        raise SettingsError("\n".join(faults))
    return found


def _tables(text: str) -> list[dict[str, Any]]:
    if not text.strip():
        return []
    try:
        raw = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except ValueError as error:
        raise SettingsError(f"FEDERATION: {error}") from None
    tables = raw.get("saml", []) if isinstance(raw, dict) else None
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise SettingsError("FEDERATION: saml must be a list of tables")
    return tables


def _certificates(table: dict[str, Any]) -> tuple[str, ...]:
    """PEM files, one or more certificates each; only RSA keys that are long enough."""
    found: list[str] = []
    for name in table.get("certificate_files") or ():
        for certificate in x509.load_pem_x509_certificates(Path(str(name)).read_bytes()):
            key = certificate.public_key()
            if not isinstance(key, rsa.RSAPublicKey) or key.key_size < SMALLEST_RSA:
                raise ValueError(f"must hold RSA keys of at least {SMALLEST_RSA} bits")
            found.append(certificate.public_bytes(Encoding.PEM).decode())
    return tuple(found)


def _plain(error: Exception) -> str:
    return error.strerror or "can not be read" if isinstance(error, OSError) else str(error)
