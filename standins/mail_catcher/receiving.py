"""The SMTP side: takes messages, refuses the addresses it is told to refuse."""

import re
import threading
from dataclasses import dataclass

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from standins.mail_catcher.store import MailStore

NAME = "mado-standin"
LARGEST_MESSAGE = 20 * 1024 * 1024


@dataclass(frozen=True)
class Refusal:
    """Addresses that match `pattern` get `answer` instead of 250."""

    pattern: str
    answer: str


ALWAYS = (
    Refusal(r"^bounce-", "550 5.1.1 Mailbox does not exist"),
    Refusal(r"^later-", "451 4.7.1 Try again later"),
)


class Refusals:
    """Which addresses are refused now: two fixed kinds and what a test ordered."""

    def __init__(self) -> None:
        self._ordered: tuple[Refusal, ...] = ()
        self._lock = threading.Lock()

    def order(self, wanted: list[dict[str, str]]) -> None:
        """Replace the ordered refusals; faults in the order raise ValueError."""
        found = tuple(Refusal(one["pattern"], one["answer"]) for one in wanted)
        for one in found:
            re.compile(one.pattern)
            if not re.match(r"[45]\d\d ", one.answer):
                raise ValueError("answer begins with a 4xx or 5xx status")
        with self._lock:
            self._ordered = found

    def answer(self, address: str) -> str | None:
        """The refusal of an address, or None."""
        with self._lock:
            known = self._ordered + ALWAYS
        return next((one.answer for one in known if re.search(one.pattern, address)), None)


class Receiver:
    """aiosmtpd's handler."""

    def __init__(self, store: MailStore, refusals: Refusals) -> None:
        self._store = store
        self._refusals = refusals

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse one recipient."""
        refused = self._refusals.answer(address)
        if refused:
            return refused
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the message before saying that it was taken."""
        raw = envelope.original_content or b""
        number = self._store.keep(envelope.mail_from or "", list(envelope.rcpt_tos), raw)
        return f"250 2.0.0 OK kept as {number}"


def controller(store: MailStore, refusals: Refusals, port: int) -> Controller:
    """The SMTP server in its own thread; announces itself as a stand-in."""
    return Controller(
        Receiver(store, refusals),
        hostname="127.0.0.1",
        port=port,
        server_hostname=NAME,
        ident=f"{NAME} mail catcher",
        enable_SMTPUTF8=True,
        data_size_limit=LARGEST_MESSAGE,
    )
