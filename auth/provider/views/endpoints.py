"""What tools' servers call: discovery, keys, tokens, user info, pushed requests."""

from __future__ import annotations

from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from flask import current_app, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.provider import (
    asking,
    claims,
    discovery,
    dpop,
    flooding,
    grants,
    keys,
    requests,
    scopes,
)
from auth.provider.asking import Refused
from auth.provider.clients import Client
from auth.provider.grants import Family, Held
from auth.provider.server import BodyRequest, Server
from auth.provider.views.blueprint import bp, called_url, issuer
from portal.core import audit
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.web.access import public
from portal.core.web.app import csrf


@bp.get("/.well-known/openid-configuration")
@bp.get("/.well-known/oauth-authorization-server")
@public()
def configuration() -> ResponseReturnValue:
    """Where everything is and what it can do."""
    return _shareable(discovery.document(issuer()))


@bp.get("/oauth/jwks")
@public()
def jwks() -> ResponseReturnValue:
    """Our public keys."""
    with transaction() as db:
        return _shareable(keys.published(db))


@bp.post("/oauth/token")
@csrf.exempt  # type: ignore[untyped-decorator]
@public()
def token() -> ResponseReturnValue:
    """A code or refresh token becomes tokens."""
    with transaction() as db:
        try:
            asked = _asked(db)
            response: Response = server().create_token_response(asked)
        except OAuth2Error as error:
            return _error(db, error)
        return response if response.status_code == 200 else _noted(db, response)


@bp.post("/oauth/par")
@csrf.exempt  # type: ignore[untyped-decorator]
@flooding.limited
@public()
def par() -> ResponseReturnValue:
    """A request handed over before the resident is sent here (RFC 9126)."""
    with transaction() as db:
        try:
            client = _client(db)
            params = _params_of_client(client)
            params |= _key_of_proof(db, client, params)
            requests.asked_of(client, params)
            if not client.check_redirect_uri(asking.one(params, "redirect_uri") or ""):
                raise InvalidRequestError("redirect_uri is not registered")
        except OAuth2Error as error:
            return _error(db, error)
        except Refused as error:
            return _error(db, OAuth2Error(error.description or None, error=error.error))
        uri = requests.push(db, client, params)
        audit.record(db, "tool.request_pushed", ("client", client.id))
    lives = int(requests.PUSHED_LIVES.total_seconds())
    return jsonify(request_uri=uri, expires_in=lives), 201


@bp.post("/oauth/introspect")
@csrf.exempt  # type: ignore[untyped-decorator]
@public()
def introspect() -> ResponseReturnValue:
    """What a token is worth, told to its own client or one that is allowed to ask (RFC 7662)."""
    with transaction() as db:
        try:
            client = _client(db)
            if client.public:
                raise OAuth2Error("a public client may not ask", error="unauthorized_client")
            found = grants.of_token(_token_asked())
        except OAuth2Error as error:
            return _error(db, error)
        if found is None or not _lives(found[0]):
            return jsonify(active=False)
        if found[1].client_id != client.id and not client.may_introspect:
            audit.record(db, "tool.introspection_refused", ("client", client.id))
            return jsonify(active=False)
        return jsonify(_introspected(*found))


@bp.post("/oauth/revoke")
@csrf.exempt  # type: ignore[untyped-decorator]
@public()
def revoke() -> ResponseReturnValue:
    """A tool gives a token back; a refresh token takes its family along (RFC 7009)."""
    with transaction() as db:
        try:
            client = _client(db)
            found = grants.of_token(_token_asked())
        except OAuth2Error as error:
            return _error(db, error)
        if found is not None and found[1].client_id == client.id:
            if found[0].kind == "refresh":
                grants.revoke_family(db, found[1], "returned")
            else:
                grants.end_token(db, found[0])
                audit.record(db, "tool.token_revoked", ("client", client.id))
    return jsonify({})


