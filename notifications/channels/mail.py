"""Mail by SMTP: one connection for many letters, each told of before the next one leaves."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

from flask import current_app

from notifications.channels.smtp import Reply, Wire
from notifications.channels.writing_mail import Letter, written
from portal.core.errors import MadoError, NeverAgain, TryLater
from portal.core.settings import Settings
from portal.operations import test_environment

Told = Callable[[Letter, MadoError | None], None]
Signed = tuple[Letter, bytes]


class RecipientLater(TryLater):
    """This one recipient can not take mail now (full, greylisted); others can."""


class Refused(NeverAgain):
    """The server refused this letter for good; `code` is its enhanced status (RFC 3463)."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


class _Queue:
    """Letters to come, one of them written and signed ahead of its turn."""

    def __init__(self, letters: Iterable[Letter], settings: Settings, told: Told) -> None:
        self._letters = iter(letters)
        self._settings = settings
        self.told = told
        self.ahead: Signed | None = None

    def next(self) -> Signed | None:
        """The next letter that can be written; of others it is told at once."""
        for letter in self._letters:
            try:
                test_environment.allowed(self._settings, [letter.to], "mail")
                return letter, written(letter, self._settings)
            except NeverAgain as fault:
                self.told(letter, fault)
        return None

    def prepare(self) -> None:
        """Have the next one ready."""
        self.ahead = self.next()


class Postman:
    """Carries letters over one connection: `with Postman() as postman: postman.carry(letter)`."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or current_app.extensions["mado.settings"]
        self._wire: Wire | None = None
        self._unclean = False  # an envelope was refused: the server still has half of it
        self.unsure = 0  # letters whose answer was lost with the connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._wire is not None:
            self._wire.quit()
            self._wire = None

    def carry(self, letter: Letter) -> None:
        """Hand one letter to the relay; raises TryLater or NeverAgain."""
        self.carry_all([letter], _raise)

    def carry_all(self, letters: Iterable[Letter], told: Told) -> None:
        """Hand letters over and tell of each what came of it, before the next one's content goes.

        Raises TryLater when the relay can not be used: what was not told of did not go, but for
        one letter whose answer may have been lost (`unsure`).
        """
        queue = _Queue(letters, self._settings, told)
        ready: Signed | None = None
        after = queue.next()
        while ready is not None or after is not None:
            ready, after = self._step(ready, after, queue), queue.ahead
            # What was prepared while the server worked is next.
            queue.ahead = None

    def _step(self, ready: Signed | None, after: Signed | None, queue: _Queue) -> Signed | None:
        """The content of one letter and the envelope of the next in one group of commands.

        Signing costs half a millisecond, as long as the server's answer takes: both at once.
        """
        commands = [] if ready is None else [ready[1] + b".\r\n"]
        if after is not None:
            commands += self._envelope(after[0])
        replies = self._exchanged(
            commands, unsure=ready is not None, meanwhile=queue.prepare if after else None
        )
        if ready is not None:
            queue.told(ready[0], self._content_fault(replies.pop(0)))
        if after is None:
            return None
        fault = self._envelope_fault(replies[-3:])
        if fault is not None:
            queue.told(after[0], fault)
            return None
        return after

    def _envelope(self, letter: Letter) -> list[bytes]:
        reset, self._unclean = ([b"RSET\r\n"] if self._unclean else []), False
        return [
            *reset,
            f"MAIL FROM:<{letter.sender}>\r\n".encode("ascii"),
            f"RCPT TO:<{letter.to}>\r\n".encode("ascii"),
            b"DATA\r\n",
        ]

    def _exchanged(
        self,
        commands: list[bytes],
        *,
        unsure: bool,
        meanwhile: Callable[[], None] | None = None,
    ) -> list[Reply]:
        try:
            if self._wire is None:
                self._wire = Wire(self._settings)
            return self._wire.group(commands, meanwhile)
        except (smtplib.SMTPException, OSError) as error:
            # A wrong password too is the operator's to mend; no letter may be lost.
            self.unsure += unsure
            self._drop()
            raise TryLater() from error

    def _content_fault(self, reply: Reply) -> MadoError | None:
        code, words = reply
        if code == 250:
            return None
        if 500 <= code < 600:
            return Refused(_enhanced(code, words))
        self._drop()
        raise TryLater()

    def _envelope_fault(self, replies: list[Reply]) -> MadoError | None:
        """None when the server waits for the content (354)."""
        (mail, words), (rcpt, why), (data, _) = replies
        if data == 354 and rcpt // 100 == 2:
            return None
        if data == 354:
            self._exchanged([b".\r\n"], unsure=False)  # RFC 2920, 3.1: it took DATA for nobody
        self._unclean = True
        if mail // 100 == 2 and rcpt // 100 == 4 and rcpt != 421:
            return RecipientLater()
        for code, text in ((mail, words), (rcpt, why), (data, b"")):
            if 500 <= code < 600:
                return Refused(_enhanced(code, text))
            if code // 100 == 4:
                break
        self._drop()
        raise TryLater()

    def _drop(self) -> None:
        if self._wire is not None:
            self._wire.close()
            self._wire = None
        self._unclean = False


def _raise(_: Letter, fault: MadoError | None) -> None:
    if fault is not None:
        raise fault


def _enhanced(code: int, words: bytes) -> str:
    """5.1.1 of "550 5.1.1 no such user", else the plain code."""
    first = words.decode("ascii", "replace").split(" ", 1)[0]
    parts = first.split(".")
    return first if len(parts) == 3 and all(each.isdigit() for each in parts) else str(code)


__all__ = ["Letter", "Postman", "RecipientLater", "Refused"]
