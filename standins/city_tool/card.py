"""A library card: an application that is filled in already, with what the resident allowed."""

import hmac
import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from standins.city_tool.config import Config
from standins.city_tool.provider import NotProven, Provider
from standins.city_tool.visits import COOKIE, LIVES, Visit, Visits

NAME = "図書館の利用カードの申込み"
BACK, GOODBYE, BACKCHANNEL = "/library-card/back", "/library-card", "/library-card/signed-out"
LABELS = {
    "nickname": "呼び名",
    "birthdate": "生年月日",
    "gender": "性別",
    "locale": "ことば",
    "address": "住んでいる地区",
}
SAID = {"female": "女性", "male": "男性", "ja": "日本語", "en": "English"}


def register(app: Flask, config: Config) -> None:
    """Its pages, and what the city calls."""
    visits = Visits()
    city = Provider(
        config.portal_url, config.client_id, config.client_secret, config.public_url + BACK
    )
    _pages(app, config, visits, city)
    _coming_and_going(app, config, visits, city)


def _present(visits: Visits) -> Visit | None:
    return visits.find(request.cookies.get(COOKIE))


def _page(visit: Visit | None, config: Config, **more: object) -> str:
    known = visit if visit is not None and visit.sub else None
    values: dict[str, object] = {
        "name": NAME,
        "connected": bool(config.client_id),
        "visit": known,
        "received": _received(known) if known else [],
        "given": _given(known) if known else {},
        "faults": {},
    }
    return render_template("card.html", **(values | more))


def _given(visit: Visit) -> dict[str, str]:
    """What the form begins with."""
    claims = visit.claims
    return {
        "nickname": claims.get("nickname", ""),
        "birthdate": claims.get("birthdate", ""),
        "address": (claims.get("address") or {}).get("formatted", ""),
    }


def _received(visit: Visit) -> list[tuple[str, str]]:
    """Every field that came, in words."""
    rows = []
    for name, label in LABELS.items():
        value = visit.claims.get(name)
        if isinstance(value, dict):
            value = value.get("formatted")
        if value:
            rows.append((label, SAID.get(str(value), str(value))))
    return rows


def _pages(app: Flask, config: Config, visits: Visits, city: Provider) -> None:
    @app.get("/library-card")
    def card() -> ResponseReturnValue:
        return _page(_present(visits), config)

    @app.post("/library-card")
    def apply_for_card() -> ResponseReturnValue:
        given = {name: request.form.get(name, "").strip()[:80] for name in request.form}
        missing = [name for name in ("nickname", "birthdate", "address") if not given.get(name)]
        if missing:
            faults = {name: f"{LABELS[name]}を入れてください。" for name in missing}
            return _page(_present(visits), config, faults=faults, given=given), 400
        number = f"{secrets.randbelow(10**8):08d}"
        return redirect(url_for("card_received", number=number), 303)

    @app.get("/library-card/received/<number>")
    def card_received(number: str) -> ResponseReturnValue:
        return render_template("received.html", name=NAME, number=number[:8])

    @app.post("/library-card/newest")
    def newest() -> ResponseReturnValue:
        """Ask again, as a tool may while the resident is away."""
        visit = _present(visits)
        if visit is None or "refresh_token" not in visit.tokens:
            return redirect("/library-card", 303)
        try:
            visit.tokens = city.refresh(visit.tokens)
            _learn(city, visit)
        except NotProven:
            visits.end(visit)  # disconnected meanwhile
            return render_template("not_connected.html", name=NAME), 403
        return redirect("/library-card", 303)


def _learn(city: Provider, visit: Visit) -> None:
    visit.claims = city.about(visit.tokens, visit.sub)
    moment = datetime.now(ZoneInfo("Asia/Tokyo"))
    visit.received_at = f"{moment.month}月{moment.day}日 {moment:%H:%M}"


def _coming_and_going(app: Flask, config: Config, visits: Visits, city: Provider) -> None:
    @app.post("/library-card/sign-in")
    def sign_in() -> ResponseReturnValue:
        visit = visits.begin()
        try:
            url, visit.asked = city.authorize_url()
        except NotProven:
            return render_template("not_connected.html", name=NAME), 503
        return _with_cookie(redirect(url, 303), visit)

    @app.get(BACK)
    def back() -> ResponseReturnValue:
        visit = _present(visits)
        state = request.args.get("state", "")
        asked = visit.asked if visit else {}
        # RFC 9700 4.5: the answer to what this browser asked, and of this city (RFC 9207).
        fits = hmac.compare_digest(state.encode(), asked.get("state", "-").encode())
        if visit is None or not fits or request.args.get("iss") != config.portal_url:
            return render_template("not_connected.html", name=NAME), 400
        visits.end(visit)  # signed in under a new cookie
        if "code" not in request.args:
            return redirect("/library-card", 303)  # the resident did not allow it
        known = visits.begin()
        try:
            known.tokens, claims = city.redeem(request.args["code"], asked)
            known.sub, known.sid = claims["sub"], str(claims.get("sid", ""))
            _learn(city, known)
        except NotProven:
            visits.end(known)
            return render_template("not_connected.html", name=NAME), 400
        return _with_cookie(redirect("/library-card", 303), known)

    @app.post("/library-card/sign-out")
    def sign_out() -> ResponseReturnValue:
        visit = _present(visits)
        if visit is None or not visit.tokens:
            return redirect(GOODBYE, 303)
        visits.end(visit)
        response = redirect(city.logout_url(visit.tokens, config.public_url + GOODBYE), 303)
        response.delete_cookie(COOKIE)
        return response

    @app.post(BACKCHANNEL)
    def signed_out() -> ResponseReturnValue:
        try:
            sub, sid = city.signed_out(request.form.get("logout_token", ""))
        except NotProven:
            return {"error": "invalid_request"}, 400
        visits.end_all(sub, sid)
        return "", 200


def _with_cookie(response: Response, visit: Visit) -> Response:
    response.set_cookie(COOKIE, visit.id, max_age=LIVES, httponly=True, samesite="Lax")
    return response
