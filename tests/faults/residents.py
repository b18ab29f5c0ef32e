"""Residents at their phones: they write to-dos of their own and note what they were shown."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode, urlsplit
from uuid import UUID

FORM = "/my/todos/new"
MOST = 90  # a resident may have a hundred
REFUSED = "（つながらない：前に立つ nginx が「いま止まっています」のページを出す）"


@dataclass(frozen=True)
class Seen:
    """What came back: status (0: no connection), first heading, seconds."""

    status: int
    words: str
    seconds: float
    location: str = ""

    @property
    def told(self) -> str:
        return f"{self.status} {self.words}".strip() if self.status else REFUSED


class Resident:
    """One signed-in browser without scripts."""

    def __init__(self, url: str, who: UUID, token: str) -> None:
        self.host, self.who, self.cookie = urlsplit(url).netloc, who, f"mado_resident={token}"
        self.seen: list[Seen] = []
        self.told_kept: list[str] = []
        self.csrf = ""

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[Seen, str]:
        """One request, as a browser with a patience of a minute sends it."""
        headers = {"Cookie": self.cookie, "Origin": f"http://{self.host}", "Host": self.host}
        body = urlencode(fields) if fields else None
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began, port = time.monotonic(), urlsplit(f"http://{self.host}").port
        line = HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            text = answer.read().decode("utf-8", "replace")
            status, location = answer.status, answer.headers.get("Location", "")
        except (OSError, HTTPException):
            text, status, location = "", 0, ""
        finally:
            line.close()
        found = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.S)
        words = re.sub(r"<[^>]+>|\s+", "", found[1]) if found and status >= 400 else ""
        seen = Seen(status, words, time.monotonic() - began, location)
        self.seen.append(seen)
        return seen, text

    def open_form(self) -> Seen:
        """The form's page, whose token later forms carry."""
        seen, text = self.ask("GET", FORM)
        token = re.search(r'name="csrf_token" value="([^"]+)"', text)
        self.csrf = token[1] if token else self.csrf
        return seen

    def write(self, title: str) -> Seen:
        """Send the form; the redirect to the page with the to-do says that it is kept."""
        seen, _ = self.ask("POST", FORM, {"csrf_token": self.csrf, "title": title})
        if seen.status in {302, 303} and "sign-in" not in seen.location:
            self.told_kept.append(title)
        return seen


class Crowd:
    """Residents who write one to-do after the other until told to stop."""

    def __init__(self, residents: list[Resident], pause: float = 0.25) -> None:
        self.residents, self.pause, self.stop = residents, pause, threading.Event()
        self.threads = [threading.Thread(target=self._live, args=(one,)) for one in residents]

    def _live(self, one: Resident) -> None:
        number = 0
        while not self.stop.wait(self.pause):
            number += 1
            if not one.csrf or len(one.told_kept) >= MOST:
                one.open_form()
            else:
                one.write(f"{one.who.hex[-6:]} {id(self)} {number}")

    @property
    def acts(self) -> int:
        return sum(len(one.told_kept) for one in self.residents)

    def since(self, moments: list[int]) -> Counter[str]:
        """What residents were shown since then, how often."""
        return Counter(
            seen.told
            for one, moment in zip(self.residents, moments, strict=True)
            for seen in one.seen[moment:]
        )

    def moments(self) -> list[int]:
        return [len(one.seen) for one in self.residents]


@contextmanager
def crowd(residents: list[Resident], pause: float = 0.25) -> Iterator[Crowd]:
    """A crowd at work for as long as the block lasts."""
    people = Crowd(residents, pause)
    for thread in people.threads:
        thread.start()
    try:
        yield people
    finally:
        people.stop.set()
        for thread in people.threads:
            thread.join()
