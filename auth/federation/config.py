"""The issuers we trust: one table each in the setting FEDERATION (TOML or JSON)."""

from __future__ import annotations

import json
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from auth.assurance import LEVELS
from auth.federation.mapping import Attribute
from portal.core.settings import Settings, SettingsError, is_loopback

ASYMMETRIC = frozenset({"ES256", "ES384", "ES512", "RS256", "PS256", "EdDSA"})
SYMMETRIC = frozenset({"HS256"})  # key: the client secret (LINE's web flow)
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")


class Issuer(BaseModel):
    """One issuer, and everything that is different about it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")  # part of its own callback path
    label: str = ""
    face: Literal["resident", "staff"]
    issuer: str
    authorization_endpoint: str | None = None  # all or none: without them discovery is asked
    token_endpoint: str | None = None
    jwks_uri: str | None = None
    userinfo_endpoint: str | None = None
    client_id: str = Field(min_length=1)
    client_auth: Literal["private_key_jwt", "client_secret_post", "client_secret_basic"]
    key_file: Path | None = None
    key_id: str | None = None
    key_alg: Literal["ES256", "RS256"] = "ES256"
    secret_file: Path | None = None
    id_token_algs: tuple[str, ...] = Field(min_length=1)
    scope: str = "openid"  # to sign in
    scope_of_attributes: str | None = None  # to read attributes too
    userinfo: bool = False
    authorize: dict[str, str] = {}
    max_age: int | None = Field(None, ge=0)
    required_acr: str = ""
    acr: dict[str, str] = {}
    acr_otherwise: str | None = None
    mfa_amr: tuple[str, ...] = ()
    subject: tuple[str, ...] = ("sub",)
    require: dict[str, str] = {}
    refuse: dict[str, tuple[str, ...]] = {}
    guests: Literal["refuse", "ignore"] = "refuse"
    roles_claim: str = "roles"
    roles: dict[str, str] = {}
    provision: bool = False
    attributes: dict[str, Attribute] = {}
    secret: str = Field("", repr=False, exclude=True)  # read from secret_file

    @field_validator("issuer", *ENDPOINTS)
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"https", "http"} or not parts.hostname or "@" in parts.netloc:
            raise ValueError("must be an https address")
        if parts.scheme == "http" and not is_loopback(value):
            raise ValueError("must be https")
        if parts.fragment:
            raise ValueError("must have no fragment")
        return value

    @field_validator("id_token_algs")
    @classmethod
    def _known_algs(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if set(value) - ASYMMETRIC - SYMMETRIC:
            raise ValueError(f"must be of {', '.join(sorted(ASYMMETRIC | SYMMETRIC))}")
        if set(value) & SYMMETRIC and set(value) & ASYMMETRIC:
            raise ValueError("must not mix shared secrets and public keys (algorithm confusion)")
        return value

    @field_validator("scope", "scope_of_attributes")
    @classmethod
    def _openid(cls, value: str | None) -> str | None:
        if value is not None and "openid" not in value.split():
            raise ValueError("must contain openid")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = [*self._metadata_faults(), *self._client_faults(), *self._face_faults()]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _metadata_faults(self) -> list[str]:
        if self.discovers:
            keys = self.jwks_uri or self.userinfo_endpoint
            return ["name all endpoints, or none and discovery is asked"] if keys else []
        faults = []
        if not (self.authorization_endpoint and self.token_endpoint):
            faults.append("authorization_endpoint and token_endpoint belong together")
        if not self.symmetric and not self.jwks_uri:
            faults.append("jwks_uri is missing")
        if self.userinfo and not self.userinfo_endpoint:
            faults.append("userinfo_endpoint is missing")
        return faults

    def _client_faults(self) -> list[str]:
        faults = []
        by_key = self.client_auth == "private_key_jwt"
        if by_key and self.key_file is None:
            faults.append("key_file is missing")
        if not by_key and not (self.secret_file or self.secret):
            faults.append("secret_file is missing")
        if self.symmetric and by_key:
            faults.append("HS256 needs a client secret")
        taken = {"state", "nonce", "client_id", "redirect_uri", "response_type", "code_challenge"}
        if taken & self.authorize.keys() or "max_age" in self.authorize:
            faults.append("authorize must not name what is ours to say (max_age is its own line)")
        return faults

    def _face_faults(self) -> list[str]:
        worth = {*self.acr.values(), *([self.acr_otherwise] if self.acr_otherwise else [])}
        faults = [f"acr: {level} is not of {', '.join(LEVELS)}" for level in worth - set(LEVELS)]
        if self.face == "resident" and not worth:
            faults.append("acr (or acr_otherwise) must say what a sign-in is worth")
        if self.provision and (self.face != "staff" or not self.roles):
            faults.append("provision is for staff, and needs roles")
        return faults

    @property
    def discovers(self) -> bool:
        """Whether metadata come by discovery."""
        return self.authorization_endpoint is None and self.token_endpoint is None

    @property
    def symmetric(self) -> bool:
        """Whether ID tokens are signed with the client secret."""
        return bool(set(self.id_token_algs) & SYMMETRIC)

    @property
    def discovery_url(self) -> str:
        """OpenID Connect Discovery §4.1."""
        return f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"

    @cached_property
    def key(self) -> ECKey | RSAKey:
        """The private key of private_key_jwt; SettingsError when its file can not be used."""
        kind = ECKey if self.key_alg == "ES256" else RSAKey
        try:
            raw = self.key_file.read_bytes() if self.key_file else b""
            key = kind.import_key(raw)
        except (OSError, JoseError, ValueError, TypeError) as error:
            raise SettingsError(f"key_file: {_plain(error)}") from None
        if not key.is_private:
            raise SettingsError("key_file: holds no private key")
        return key


def load(settings: Settings) -> dict[str, Issuer]:
    """The issuers by name; SettingsError lists every fault of every issuer."""
    if not settings.FEDERATION.strip():
        return {}
    faults: list[str] = []
    found: dict[str, Issuer] = {}
    for number, table in enumerate(_tables(settings.FEDERATION)):
        where = f"FEDERATION issuer {table.get('name', number + 1)}"
        issuer, wrong = _one(table, settings)
        faults += [f"{where}: {fault}" for fault in wrong]
        if issuer is not None and issuer.name in found:
            faults.append(f"{where}: the name is there twice")
        if issuer is not None:
            found[issuer.name] = issuer
    faults += _faults_together(found)
    if faults:
        raise SettingsError("\n".join(faults))
    return found


def _tables(text: str) -> list[dict[str, Any]]:
    try:
        raw = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
        tables = raw.get("issuer", [])  # tables named saml are read by auth.saml.config
        if set(raw) - {"issuer", "saml"} or not all(isinstance(one, dict) for one in tables):
            raise TypeError
    except (ValueError, AttributeError, TypeError) as error:
        known = isinstance(error, ValueError)
        words = str(error) if known else "must be a list of tables named issuer"
        raise SettingsError(f"FEDERATION: {words}") from None
    return list(tables)


def _one(table: dict[str, Any], settings: Settings) -> tuple[Issuer | None, list[str]]:
    try:
        issuer = Issuer.model_validate({**table, "secret": _secret(table)})
        if issuer.client_auth == "private_key_jwt":
            issuer.key  # noqa: B018  (reads the file now, so that its faults show at the start)
    except ValidationError as error:
        told = error.errors(include_input=False, include_url=False)
        return None, [f"{'.'.join(map(str, one['loc'])) or 'table'}: {one['msg']}" for one in told]
    except SettingsError as error:
        return None, [str(error)]
    return issuer, _stand_in_faults(issuer, settings)


def _secret(table: dict[str, Any]) -> str:
    file = table.get("secret_file")
    try:
        return Path(str(file)).read_text("utf-8").strip() if file else ""
    except OSError as error:
        raise SettingsError(f"secret_file: {_plain(error)}") from None


def _stand_in_faults(issuer: Issuer, settings: Settings) -> list[str]:
    """A portal that is reachable from outside trusts no issuer on this machine."""
    if not settings.refuses_stand_ins:
        return []
    values = {name: getattr(issuer, name) for name in ("issuer", *ENDPOINTS)}
    return [
        f"{name} must be https and not this machine"
        for name, value in values.items()
        if value and (not value.startswith("https://") or is_loopback(value))
    ]


def _faults_together(found: dict[str, Issuer]) -> list[str]:
    residents = [one for one in found.values() if one.face == "resident"]
    seen = [one.issuer for one in found.values()]
    faults = ["FEDERATION: there is one card issuer at most"] if len(residents) > 1 else []
    if len(set(seen)) != len(seen):
        faults.append("FEDERATION: an issuer is there twice")
    return faults


def _plain(error: Exception) -> str:
    return error.strerror or "can not be read" if isinstance(error, OSError) else "is no such key"
