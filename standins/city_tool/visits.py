"""Who is at the tool now: sessions in memory, found by a cookie, ended by the city from afar."""

import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any

COOKIE = "city_tool_visit"
LIVES = 3600  # seconds
MOST = 1000


@dataclass
class Visit:
    """One browser; `tokens` and `claims` are there once the city said who it is."""

    id: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    begun: float = field(default_factory=time.monotonic)
    asked: dict[str, str] = field(default_factory=dict)  # state, nonce, verifier of a sign-in
    tokens: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    received_at: str = ""
    sub: str = ""
    sid: str = ""


class Visits:
    """All of them; a stand-in forgets them when it stops."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._visits: dict[str, Visit] = {}

    def find(self, cookie: str | None) -> Visit | None:
        """The visit of this cookie, unless it is over."""
        with self._lock:
            found = self._visits.get(cookie or "")
        return found if found and time.monotonic() - found.begun < LIVES else None

    def begin(self) -> Visit:
        """A new one; the oldest goes when there are too many."""
        visit = Visit()
        with self._lock:
            while len(self._visits) >= MOST:
                self._visits.pop(next(iter(self._visits)))
            self._visits[visit.id] = visit
        return visit

    def end(self, visit: Visit) -> None:
        """This browser is signed out."""
        with self._lock:
            self._visits.pop(visit.id, None)

    def end_all(self, sub: str | None, sid: str | None) -> int:
        """The city says that this sign-in, or this resident everywhere, is over."""
        with self._lock:
            over = [
                visit.id
                for visit in self._visits.values()
                if (sid and visit.sid == sid) or (not sid and sub and visit.sub == sub)
            ]
            for one in over:
                del self._visits[one]
        return len(over)
