"""Mail by SMTP: one connection for many letters, text and HTML, an id that stays the same."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from flask import current_app

from portal.core.clock import in_tokyo, now
from portal.core.errors import NeverAgain, TryLater
from portal.core.settings import Settings

TIMEOUT = 20  # seconds
STAND_IN = b"mado-standin"


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail. `message_id` (without <>) is the same at every try of the same letter."""

    sender: str
    to: str
    subject: str
    text: str
    html: str
    language: str
    message_id: str


class RecipientLater(TryLater):
    """This one recipient can not take mail now (full, greylisted); others can."""


class Postman:
    """Carries letters over one connection: `with Postman() as postman: postman.carry(letter)`."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or current_app.extensions["mado.settings"]
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (smtplib.SMTPException, OSError):
                self._smtp.close()
            self._smtp = None

    def carry(self, letter: Letter) -> None:
        """Hand one letter to the relay; raises TryLater or NeverAgain."""
        message = _written(letter, self._settings)
        try:
            smtp = self._connected()
            smtp.sendmail(letter.sender, [letter.to], message)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise (NeverAgain() if code >= 500 else RecipientLater()) from error
        except smtplib.SMTPAuthenticationError as error:
            self._drop()
            raise TryLater() from error  # the operator's to mend; no letter may be lost
        except smtplib.SMTPResponseException as error:
            self._drop()
            raise _meaning(error.smtp_code) from error
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise TryLater() from error

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._smtp = _connect(self._settings)
        return self._smtp

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _connect(settings: Settings) -> smtplib.SMTP:
    url = urlsplit(settings.MAIL_URL)
    host = url.hostname or "localhost"
    own_name = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    smtp: smtplib.SMTP
    if url.scheme == "smtps":
        smtp = smtplib.SMTP_SSL(
            local_hostname=own_name, timeout=TIMEOUT, context=ssl.create_default_context()
        )
    else:
        smtp = smtplib.SMTP(local_hostname=own_name, timeout=TIMEOUT)
    # The name is checked against the certificate at STARTTLS; smtplib sets it only in __init__.
    smtp._host = host  # type: ignore[attr-defined]
    code, banner = smtp.connect(host, url.port or {"smtps": 465}.get(url.scheme, 25))
    if code != 220:
        raise smtplib.SMTPConnectError(code, banner)
    if settings.refuses_stand_ins and STAND_IN in banner.lower():
        smtp.close()
        raise smtplib.SMTPException("the mail server says that it is a stand-in")
    if url.scheme == "smtp+starttls":
        smtp.starttls(context=ssl.create_default_context())
    if url.username:
        smtp.login(unquote(url.username), unquote(url.password or ""))
    return smtp


def _written(letter: Letter, settings: Settings) -> bytes:
    """The letter as bytes: its own three headers before what all letters of a batch share."""
    if not letter.to.isascii() or any(not 32 < ord(each) < 127 for each in letter.to):
        raise NeverAgain()  # `auth` keeps normal addresses only; this is no address
    name = settings.CITY_NAME if letter.language == "ja" else settings.CITY_NAME_EN
    domain = letter.sender.partition("@")[2]
    own = (
        f"To: {letter.to}\r\n"
        f"Date: {format_datetime(in_tokyo(now()))}\r\n"
        f"Message-ID: <{letter.message_id}@{domain}>\r\n"
    )
    shared = _shared(letter.sender, name, letter.subject, letter.text, letter.html, letter.language)
    return own.encode("ascii") + shared


@lru_cache(maxsize=8)  # writing MIME costs a millisecond, and a batch needs it once
def _shared(sender: str, name: str, subject: str, text: str, html: str, language: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    user, _, domain = sender.partition("@")
    message["From"] = Address(name, user, domain)
    message["Subject"] = " ".join(subject.split())
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers, please
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    message["Content-Language"] = language  # earlier, it would move into the first part
    return message.as_bytes()


def _meaning(code: int) -> TryLater | NeverAgain:
    return NeverAgain() if 500 <= code < 600 else TryLater()
