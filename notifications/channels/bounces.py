"""Reports of mail servers that a letter did not arrive (RFC 3464) switch mail off for its reader.

Only what is for good (5.x.x, action "failed") and known by our own Message-ID and address counts:
anybody can write a letter that looks like a report.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auth.identities import EMAIL, resident_of
from notifications.channels.models import ChannelStop
from portal.core import audit
from portal.core.clock import now

# Of 5.x.x only these say that the address is no good; the others blame the letter or us.
OF_THE_ADDRESS = ("5.1.", "5.2.1", "5.0.0", "5.4.4")


@dataclass(frozen=True, slots=True)
class Report:
    """One recipient of one report."""

    address: str
    action: str
    status: str
    message_id: str

    @property
    def for_good(self) -> bool:
        return self.action == "failed" and self.status.startswith(OF_THE_ADDRESS)


def split(raw: bytes) -> Iterator[bytes]:
    """The messages of an mbox file, or the one message there is."""
    if not raw.startswith(b"From "):
        yield raw
        return
    for part in raw.split(b"\nFrom "):
        yield part.partition(b"\n")[2]


def read_report(raw: bytes) -> list[Report]:
    """What a message says about recipients; nothing when it is no report."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    if message.get_content_type() != "multipart/report":
        return []
    number = _message_id(message)
    return [
        Report(address, action, status, number)
        for part in message.walk()
        if part.get_content_type() == "message/delivery-status"
        for fields in _groups(part)
        if (address := _address(fields)) and (action := _word(fields, "Action"))
        for status in [_word(fields, "Status")]
    ]


def note(session: Session, report: Report) -> UUID | None:
    """Switch mail off for whom it is about; gives who that is, None where nothing is to be done."""
    if not report.for_good:
        return None
    resident_id = resident_of(session, EMAIL, report.address)
    if resident_id is None:
        return None
    return resident_id if stop(session, resident_id, report.status) else None


def stop(session: Session, resident_id: UUID, status: str) -> bool:
    """Mail does not reach this resident; whether that is news."""
    stopped = session.execute(
        insert(ChannelStop)
        .values(resident_id=resident_id, channel="mail", reason="bounced", at=now())
        .on_conflict_do_nothing()
        .returning(ChannelStop.resident_id)
    ).scalar()
    if stopped:
        audit.record(session, "mail.bounced", ("resident", resident_id), status=status)
    return stopped is not None


def _groups(part: Message) -> list[Message]:
    """RFC 3464, 2.1: the first group is about the message, each other about a recipient."""
    payload = part.get_payload()
    return (
        [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []
    )


def _address(fields: Message) -> str:
    """`rfc822; who@mail.example` of the address we gave, else of the one it was changed to."""
    value = str(fields.get("Original-Recipient") or fields.get("Final-Recipient") or "")
    kind, _, address = value.partition(";")
    return address.strip().lower() if kind.strip().lower() in {"rfc822", "utf-8"} else ""


def _word(fields: Message, name: str) -> str:
    words = str(fields.get(name, "")).split()
    return words[0].lower() if words else ""


def _message_id(message: EmailMessage) -> str:
    """Of the letter that is returned with the report."""
    for part in message.walk():
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                return str(inner[0].get("Message-ID", "")).strip()
        if part.get_content_type() == "text/rfc822-headers":
            headers = email.message_from_string(str(part.get_payload(decode=False)))
            return str(headers.get("Message-ID", "")).strip()
    return ""
