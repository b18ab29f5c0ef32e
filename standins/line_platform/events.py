"""Builds webhook events and hands them to the courier."""

import json
from typing import Any

from standins.line_platform import ids
from standins.line_platform.platform import Platform


def _queue(
    platform: Platform, user_id: str, event: dict[str, Any], can_reply: bool = True
) -> dict[str, Any]:
    now = platform.store.now()
    full: dict[str, Any] = {
        **event,
        "webhookEventId": ids.ulid(int(now * 1000)),
        "deliveryContext": {"isRedelivery": False},
        "timestamp": int(now * 1000),
        "source": {"type": "user", "userId": user_id},
        "mode": "active",
    }
    if can_reply:
        full["replyToken"] = ids.opaque(16)
        platform.store.run(
            "INSERT INTO reply_tokens VALUES(?,?,?,?,0)", full["replyToken"], user_id, now, now
        )
    platform.courier.queue(user_id, full)
    return full


def follow(platform: Platform, user_id: str, was_blocked: bool) -> None:
    """The person became a friend again or for the first time."""
    _queue(platform, user_id, {"type": "follow", "follow": {"isUnblocked": was_blocked}})


def unfollow(platform: Platform, user_id: str) -> None:
    """The person blocked the account; LINE gives no reply token then."""
    _queue(platform, user_id, {"type": "unfollow"}, can_reply=False)


def unsend(platform: Platform, user_id: str, message_id: str) -> None:
    """The person took a message back."""
    _queue(platform, user_id, {"type": "unsend", "unsend": {"messageId": message_id}}, False)


def message(platform: Platform, user_id: str, content: dict[str, Any]) -> dict[str, Any]:
    """The person sent a message; keeps it in the talk and queues its event."""
    store = platform.store
    full = {"id": ids.message_id(), "quoteToken": ids.quote_token(), **content}
    if content["type"] == "location":
        del full["quoteToken"]
    with store.transaction() as db:
        db.execute(
            "INSERT INTO talk(user_id,side,message_id,content,at,how) VALUES(?,?,?,?,?,?)",
            (user_id, "resident", full["id"], json.dumps(full), store.now(), "say"),
        )
        return _queue(platform, user_id, {"type": "message", "message": full})


def postback(
    platform: Platform, user_id: str, data: str, params: dict[str, str] | None = None
) -> dict[str, Any]:
    """The person tapped a postback action or switched the rich menu."""
    content: dict[str, Any] = {"data": data}
    if params:
        content["params"] = params
    return _queue(platform, user_id, {"type": "postback", "postback": content})
