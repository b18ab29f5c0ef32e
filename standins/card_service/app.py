"""The card service's pages and endpoints."""

import base64
import hashlib
import time
import uuid
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, abort, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from standins.card_service import rules
from standins.card_service.config import REALM, Config
from standins.card_service.rules import Refused
from standins.card_service.state import Grant, State
from standins.serving import standin_app

PROTOCOL = f"{REALM}/protocol/openid-connect"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_ASSERTION = 300


class Service:
    """The configuration, what is remembered, and the key of ID tokens."""

    def __init__(self, config: Config) -> None:
        self.config, self.state = config, State()
        self.key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
        self.client_keys = KeySet.import_key_set(config.client_keys)  # type: ignore[arg-type]
        self.token_endpoint = f"{config.public_url}{PROTOCOL}/token"

    def subject(self, card_id: str) -> str:
        """Pairwise: another client would know the card by another name."""
        name = f"{self.config.client_id}/{card_id}"
        return str(uuid.uuid5(uuid.NAMESPACE_URL, name))

    def id_token(self, grant: Grant) -> str:
        """ES256, as the real service signs."""
        moment = int(time.time())
        claims = {
            "iss": self.config.issuer,
            "sub": self.subject(grant.card.id),
            "aud": self.config.client_id,
            "exp": moment + 300,
            "iat": moment,
            "auth_time": int(grant.at),
            "nonce": grant.asked["nonce"],
            "acr": "aal3",
            "typ": "ID",
        }
        header = {"alg": "ES256", "typ": "JWT", "kid": self.key.kid}
        return jwt.encode(header, claims, self.key, algorithms=["ES256"])

    def check_client(self, form: dict[str, str]) -> None:
        """private_key_jwt, used once, good for five minutes at most."""
        if form.get("client_assertion_type") != ASSERTION:
            raise Refused("invalid_client", "Parameter client_assertion_type is missing")
        try:
            token = jwt.decode(
                form.get("client_assertion", ""), self.client_keys, algorithms=["ES256", "RS256"]
            )
        except (JoseError, ValueError):
            raise Refused("invalid_client", "client_assertion does not hold") from None
        claims, moment = token.claims, time.time()
        audience = claims.get("aud")
        meant = audience if isinstance(audience, list) else [audience]
        who = {claims.get("iss"), claims.get("sub"), form.get("client_id", self.config.client_id)}
        ends = claims.get("exp")
        if who != {self.config.client_id} or self.token_endpoint not in meant:
            raise Refused("invalid_client", "client_assertion is of another client or server")
        if not isinstance(ends, int) or not moment < ends <= moment + LONGEST_ASSERTION:
            raise Refused("invalid_client", "client_assertion is over, or lives too long")
        if not self.state.first_time(str(claims.get("jti", "")), float(ends)):
            raise Refused("invalid_client", "Token reuse detected")


def create_app(config: Config) -> Flask:
    """The application over its configuration."""
    app = standin_app("card-service", __name__)
    service = Service(config)
    _protect(app, config)
    _metadata(app, service)
    _pages(app, service)
    _tokens(app, service)
    return app


def _protect(app: Flask, config: Config) -> None:
    # Browsers apply form-action to the redirect that answers the form.
    policy = (
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; "
        f"form-action 'self' {config.portal_url}; frame-ancestors 'none'"
    )

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def _metadata(app: Flask, service: Service) -> None:
    here = service.config.public_url + PROTOCOL

    @app.get(f"{REALM}/.well-known/openid-configuration")
    def discovery() -> ResponseReturnValue:
        return jsonify(
            issuer=service.config.issuer,
            authorization_endpoint=f"{here}/auth",
            token_endpoint=service.token_endpoint,
            userinfo_endpoint=f"{here}/userinfo",
            jwks_uri=f"{here}/certs",
            response_types_supported=["code"],
            subject_types_supported=["pairwise"],
            id_token_signing_alg_values_supported=["ES256"],
            token_endpoint_auth_methods_supported=["private_key_jwt"],
            code_challenge_methods_supported=["S256"],
            scopes_supported=sorted(rules.SCOPES),
            acr_values_supported=["aal3"],
            authorization_response_iss_parameter_supported=True,
        )

    @app.get(f"{PROTOCOL}/certs")
    def certs() -> ResponseReturnValue:
        return jsonify(keys=[service.key.as_dict(private=False)])

    @app.post("/__standin__/unlock")
    def unlock() -> ResponseReturnValue:
        service.state.unlock()
        return jsonify(status="ok")


