"""Reads a caught message: decoded headers, its text and HTML parts, attachments."""

import datetime
import email
import email.policy
import json
import sqlite3
from dataclasses import dataclass
from email.message import EmailMessage
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


@dataclass(frozen=True)
class Mail:
    """One message for the screen and for scripts; `at` is in Japan's time."""

    id: int
    at: str
    sender: str
    recipients: list[str]
    subject: str
    header_from: str
    header_to: str
    text: str
    html: str
    headers: list[tuple[str, str]]
    attachments: list[str]


def read(row: sqlite3.Row) -> Mail:
    """Decode a kept message."""
    policy = email.policy.default.clone(utf8=True)
    message = email.message_from_bytes(row["raw"], policy=policy)
    when = datetime.datetime.fromtimestamp(row["at"], TOKYO)
    return Mail(
        id=row["id"],
        at=when.isoformat(timespec="seconds"),
        sender=row["sender"],
        recipients=json.loads(row["recipients"]),
        subject=str(message.get("Subject", "")),
        header_from=str(message.get("From", "")),
        header_to=str(message.get("To", "")),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        headers=[(name, str(value)) for name, value in message.items()],
        attachments=[part.get_filename() or "" for part in message.iter_attachments()],
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, KeyError, UnicodeError):
        # An unknown or wrong charset still shows something.
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
