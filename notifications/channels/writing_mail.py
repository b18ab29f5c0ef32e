"""A letter as bytes: its own few headers before what all letters of a batch share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache

from notifications.channels import dkim
from portal.core.clock import in_tokyo, now
from portal.core.errors import NeverAgain
from portal.core.languages import in_japanese
from portal.core.settings import Settings

# Seven bits only: a relay that can not take eight would change the body and break the signature.
_POLICY = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail. `message_id` (without <>) is the same at every try of the same letter.

    `headers` are further ones of this letter alone, ASCII, such as List-Unsubscribe.
    """

    sender: str
    to: str
    subject: str
    text: str
    html: str
    language: str
    message_id: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Shared:
    """Headers and body of a batch; dots at line starts are doubled for SMTP (RFC 5321, 4.5.2)."""

    rest: bytes
    canonical: dkim.Canonical


def written(letter: Letter, settings: Settings) -> bytes:
    """The letter as SMTP's DATA takes it, signed where there are keys, without the last dot."""
    if not letter.to.isascii() or any(not 32 < ord(each) < 127 for each in letter.to):
        raise NeverAgain()  # `auth` keeps normal addresses only; this is no address
    domain, moment = letter.sender.partition("@")[2], now()
    own = (
        ("To", letter.to),
        ("Date", format_datetime(in_tokyo(moment))),
        ("Message-ID", f"<{letter.message_id}@{domain}>"),
        *letter.headers,
    )
    name = settings.CITY_NAME if in_japanese(letter.language) else settings.CITY_NAME_EN
    shared = _shared(letter.sender, name, letter.subject, letter.text, letter.html, letter.language)
    signed = b"".join(
        dkim.signature(signer, domain, int(moment.timestamp()), own, shared.canonical)
        for signer in dkim.signers(settings)
    )
    lines = "".join(f"{header}: {value}\r\n" for header, value in own)
    return signed + lines.encode("ascii") + shared.rest


@lru_cache(maxsize=8)  # writing MIME costs a millisecond, and a batch needs it once
def _shared(sender: str, name: str, subject: str, text: str, html: str, language: str) -> Shared:
    message = EmailMessage(policy=_POLICY)
    user, _, domain = sender.partition("@")
    message["From"] = Address(name, user, domain)
    message["Subject"] = " ".join(subject.split())
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers, please
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    message["Content-Language"] = language  # earlier, it would move into the first part
    whole = message.as_bytes()
    head, _, body = whole.partition(b"\r\n\r\n")
    canonical = dkim.canonical(_headers(head), body)
    return Shared(re.sub(rb"^\.", b"..", whole, flags=re.M), canonical)


def _headers(head: bytes) -> list[tuple[str, str]]:
    """Name and value of each header, still folded."""
    unfolded = re.sub(rb"\r\n(?=[ \t])", b"", head).decode("ascii")
    return [
        (name, value) for name, _, value in (each.partition(":") for each in unfolded.split("\r\n"))
    ]
