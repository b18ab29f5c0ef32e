"""The discovery document: true to the last field."""

from __future__ import annotations

from typing import Any

from auth.assurance import LEVELS
from auth.provider import client_auth, dpop, scopes
from auth.provider.clients import ALGORITHMS, AUTH_METHODS
from portal.core.i18n import LANGUAGES


def document(issuer: str) -> dict[str, Any]:
    """OpenID Connect Discovery 1.0 and RFC 8414, for this issuer."""
    ways = list(AUTH_METHODS)
    secret_ways = [way for way in ways if way != "none"]
    signing = list(client_auth.ALGORITHMS)
    claims = [claim for names in scopes.CLAIMS.values() for claim in names]
    return {
        "issuer": issuer,
        **{name: issuer + path for name, path in ENDPOINTS.items()},
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": list(ALGORITHMS),
        "scopes_supported": list(scopes.SUPPORTED),
        "claims_supported": [
            *claims,
            *("iss", "aud", "exp", "iat", "auth_time", "acr", "amr", "sid", "nonce", "at_hash"),
        ],
        "claim_types_supported": ["normal"],
        "acr_values_supported": list(LEVELS),
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "ui_locales_supported": list(LANGUAGES),
        "token_endpoint_auth_methods_supported": ways,
        "token_endpoint_auth_signing_alg_values_supported": signing,
        "revocation_endpoint_auth_methods_supported": ways,
        "revocation_endpoint_auth_signing_alg_values_supported": signing,
        "introspection_endpoint_auth_methods_supported": secret_ways,
        "introspection_endpoint_auth_signing_alg_values_supported": signing,
        "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": list(dpop.ALGORITHMS),
        "require_pushed_authorization_requests": False,  # of those tools that registered so
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }


ENDPOINTS = {
    "authorization_endpoint": "/oauth/authorize",
    "token_endpoint": "/oauth/token",
    "userinfo_endpoint": "/oauth/userinfo",
    "jwks_uri": "/oauth/jwks",
    "introspection_endpoint": "/oauth/introspect",
    "revocation_endpoint": "/oauth/revoke",
    "pushed_authorization_request_endpoint": "/oauth/par",
    "end_session_endpoint": "/oauth/logout",
}
