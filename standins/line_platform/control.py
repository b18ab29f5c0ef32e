"""Pages for scripts and tests: say something, look, change addresses, order faults."""

import json
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from standins.line_platform import config, events, people
from standins.line_platform.login import jwt
from standins.line_platform.messaging import sending
from standins.line_platform.platform import follow_addresses, here

control = Blueprint("control", __name__, url_prefix="/__standin__")


@control.before_request
def refuse_other_sites() -> Response | None:
    """A web page elsewhere must not steer the phone of the person who looks at it."""
    if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
        abort(403)
    return None


@control.errorhandler(config.ConfigError)
@control.errorhandler(ValueError)
@control.errorhandler(TypeError)
def unusable(error: Exception) -> ResponseReturnValue:
    return jsonify(error=str(error)), 400


def _body() -> dict[str, Any]:
    found = request.get_json(force=True, silent=True)
    return found if isinstance(found, dict) else {}


def _resident(user_id: str) -> str:
    if here().config.resident(user_id) is None:
        raise ValueError(f"no such resident: {user_id}")
    return user_id


@control.get("/talk")
def talk() -> ResponseReturnValue:
    rows = here().store.all(
        "SELECT * FROM talk WHERE user_id=? ORDER BY id", request.args.get("user", "")
    )
    return jsonify(
        messages=[
            {
                "id": row["message_id"],
                "side": row["side"],
                "how": row["how"],
                "at": row["at"],
                "request_id": row["request_id"],
                "unsent": bool(row["unsent"]),
                "message": json.loads(row["content"]),
            }
            for row in rows
        ]
    )


@control.get("/state")
def state() -> ResponseReturnValue:
    platform = here()
    rows = platform.store.all("SELECT name, total FROM counts ORDER BY name")
    waiting = platform.store.all("SELECT state, count(*) AS n FROM events GROUP BY state")
    return jsonify(
        counts={row["name"]: row["total"] for row in rows},
        used=sending.used(platform),
        quota=platform.config.quota,
        webhooks={row["state"]: row["n"] for row in waiting},
        faults_left=platform.faults.left(),
        friends={
            one.user_id: people.relation(platform, one.user_id) for one in platform.config.residents
        },
    )


@control.get("/events")
def sent_events() -> ResponseReturnValue:
    rows = here().store.all("SELECT * FROM events ORDER BY due, id")
    return jsonify(
        events=[
            {
                "state": row["state"],
                "attempts": row["attempts"],
                "answer": row["answer"],
                "event": json.loads(row["body"]),
            }
            for row in rows
        ]
    )


@control.post("/say")
def say() -> ResponseReturnValue:
    body = _body()
    user_id = _resident(str(body.get("user")))
    if not people.is_friend(here(), user_id):
        return jsonify(error="not a friend"), 409
    if "postback" in body:
        return jsonify(events.postback(here(), user_id, str(body["postback"])))
    content = body.get("message") or {"type": "text", "text": str(body["text"])}
    return jsonify(events.message(here(), user_id, content))


@control.post("/friend")
def friend() -> ResponseReturnValue:
    body = _body()
    act = {"friend": people.add, "blocked": people.block}[str(body.get("state"))]
    return jsonify(changed=act(here(), _resident(str(body.get("user")))))


@control.post("/redeliver")
def redeliver() -> ResponseReturnValue:
    return jsonify(redelivered=here().courier.redeliver(str(_body().get("event"))))


@control.post("/fault")
def fault() -> ResponseReturnValue:
    here().faults.order(_body().get("next", []))
    return jsonify(left=here().faults.left())


@control.post("/clock")
def clock() -> ResponseReturnValue:
    here().store.clock_offset += float(_body().get("advance_seconds", 0))
    return jsonify(now=here().store.now())


@control.post("/config")
def change_config() -> ResponseReturnValue:
    platform = here()
    platform.config = config.merged(platform.config, _body())
    follow_addresses(platform)
    return jsonify(public_url=platform.config.public_url)


@control.post("/reset")
def reset() -> ResponseReturnValue:
    here().store.forget_everything()
    here().faults.order([])
    return jsonify(status="ok")


@control.post("/liff-token")
def liff_token() -> ResponseReturnValue:
    """An ID token as a LIFF app would hold it: ES256, with kid."""
    platform, body = here(), _body()
    resident = platform.config.resident(_resident(str(body.get("user"))))
    assert resident is not None
    scope = str(body.get("scope", "openid profile"))
    extra = {"nonce": body.get("nonce"), "amr": ["linesso"]}
    payload = jwt.claims(platform.config.login, resident, scope, platform.store.now(), extra)
    return jsonify(id_token=jwt.liff_token(platform.store, payload))
