"""What residents do on the portal, request by request: a mixed journey, and how often each step."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

HOST = "localhost:8000"
CSRF = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')
TODO = re.compile(rb'href="(/todos/[0-9a-f-]{36}/[a-z0-9_]+\?occurrence=[0-9-]*)"')
NOTICE = re.compile(rb'href="(/inbox/[0-9a-f-]{36})"')
SEARCHED = ("保育園", "住民票", "転入", "予防接種", "ごみ", "国民健康保険", "児童手当", "図書館")
THROWN = ("ペットボトル", "電池", "ふとん", "スプレー缶", "テレビ", "なべ", "新聞", "割れ物")
ASKED = (
    "粗大ごみの出し方は",
    "転出届はいつまで",
    "保育園の申し込み",
    "印鑑登録したい",
    "住民票がほしい",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One request: its kind in the table, its bytes."""

    kind: str
    raw: bytes


@dataclass(slots=True)
class Person:
    """One signed-in resident, who follows links of pages seen before."""

    number: int
    cookie: str
    chance: random.Random
    todos: list[bytes] = field(default_factory=list)
    notices: list[bytes] = field(default_factory=list)
    token: str = ""
    visitor: str = ""  # the cookie of a browser on its way to signing in
    next: Callable[[], Step] | None = None

    def step(self) -> Step:
        """The next request; what was begun is ended first."""
        if self.next:
            call, self.next = self.next, None
            return call()
        return self.chance.choices(STEPS, WEIGHTS)[0](self)

    def saw(self, kind: str, head: str, body: bytes) -> None:
        """Reads out of a page what a later step needs."""
        if kind == "My Page" and not self.todos:
            self.todos = TODO.findall(body)[:10]
        elif kind == "inbox" and not self.notices:
            self.notices = NOTICE.findall(body)[:10]
        elif kind == "ask (page)" and (found := CSRF.search(body)):
            self.token, self.next = found[1].decode(), self._ask
        elif kind == "sign-in (form)" and (found := CSRF.search(body)):
            self.token, self.next = found[1].decode(), self._send_code
            cookie = re.search(r"set-cookie: (mado_resident=[^;]+)", head, re.I)
            self.visitor = cookie[1] if cookie else ""

    def my_page(self) -> Step:
        """Where everybody begins."""
        return self._get("My Page", "/my")

    def todo(self) -> Step:
        """One of one's own."""
        if not self.todos:
            return self.my_page()
        return self._get("to-do", self.chance.choice(self.todos).decode())

    def inbox(self) -> Step:
        """The list of notices."""
        return self._get("inbox", "/inbox")

    def notice(self) -> Step:
        """One of them."""
        if not self.notices:
            return self.inbox()
        return self._get("notice", self.chance.choice(self.notices).decode())

    def search(self) -> Step:
        """By a word."""
        return self._get("search", f"/search?q={quote(self.chance.choice(SEARCHED))}")

    def garbage(self) -> Step:
        """How to throw something away."""
        return self._get("garbage", f"/garbage?q={quote(self.chance.choice(THROWN))}")

    def ask(self) -> Step:
        """The page of the bot; the question follows."""
        return self._get("ask (page)", "/ask")

    def sign_in(self) -> Step:
        """Somebody without a session asks for the form; the code follows."""
        return self._get("sign-in (form)", "/sign-in/email", cookie="")

    def _ask(self) -> Step:
        form = {"csrf_token": self.token, "trail": "", "text": self.chance.choice(ASKED)}
        return self._post("ask (answer)", "/ask", form, f"mado_resident={self.cookie}")

    def _send_code(self) -> Step:
        address = f"resident{self.chance.randrange(1, 1_000_000)}@resident.example"
        form = {"csrf_token": self.token, "email": address}
        return self._post("sign-in (code)", "/sign-in/email", form, self.visitor)

    def _get(self, kind: str, path: str, cookie: str | None = None) -> Step:
        own = f"mado_resident={self.cookie}" if cookie is None else cookie
        return Step(kind, _request("GET", path, own, b""))

    def _post(self, kind: str, path: str, form: dict[str, str], cookie: str) -> Step:
        return Step(kind, _request("POST", path, cookie, urlencode(form).encode()))


def _request(method: str, path: str, cookie: str, body: bytes) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}"]
    lines += [f"Cookie: {cookie}"] if cookie else []
    if body:
        lines += [
            f"Origin: http://{HOST}",
            f"Referer: http://{HOST}{path}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
        ]
    return "\r\n".join([*lines, "", ""]).encode() + body


MIX: dict[Callable[[Person], Step], int] = {  # of a hundred choices
    Person.my_page: 34,
    Person.todo: 18,
    Person.inbox: 10,
    Person.notice: 6,
    Person.search: 12,
    Person.garbage: 10,
    Person.ask: 6,
    Person.sign_in: 4,
}
STEPS, WEIGHTS = list(MIX), list(MIX.values())
