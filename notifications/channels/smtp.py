"""One SMTP connection that speaks in groups where the server allows it (RFC 2920, PIPELINING)."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Sequence
from urllib.parse import unquote, urlsplit

from portal.core.settings import Settings

TIMEOUT = 20  # seconds
STAND_IN = b"mado-standin"
Reply = tuple[int, bytes]


class Wire:
    """A connected, greeted and signed-in SMTP connection."""

    def __init__(self, settings: Settings) -> None:
        self._smtp = _connect(settings)
        self._pipelining = self._smtp.has_extn("pipelining")

    def group(
        self, commands: Sequence[bytes], meanwhile: Callable[[], None] | None = None
    ) -> list[Reply]:
        """Send the commands, together where that is allowed, and read a reply for each.

        Only the last may be DATA; the content of a letter may be the first (RFC 2920, 3.1).
        `meanwhile` is called while the server works on what was sent first.
        """
        together = self._pipelining or len(commands) == 1
        self._send(b"".join(commands) if together else commands[0])
        if meanwhile is not None:
            meanwhile()
        if together:
            return [self._smtp.getreply() for _ in commands]
        return [self._smtp.getreply(), *(self._ask(each) for each in commands[1:])]

    def quit(self) -> None:
        """End politely, or at all."""
        try:
            self._smtp.quit()
        except (smtplib.SMTPException, OSError):
            self._smtp.close()

    def close(self) -> None:
        """End at once."""
        self._smtp.close()

    def _ask(self, command: bytes) -> Reply:
        self._send(command)
        return self._smtp.getreply()

    def _send(self, data: bytes) -> None:
        if self._smtp.sock is None:
            raise smtplib.SMTPServerDisconnected("the connection was closed")
        self._smtp.sock.sendall(data)


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
    smtp.ehlo_or_helo_if_needed()
    return smtp