def _pages(app: Flask, service: Service) -> None:
    config, state = service.config, service.state

    @app.get("/")
    def start() -> ResponseReturnValue:
        return render_template("start.html", cards=config.cards)

    @app.get(f"{PROTOCOL}/auth")
    def authorize() -> ResponseReturnValue:
        asked = request.args.to_dict()
        if asked.get("client_id") != config.client_id:
            return render_template(
                "problem.html", words="このクライアントは登録されていません。"
            ), 400
        if asked.get("redirect_uri") not in config.redirect_uris:
            return render_template("problem.html", words="戻り先のアドレスがちがいます。"), 400
        try:
            if any(len(values) > 1 for _, values in request.args.lists()):
                raise Refused("invalid_request", "duplicated parameter")
            rules.check(asked)
        except Refused as refused:
            return _back(config, asked, error=refused.error, error_description=refused.description)
        return _page(service, state.keep(asked), asked)

    @app.post(f"{REALM}/login-actions/authenticate")
    def authenticate() -> ResponseReturnValue:
        handle = request.form.get("request", "")
        asked = state.kept(handle) or abort(400)
        if request.form.get("decision") != "allow":
            state.kept(handle, take=True)
            return _back(config, asked, error="access_denied", error_description="cancelled")
        card = config.card(request.form.get("card", ""))
        if card is None:
            return _page(service, handle, asked, "カードを選んでください。")
        fits = state.pin_fits(card, request.form.get("pin", ""))
        if fits is None:
            return _page(
                service, handle, asked, "暗証番号を3回まちがえたため、使えなくなりました。"
            )
        if not fits:
            return _page(service, handle, asked, "暗証番号がちがいます。")
        if card.revoked and "crl" in asked.get("acr_values", "").split():
            return _page(service, handle, asked, "このカードの電子証明書は失効しています。")
        state.kept(handle, take=True)
        return _back(config, asked, code=state.code(Grant(card, asked)))


def _page(
    service: Service, handle: str, asked: dict[str, str], fault: str = ""
) -> ResponseReturnValue:
    reads = [name for name in ("name", "birthdate", "address", "gender") if name in asked["scope"]]
    page = render_template(
        "card.html",
        request_handle=handle,
        cards=service.config.cards,
        fault=fault,
        reads=bool(reads),
        action=f"{REALM}/login-actions/authenticate",
    )
    return page, 400 if fault else 200


def _back(config: Config, asked: dict[str, str], **told: str) -> ResponseReturnValue:
    more = {"state": asked.get("state", ""), "iss": config.issuer}
    if "code" in told:
        more["session_state"] = str(uuid.uuid4())
    return redirect(f"{asked['redirect_uri']}?{urlencode(told | more)}", 303)


def _tokens(app: Flask, service: Service) -> None:
    state = service.state

    @app.errorhandler(Refused)
    def refused(error: Refused) -> ResponseReturnValue:
        status = 401 if error.error in {"invalid_client", "invalid_token"} else 400
        return jsonify(error=error.error, error_description=error.description), status

    @app.post(f"{PROTOCOL}/token")
    def token() -> ResponseReturnValue:
        form = request.form.to_dict()
        if "grant_type" not in form:
            raise Refused("invalid_request", "Missing form parameter: grant_type")
        service.check_client(form)
        if form["grant_type"] != "authorization_code":
            raise Refused("unsupported_grant_type", "Unsupported grant_type")
        grant = state.redeem(form.get("code", ""))
        if grant is None or grant.asked["redirect_uri"] != form.get("redirect_uri"):
            raise Refused("invalid_grant", "Code not valid")
        if _challenge(form.get("code_verifier", "")) != grant.asked["code_challenge"]:
            raise Refused("invalid_grant", "PKCE verification failed")
        return jsonify(
            access_token=state.token(grant),
            token_type="Bearer",
            expires_in=300,
            id_token=service.id_token(grant),
            scope=grant.asked["scope"],
        )

    @app.route(f"{PROTOCOL}/userinfo", methods=["GET", "POST"])
    def userinfo() -> ResponseReturnValue:
        kind, _, value = request.headers.get("Authorization", "").partition(" ")
        grant = state.holder(value) if kind.lower() == "bearer" else None
        if grant is None:
            raise Refused("invalid_token", "Token verification failed")
        scopes = set(grant.asked["scope"].split())
        card: dict[str, Any] = asdict(grant.card)
        return jsonify({"sub": service.subject(grant.card.id), **rules.claims_of(scopes, card)})


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
