"""Messaging API: the official account, its webhook address and its friends' profiles."""

import datetime

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from standins.line_platform import people
from standins.line_platform.messaging import wire
from standins.line_platform.messaging.answers import Problem, Refused, refuse_body
from standins.line_platform.platform import here

account = Blueprint("messaging_account", __name__)
ENDPOINT = "webhook_endpoint"


@account.errorhandler(Refused)
def refused(error: Refused) -> ResponseReturnValue:
    return error.answer()


@account.get("/v2/bot/info")
def info() -> ResponseReturnValue:
    channel = here().config.messaging
    found = {
        "userId": channel.bot_user_id,
        "basicId": channel.basic_id,
        "displayName": channel.display_name,
        "chatMode": "bot",
        "markAsReadMode": "auto",
    }
    if channel.picture:
        found["pictureUrl"] = channel.picture
    return jsonify(found)


@account.get("/v2/bot/profile/<user_id>")
def profile(user_id: str) -> ResponseReturnValue:
    resident = here().config.resident(user_id)
    if resident is None and here().config.knows(user_id):  # one of the crowd, friends all
        return jsonify(displayName="crowd", userId=user_id, language="ja")
    if resident is None or not people.is_friend(here(), user_id):
        raise Refused(404, "Not found")
    found = {"displayName": resident.display_name, "userId": user_id, "language": "ja"}
    if resident.picture:
        found["pictureUrl"] = resident.picture
    return jsonify(found)


@account.get("/v2/bot/followers/ids")
def followers() -> ResponseReturnValue:
    platform = here()
    ids = [one.user_id for one in platform.config.residents]
    return jsonify(userIds=[one for one in ids if people.is_friend(platform, one)])


def _endpoint() -> str:
    return here().store.setting(ENDPOINT) or here().config.messaging.webhook_url


@account.get("/v2/bot/channel/webhook/endpoint")
def read_endpoint() -> ResponseReturnValue:
    if not _endpoint():
        raise Refused(404, "Not found")
    return jsonify(endpoint=_endpoint(), active=True)


@account.put("/v2/bot/channel/webhook/endpoint")
def set_endpoint() -> ResponseReturnValue:
    body = wire.body()
    refuse_body(wire.against_specification(body))
    endpoint = body.get("endpoint")
    if not isinstance(endpoint, str) or not _may_be_endpoint(endpoint):
        refuse_body([Problem("Invalid webhook URL", "endpoint")])
    here().store.keep(ENDPOINT, str(endpoint))
    return jsonify({})


def _may_be_endpoint(address: str) -> bool:
    # LINE takes https only; this machine's own http is let in for the local city.
    local = ("http://localhost:", "http://127.0.0.1:")
    return len(address) <= 500 and address.startswith(("https://", *local))


@account.post("/v2/bot/channel/webhook/test")
def test_endpoint() -> ResponseReturnValue:
    body = wire.body() if request.get_data() else {}
    status, reason = here().courier.post([], body.get("endpoint"))
    now = datetime.datetime.fromtimestamp(here().store.now(), datetime.UTC)
    return jsonify(
        success=200 <= status < 300,
        timestamp=now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        statusCode=status,
        reason=reason,
        detail=str(status) if status else reason,
    )
