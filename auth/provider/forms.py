"""The form of a client, for administrators."""

from __future__ import annotations

import json
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)

from auth.provider import scopes
from auth.provider.clients import ALGORITHMS, AUTH_METHODS, Client
from portal.core.web.forms import AtMost, Form, Required, trimmed

# WTForms' types do not know plain words as choices yet.
WAYS: Any = list(AUTH_METHODS)
FIELDS: Any = list(scopes.SUPPORTED[1:])
SIGNATURES: Any = list(ALGORITHMS)


class ClientForm(Form):
    """What administrators say about a tool. One address a line."""

    name = StringField(_("Name of the tool"), [Required(), AtMost(80)], filters=[trimmed])
    purpose = StringField(_("What it needs the fields for"), [AtMost(200)], filters=[trimmed])
    redirect_uris = TextAreaField(_("Addresses it returns to"), [Required()], filters=[trimmed])
    auth_method = SelectField(_("How it proves itself"), choices=WAYS)
    jwks = TextAreaField(_("Its public keys (JWKS)"), filters=[trimmed])
    scopes = SelectMultipleField(_("Fields it may ask for"), choices=FIELDS)
    post_logout_uris = TextAreaField(_("Addresses after signing out"), filters=[trimmed])
    backchannel_logout_uri = StringField(_("Address that is told of a sign-out"), filters=[trimmed])
    id_token_alg = SelectField(_("Signature of ID tokens"), choices=SIGNATURES)
    par = BooleanField(_("It must push its requests (PAR)"))
    dpop = BooleanField(_("Its tokens are bound to a key (DPoP)"))
    dpop_nonce = BooleanField(_("Its proofs carry a number from us (DPoP nonce)"))
    no_pkce_reason = StringField(_("Reason to do without PKCE"), [AtMost(200)], filters=[trimmed])

    def validate_jwks(self, field: Any) -> None:
        """JSON, when something is typed; clients.py looks at the keys."""
        try:
            json.loads(field.data or "{}")
        except (ValueError, RecursionError):
            raise ValidationError(gettext("This is not JSON.")) from None

    def values(self) -> dict[str, Any]:
        """In the words of the record."""
        return {
            "name": self.name.data,
            "purpose": self.purpose.data or "",
            "redirect_uris": _lines(self.redirect_uris.data),
            "auth_method": self.auth_method.data,
            "jwks": json.loads(self.jwks.data) if self.jwks.data else None,
            "scopes": [scopes.OPENID, *(self.scopes.data or [])],
            "post_logout_uris": _lines(self.post_logout_uris.data),
            "backchannel_logout_uri": self.backchannel_logout_uri.data or None,
            "id_token_alg": self.id_token_alg.data,
            "par": self.par.data,
            "dpop": self.dpop.data,
            "dpop_nonce": self.dpop_nonce.data,
            "no_pkce_reason": self.no_pkce_reason.data or None,
        }


def filled(client: Client) -> ClientForm:
    """The form as the client is now (what was sent, when something was)."""
    return ClientForm(
        data={
            "name": client.name,
            "purpose": client.purpose,
            "redirect_uris": "\n".join(client.redirect_uris),
            "auth_method": client.auth_method,
            "jwks": json.dumps(client.jwks) if client.jwks else "",
            "scopes": [one for one in client.scopes if one != scopes.OPENID],
            "post_logout_uris": "\n".join(client.post_logout_uris),
            "backchannel_logout_uri": client.backchannel_logout_uri or "",
            "id_token_alg": client.id_token_alg,
            "par": client.par,
            "dpop": client.dpop,
            "dpop_nonce": client.dpop_nonce,
            "no_pkce_reason": client.no_pkce_reason or "",
        }
    )


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