@bp.route("/oauth/userinfo", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
@public()
def userinfo() -> ResponseReturnValue:
    """What the resident allowed this tool to know, as of now."""
    with transaction() as db:
        try:
            access, family = _bearer(db)
        except OAuth2Error as error:
            return _challenge(db, error)
        wanted = scopes.fields_of(set(access.scopes) & set(family.allowed))
        found = claims.of(db, family.resident_id, wanted)
        claims.note_release(db, family.id, found)
        return jsonify({"sub": family.subject} | found)


def server() -> Server:
    """The process's server; it keeps nothing of a request."""
    found: Server | None = current_app.extensions.get("mado.provider_server")
    if found is None:
        found = current_app.extensions["mado.provider_server"] = Server(issuer())
    return found


def _asked(db: Session) -> BodyRequest:
    """The request, refused when it says a thing twice or in its address (logs keep addresses)."""
    if request.args:
        raise InvalidRequestError("parameters belong in the body")
    if any(len(values) > 1 for _, values in request.form.lists()):
        raise InvalidRequestError("a parameter is there twice")
    return BodyRequest(request, db, called_url())


def _client(db: Session) -> Client:
    return server().authenticate_client(_asked(db), None)


def _params_of_client(client: Client) -> dict[str, list[str]]:
    """What was pushed, without what proved the client."""
    proofs = {"client_secret", "client_assertion", "client_assertion_type"}
    params = {name: values for name, values in request.form.lists() if name not in proofs}
    if "request_uri" in params:
        raise InvalidRequestError("request_uri can not be pushed")
    return params | {"client_id": [client.client_id]}


def _key_of_proof(
    db: Session, client: Client, params: dict[str, list[str]]
) -> dict[str, list[str]]:
    """A proof sent along binds the code to its key (RFC 9449 §10.1)."""
    proofs, fresh = request.headers.getlist("DPoP"), client.dpop_nonce
    found = dpop.thumbprint(db, proofs, request.method, called_url(), wants_nonce=fresh)
    if found is None:
        return {}
    if asking.one(params, "dpop_jkt") not in {None, found}:
        raise dpop.BadProof("dpop_jkt is another key")
    return {"dpop_jkt": [found]}


def _token_asked() -> str:
    token = request.form.get("token")
    if not token:
        raise InvalidRequestError("token is missing")
    return token


def _lives(found: Held) -> bool:
    return found.ended_at is None and found.expires_at > now()


def _introspected(found: Held, family: Family) -> dict[str, Any]:
    told = {
        "active": True,
        "scope": " ".join(found.scopes),
        "client_id": str(family.client_id),
        "aud": str(family.client_id),
        "iss": issuer(),
        "sub": family.subject,
        "iat": int(found.created_at.timestamp()),
        "exp": int(found.expires_at.timestamp()),
        "acr": family.acr,
        "auth_time": int(family.authenticated_at.timestamp()),
    }
    if found.kind == "access":
        told["token_type"] = "DPoP" if found.jkt else "Bearer"
    return told | ({"cnf": {"jkt": found.jkt}} if found.jkt else {})


class BadToken(OAuth2Error):  # type: ignore[misc]
    """No token, or one that is worth nothing."""

    error, status_code = "invalid_token", 401


def _bearer(db: Session) -> tuple[Held, Family]:
    """The living access token of this request, with the proof it needs."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    kind, value = kind.lower(), value.strip()
    in_body = request.form.get("access_token")
    if "access_token" in request.args or (in_body and value):
        raise InvalidRequestError("one token, in the header or the body")
    if in_body:
        kind, value = "bearer", in_body
    if kind not in {"bearer", "dpop"} or not value:
        raise BadToken()
    found = grants.of_token(value, ("access",))
    if found is None or not _lives(found[0]):
        raise BadToken("the token is over")
    if (kind == "dpop") != (found[0].jkt is not None):
        raise BadToken("the token needs another scheme")
    if found[0].jkt is not None:
        proofs = request.headers.getlist("DPoP")
        fresh = found[1].wants_nonce
        proven = dpop.thumbprint(db, proofs, request.method, called_url(), value, wants_nonce=fresh)
        if proven != found[0].jkt:
            raise BadToken("the key is another")
    return found


def _challenge(db: Session, error: OAuth2Error) -> Response:
    """RFC 6750 §3, RFC 9449 §7.1."""
    if flooding.may_note(db):
        audit.record(db, "tool.refused", endpoint=request.endpoint, error=error.error)
    status = 400 if error.error == "invalid_request" else 401
    response = make_response(jsonify(error=error.error), status)
    words = f'error="{error.error}"'
    response.headers.add("WWW-Authenticate", f"Bearer {words}")
    algorithms = " ".join(dpop.ALGORITHMS)
    response.headers.add("WWW-Authenticate", f'DPoP {words}, algs="{algorithms}"')
    if isinstance(error, dpop.NonceNeeded):
        response.headers["DPoP-Nonce"] = dpop.nonce()
    return response


def _error(db: Session, error: OAuth2Error) -> Response:
    status, body, headers = error()
    response = make_response(jsonify(body), status)
    for name, value in headers:
        response.headers[name] = value
    return _noted(db, response)


def _noted(db: Session, response: Response) -> Response:
    """A refusal leaves an entry, without what was sent; a flood of them leaves no more."""
    waits = flooding.wait(db)
    if waits is not None:
        return waits
    error = (response.get_json(silent=True) or {}).get("error")
    audit.record(db, "tool.refused", endpoint=request.endpoint, error=error)
    return response


def _shareable(document: dict[str, Any]) -> Response:
    response = jsonify(document)
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
