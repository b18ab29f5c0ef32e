"""Messaging API: send, check, count messages; show that an answer is being written."""

from typing import Any

from flask import Blueprint, g, jsonify, request
from flask.typing import ResponseReturnValue

from standins.line_platform import people
from standins.line_platform.config import USER_ID
from standins.line_platform.messaging import sending, wire
from standins.line_platform.messaging.answers import Problem, Refused, refuse_body
from standins.line_platform.messaging.message_rules import check_messages
from standins.line_platform.platform import here

messages = Blueprint("messaging_messages", __name__)
MOST_RECIPIENTS = 500


@messages.errorhandler(Refused)
def refused(error: Refused) -> ResponseReturnValue:
    return error.answer()


@messages.errorhandler(sending.AlreadyAccepted)
def already_accepted(error: sending.AlreadyAccepted) -> ResponseReturnValue:
    here().store.count("conflicts")
    body: dict[str, Any] = {"message": "The retry key is already accepted"}
    if error.sent is not None:
        body["sentMessages"] = error.sent
    return jsonify(body), 409, {"x-line-accepted-request-id": error.request_id}


def _checked_body(known: frozenset[str]) -> dict[str, Any]:
    body = wire.body()
    found = check_messages(body.get("messages"))
    found += [Problem("Unknown property", key) for key in body if key not in known]
    units = body.get("customAggregationUnits")
    if units is not None and (not isinstance(units, list) or len(units) > 1):
        found.append(Problem("Size must be between 0 and 1", "customAggregationUnits"))
    refuse_body(found)
    refuse_body(wire.against_specification(body))
    return body


def _sending(body: dict[str, Any], recipients: list[str], how: str) -> sending.Sending:
    key = request.headers.get(wire.RETRY_HEADER)
    return sending.Sending(recipients, body["messages"], how, g.request_id, key)


@messages.post("/v2/bot/message/reply")
def reply() -> ResponseReturnValue:
    body = _checked_body(frozenset({"replyToken", "messages", "notificationDisabled"}))
    token = str(body.get("replyToken", ""))
    sent = sending.accept_reply(here(), token, body["messages"], g.request_id)
    return jsonify(sentMessages=sent)


SENDING_KEYS = frozenset({"to", "messages", "notificationDisabled", "customAggregationUnits"})


@messages.post("/v2/bot/message/push")
def push() -> ResponseReturnValue:
    body = _checked_body(SENDING_KEYS)
    if not isinstance(body.get("to"), str):
        refuse_body([Problem("May not be empty", "to")])
    sent = sending.accept(here(), _sending(body, [body["to"]], "push"))
    return jsonify(sentMessages=sent)


@messages.post("/v2/bot/message/multicast")
def multicast() -> ResponseReturnValue:
    body = _checked_body(SENDING_KEYS)
    to = body.get("to")
    if not isinstance(to, list) or not 1 <= len(to) <= MOST_RECIPIENTS:
        raise Refused(
            400,
            "The request body has 1 error(s)",
            [Problem(f"Size must be between 1 and {MOST_RECIPIENTS}", "to")],
        )
    recipients = list(dict.fromkeys(str(one) for one in to))
    sending.accept(here(), _sending(body, recipients, "multicast"))
    return jsonify({})


@messages.post("/v2/bot/message/broadcast")
def broadcast() -> ResponseReturnValue:
    body = _checked_body(SENDING_KEYS - {"to", "customAggregationUnits"})
    everyone = [one.user_id for one in here().config.residents]
    sending.accept(here(), _sending(body, everyone, "broadcast"))
    return jsonify({})


@messages.post("/v2/bot/message/validate/<kind>")
def validate(kind: str) -> ResponseReturnValue:
    if kind not in {"reply", "push", "multicast", "narrowcast", "broadcast"}:
        raise Refused(404, "Not found")
    _checked_body(frozenset({"messages"}))
    return jsonify({})


@messages.get("/v2/bot/message/quota")
def quota() -> ResponseReturnValue:
    return jsonify(here().config.quota)


@messages.get("/v2/bot/message/quota/consumption")
def consumption() -> ResponseReturnValue:
    return jsonify(totalUsage=sending.used(here()))


@messages.post("/v2/bot/chat/loading/start")
def loading() -> ResponseReturnValue:
    body, platform = wire.body(), here()
    user_id, seconds = str(body.get("chatId", "")), body.get("loadingSeconds", 20)
    problems = []
    if not USER_ID.fullmatch(user_id):
        problems.append(Problem("Must be a user id", "chatId"))
    if not isinstance(seconds, int) or not 5 <= seconds <= 60 or seconds % 5:
        problems.append(Problem("Must be 5 to 60 in steps of 5", "loadingSeconds"))
    refuse_body(problems or wire.against_specification(body))
    if people.is_friend(platform, user_id):
        until = platform.store.now() + seconds
        platform.store.run("INSERT OR REPLACE INTO loading VALUES(?,?)", user_id, until)
    return jsonify({}), 202


@messages.get("/v2/bot/message/<message_id>/content")
def content(message_id: str) -> ResponseReturnValue:
    row = here().store.one("SELECT * FROM blobs WHERE message_id=?", message_id)
    if row is None:
        raise Refused(404, "Not found")
    return row["data"], 200, {"Content-Type": row["kind"]}
