"""Accepts messages for people: friends get them, the quota counts them, a retry key keeps order."""

import datetime
import json
import re
import sqlite3
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from standins.line_platform import ids, people
from standins.line_platform.config import USER_ID
from standins.line_platform.messaging.answers import CANNOT_SEND, Refused
from standins.line_platform.platform import Platform

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
RETRY_SECONDS = 86_400
REPLY_SECONDS = 60
REPLY_LAST_SECONDS = 1200
TOKYO = ZoneInfo("Asia/Tokyo")


class AlreadyAccepted(Exception):
    """The retry key was used for a request that LINE took."""

    def __init__(self, row: sqlite3.Row) -> None:
        super().__init__(row["request_id"])
        self.request_id: str = row["request_id"]
        self.sent: list[dict[str, str]] | None = json.loads(row["sent"]) if row["sent"] else None


@dataclass(frozen=True)
class Sending:
    """One request to send: to whom, what, and under which ids."""

    recipients: list[str]
    messages: list[dict[str, Any]]
    how: str
    request_id: str
    retry_key: str | None = None


def month(platform: Platform) -> str:
    """The month that quotas count by."""
    return datetime.datetime.fromtimestamp(platform.store.now(), TOKYO).strftime("%Y-%m")


def used(platform: Platform) -> int:
    """How many messages the month has seen."""
    found = platform.store.value("SELECT total FROM usage WHERE month=?", month(platform))
    return int(found or 0)


def accept(platform: Platform, sending: Sending) -> list[dict[str, str]]:
    """Send, or raise Refused or AlreadyAccepted; everything or nothing takes effect."""
    with platform.store.transaction():
        _check_retry_key(platform, sending)
        _check_recipients(platform, sending.recipients)
        friends = people.friends_among(platform, sending.recipients)
        _use_quota(platform, len(friends))
        sent = _deliver(platform, sending, friends)
        _keep_retry_key(platform, sending, sent)
        platform.store.count(f"accepted {sending.how}")
        platform.store.count(f"recipients {sending.how}", len(friends))
    return sent


def _check_recipients(platform: Platform, recipients: list[str]) -> None:
    for index, user_id in enumerate(recipients):
        if not USER_ID.fullmatch(user_id):
            place = f"to[{index}]" if len(recipients) > 1 else "to"
            text = f"The property, '{place}', in the request body is invalid (line: -, column: -)"
            raise Refused(400, text)
    # An id of another provider is as good as none, and then nobody gets anything.
    if not all(platform.config.knows(user_id) for user_id in recipients):
        raise CANNOT_SEND


def _use_quota(platform: Platform, by: int) -> None:
    quota = platform.config.quota
    now = used(platform)
    if quota["type"] == "limited" and now + by > int(quota["value"]):
        platform.store.count("refused quota")
        raise Refused(429, "You have reached your monthly limit.")
    platform.store.run("INSERT OR REPLACE INTO usage VALUES(?,?)", month(platform), now + by)


def _deliver(platform: Platform, sending: Sending, friends: list[str]) -> list[dict[str, str]]:
    """The messages arrive on the friends' phones; gives their ids as LINE would."""
    sent = [{"id": ids.message_id(), "quoteToken": ids.quote_token()} for _ in sending.messages]
    contents = [json.dumps(one, ensure_ascii=False) for one in sending.messages]
    now = platform.store.now()
    rows = []
    for number, user_id in enumerate(friends):
        for one, content in zip(sent, contents, strict=True):
            # A multicast has one id on LINE; the talk needs one per person.
            message_id = one["id"] if number == 0 else ids.message_id()
            rows.append((user_id, message_id, content, now, sending.request_id, sending.how))
    with platform.store.transaction() as db:
        db.executemany(
            "INSERT INTO talk(user_id,side,message_id,content,at,request_id,how)"
            " VALUES(?,'account',?,?,?,?,?)",
            rows,
        )
        db.executemany("DELETE FROM loading WHERE user_id=?", [(one,) for one in friends])
    return sent


def _check_retry_key(platform: Platform, sending: Sending) -> None:
    key = sending.retry_key
    if key is None:
        return
    if not UUID.fullmatch(key):
        raise Refused(400, "The retry key must be a UUID")
    store = platform.store
    store.run("DELETE FROM retry_keys WHERE at<?", store.now() - RETRY_SECONDS)
    row = store.one("SELECT * FROM retry_keys WHERE key=?", key.lower())
    if row is not None:
        raise AlreadyAccepted(row)


def _keep_retry_key(platform: Platform, sending: Sending, sent: list[dict[str, str]]) -> None:
    if sending.retry_key is None:
        return
    kept = json.dumps(sent) if sending.how == "push" else None
    platform.store.run(
        "INSERT INTO retry_keys VALUES(?,?,?,?)",
        sending.retry_key.lower(),
        sending.request_id,
        kept,
        platform.store.now(),
    )


def accept_reply(
    platform: Platform, token: str, messages: list[dict[str, Any]], request_id: str
) -> list[dict[str, str]]:
    """Answer an event once, within a minute; replies cost no quota."""
    store = platform.store
    with store.transaction():
        row = store.one("SELECT * FROM reply_tokens WHERE token=? AND used=0", token)
        now = store.now()
        late = row is None or now > row["at"] + REPLY_SECONDS
        if row is None or late or now > row["event_at"] + REPLY_LAST_SECONDS:
            raise Refused(400, "Invalid reply token")
        store.run("UPDATE reply_tokens SET used=1 WHERE token=?", token)
        sending = Sending([row["user_id"]], messages, "reply", request_id)
        friends = people.friends_among(platform, sending.recipients)
        sent = _deliver(platform, sending, friends)
        store.count("accepted reply")
    return sent
