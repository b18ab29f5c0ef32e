"""What the service remembers while it runs: requests, codes, tokens, wrong PINs."""

import secrets
import threading
import time
from dataclasses import dataclass, field

from standins.card_service.config import Card

CODE_LIVES = 60.0
TOKEN_LIVES = 300.0
REQUEST_LIVES = 900.0
WRONG_PINS = 3  # as the chip of a card does


@dataclass
class Grant:
    """One sign-in."""

    card: Card
    asked: dict[str, str]
    at: float = field(default_factory=time.time)
    used: bool = False
    token: str = ""


class State:
    """All of it, held by one lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: dict[str, tuple[float, dict[str, str]]] = {}
        self._codes: dict[str, Grant] = {}
        self._tokens: dict[str, Grant] = {}
        self._jtis: dict[str, float] = {}
        self._wrong: dict[str, int] = {}

    def keep(self, asked: dict[str, str]) -> str:
        """Keep a request while its page is open."""
        handle = secrets.token_urlsafe(24)
        with self._lock:
            self._requests[handle] = (time.time(), asked)
        return handle

    def kept(self, handle: str, *, take: bool = False) -> dict[str, str] | None:
        """The request of a page, taken away with the last press."""
        with self._lock:
            at, asked = self._requests.get(handle, (0.0, {}))
            if take:
                self._requests.pop(handle, None)
        return asked if asked and at > time.time() - REQUEST_LIVES else None

    def pin_fits(self, card: Card, pin: str) -> bool | None:
        """Whether it opens the card; None: it is locked after three wrong ones."""
        with self._lock:
            if self._wrong.get(card.id, 0) >= WRONG_PINS:
                return None
            if secrets.compare_digest(pin.encode(), card.pin.encode()):
                self._wrong.pop(card.id, None)
                return True
            self._wrong[card.id] = self._wrong.get(card.id, 0) + 1
            return False

    def unlock(self) -> None:
        """At the counter: every card may be tried again."""
        with self._lock:
            self._wrong.clear()

    def code(self, grant: Grant) -> str:
        """A code for one redemption."""
        code = secrets.token_urlsafe(24)
        with self._lock:
            self._codes[code] = grant
        return code

    def redeem(self, code: str) -> Grant | None:
        """The sign-in of a code; the second time its token dies as well."""
        with self._lock:
            grant = self._codes.get(code)
            if grant is None or grant.at < time.time() - CODE_LIVES:
                return None
            if grant.used:
                self._tokens.pop(grant.token, None)
                return None
            grant.used = True
        return grant

    def token(self, grant: Grant) -> str:
        """An access token."""
        grant.token = secrets.token_urlsafe(24)
        with self._lock:
            self._tokens[grant.token] = grant
        return grant.token

    def holder(self, token: str) -> Grant | None:
        """Whose access token it is."""
        with self._lock:
            grant = self._tokens.get(token)
        return grant if grant and grant.at > time.time() - TOKEN_LIVES else None

    def first_time(self, jti: str, until: float) -> bool:
        """Whether an assertion is seen for the first time."""
        with self._lock:
            moment = time.time()
            self._jtis = {one: ends for one, ends in self._jtis.items() if ends > moment}
            if jti in self._jtis:
                return False
            self._jtis[jti] = until
        return True
