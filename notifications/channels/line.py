"""LINE's Messaging API behind a few calls, as plain JSON over kept connections.

The SDK (1.8 s, 34 MB, and more time a message than everything else about an answer) is loaded by
`call` only: for rich menus. Failures are TryLater (500, timeouts, rates, quota) or NeverAgain
(4xx: LINE wants no retry). 409 to a retry key means that LINE took the earlier try, so it counts
as accepted.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import structlog
from flask import current_app
from urllib3 import BaseHTTPResponse, PoolManager, Timeout
from urllib3.exceptions import HTTPError

from notifications.channels.line_words import bare
from portal.core.errors import NeverAgain, TryLater
from portal.core.settings import Settings
from portal.operations import test_environment

log = structlog.get_logger(__name__)
Said = TypeVar("Said")

TIMEOUT = (5, 20)  # seconds to connect, to answer
ANSWER_TIMEOUT = (2, 10)  # where somebody waits in a talk
TOKEN_SECONDS = 14 * 60  # stateless channel tokens live 15 minutes and can not be revoked
MOST_RECIPIENTS = 500
Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Accepted:
    """LINE took the messages; `again` when it had taken them at an earlier try."""

    request_id: str | None
    again: bool = False


class StandIn(TryLater):
    """The server says that it is a stand-in, and this portal speaks to real ones only."""


@dataclass(frozen=True, slots=True)
class Quota:
    """Messages of this month: how many may be sent (None: no limit) and how many were."""

    most: int | None
    used: int

    @property
    def left(self) -> int | None:
        return None if self.most is None else max(0, self.most - self.used)


class LineApi:
    """One process's connection to LINE."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pool = PoolManager(maxsize=8, retries=False)  # our rows know when to try again
        self._token = ""
        self._token_until = 0.0
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()  # answers are said by several threads

    def multicast(self, to: list[str], messages: list[Message], retry_key: UUID) -> Accepted:
        """Send the same messages to at most 500 user ids; LINE skips who blocked us, silently."""
        to = test_environment.allowed(self._settings, to, "line")
        return self._send("multicast", {"to": to, "messages": bare(messages)}, retry_key)

    def push(self, to: str, messages: list[Message], retry_key: UUID) -> Accepted:
        """Send to one user id."""
        test_environment.allowed(self._settings, [to], "line")
        return self._send("push", {"to": to, "messages": bare(messages)}, retry_key)

    def reply(self, token: str, messages: list[Message]) -> Accepted:
        """Answer an event; the token works once, within a minute. No retry key (LINE: 400)."""
        body = {"replyToken": token, "messages": bare(messages)}
        answer = self._post("/v2/bot/message/reply", body, timeout=ANSWER_TIMEOUT)
        return Accepted(answer.headers.get("x-line-request-id"))

    def loading(self, user_id: str, seconds: int = 10) -> None:
        """Show the three dots in a talk; 5 to 60 seconds, by fives."""
        body = {"chatId": user_id, "loadingSeconds": seconds}
        self._post("/v2/bot/chat/loading/start", body, timeout=ANSWER_TIMEOUT)

    def validate(self, messages: list[Message]) -> None:
        """Ask whether LINE would take these messages; NeverAgain when not."""
        self._post("/v2/bot/message/validate/multicast", {"messages": bare(messages)})

    def quota(self) -> Quota:
        """What may be sent this month and what was."""
        plan = json.loads(self._get("/v2/bot/message/quota").data)
        used = json.loads(self._get("/v2/bot/message/quota/consumption").data)
        most = int(plan["value"]) if plan.get("type") == "limited" else None
        return Quota(most, int(used["totalUsage"]))

    def is_friend(self, user_id: str) -> bool:
        """LINE tells the profile of friends only: 404 means blocked, or never added."""
        try:
            self._get(f"/v2/bot/profile/{user_id}")
        except NotThere:
            return False
        return True

    def content(self, message_id: str, most_bytes: int) -> bytes:
        """What somebody sent (a picture), at most one byte more than `most_bytes`.

        LINE keeps it some weeks; 404 and 410 (taken back) are NeverAgain, 202 (not ready) TryLater.
        """
        host = self._settings.LINE_DATA_URL
        answer = self._get(f"/v2/bot/message/{message_id}/content", host)
        if answer.status == 202:
            raise TryLater(after=5)
        return bytes(answer.data[: most_bytes + 1])

    def call(self, ask: Callable[[Any], Any], *, data_host: bool = False) -> Any:
        """Ask by the SDK with a fresh token."""
        return self._twice(lambda: self._ask(ask, data_host))

    def _send(self, how: str, body: dict[str, Any], retry_key: UUID) -> Accepted:
        try:
            answer = self._post(
                f"/v2/bot/message/{how}", body, {"X-Line-Retry-Key": str(retry_key)}
            )
        except AcceptedBefore as before:
            return Accepted(before.request_id, again=True)
        return Accepted(answer.headers.get("x-line-request-id"))

    def _get(self, path: str, host: str = "") -> BaseHTTPResponse:
        url = (host or self._settings.LINE_API_URL) + path
        return self._twice(lambda: self._request("GET", url, {}, None, TIMEOUT))

    def _post(
        self,
        path: str,
        body: dict[str, Any],
        more: Mapping[str, str] | None = None,
        *,
        timeout: tuple[int, int] = TIMEOUT,
    ) -> BaseHTTPResponse:
        url = self._settings.LINE_API_URL + path
        # Half a surrogate pair can come from outside; LINE shows "?" and takes the rest.
        data = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        headers = {"Content-Type": "application/json", **(more or {})}
        return self._twice(lambda: self._request("POST", url, headers, data, timeout))

    def _request(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        data: bytes | None,
        timeout: tuple[int, int],
    ) -> BaseHTTPResponse:
        signed = {**headers, "Authorization": f"Bearer {self._fresh_token()}"}
        return self._plain(method, url, signed, data, timeout)

    def _plain(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        data: bytes | None,
        timeout: tuple[int, int],
    ) -> BaseHTTPResponse:
        limits = Timeout(connect=timeout[0], read=timeout[1])
        try:
            answer = self._pool.request(method, url, body=data, headers=headers, timeout=limits)
        except HTTPError as error:
            raise TryLater() from error
        if not 200 <= answer.status <= 299:
            raise _meaning(answer.status, answer.headers, answer.data[:500])
        self._refuse_stand_in(answer.headers)
        return answer

    def _twice(self, ask: Callable[[], Said]) -> Said:
        """Once more when LINE says the token is over (401)."""
        try:
            return ask()
        except TokenOver:
            self._token_until = 0.0
            return ask()

    def _ask(self, ask: Callable[[Any], Any], data_host: bool) -> Any:
        from linebot.v3.messaging.exceptions import ApiException

        client = self._messaging_client(data_host)
        try:
            answer = ask(client)
        except ApiException as error:
            raise _meaning(error.status, error.headers, error.body) from error
        except HTTPError as error:
            raise TryLater() from error
        self._refuse_stand_in(answer.headers)
        return answer

    def _messaging_client(self, data_host: bool) -> Any:
        from linebot.v3.messaging import ApiClient, Configuration

        token = self._fresh_token()
        settings = self._settings
        host = settings.LINE_DATA_URL if data_host else settings.LINE_API_URL
        client = self._clients.get(host)
        if client is None:
            configuration = Configuration(host=host, access_token=token)
            configuration.retries = 0
            client = self._clients[host] = ApiClient(configuration)
        # The SDK writes the header once, when the client is made; tokens change every 14 minutes.
        client.configuration.access_token = token
        client.default_headers["Authorization"] = f"Bearer {token}"
        return client

    def _fresh_token(self) -> str:
        with self._lock:
            if time.monotonic() >= self._token_until:
                self._token = self._new_token()
                self._token_until = time.monotonic() + TOKEN_SECONDS
            return self._token

    def _new_token(self) -> str:
        values = {
            "grant_type": "client_credentials",
            "client_id": self._settings.LINE_MESSAGING_CHANNEL_ID,
            "client_secret": self._settings.LINE_MESSAGING_CHANNEL_SECRET,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        url = f"{self._settings.LINE_API_URL}/oauth2/v3/token"
        try:
            answer = self._plain("POST", url, headers, urlencode(values).encode(), TIMEOUT)
        except StandIn:
            raise
        except (TryLater, NeverAgain) as error:
            # A wrong secret is the operator's to mend: nothing of the residents' may be lost.
            log.error("line.no_token", error=type(error).__name__)
            raise TryLater() from error
        return str(json.loads(answer.data)["access_token"])

    def _refuse_stand_in(self, headers: Any) -> None:
        if self._settings.refuses_stand_ins and (headers or {}).get("Mado-Standin"):
            raise StandIn()


class NotThere(NeverAgain):
    """LINE has no such thing (404), or does not tell us of it."""


class TokenOver(TryLater):
    """LINE does not take the channel token any more."""


class AcceptedBefore(TryLater):
    """LINE took the request of this retry key at an earlier try."""

    def __init__(self, request_id: str | None) -> None:
        super().__init__()
        self.request_id = request_id


def line_api() -> LineApi:
    """The application's connection to LINE."""
    found = current_app.extensions.get("mado.line")
    if found is None:
        found = current_app.extensions["mado.line"] = LineApi(
            current_app.extensions["mado.settings"]
        )
    api: LineApi = found
    return api


def _meaning(status: int | None, headers: Any, body: Any) -> TryLater | NeverAgain:
    headers = headers or {}
    if status == 409:
        return AcceptedBefore(headers.get("x-line-accepted-request-id"))
    if status == 401:
        return TokenOver()
    if status == 404:
        return NotThere()  # menus and aliases are asked for to learn whether they are there
    log.warning("line.refused", status=status, request_id=headers.get("x-line-request-id"))
    if status == 429:
        return TryLater(after=_seconds(headers.get("Retry-After"), body))
    if status is None or status >= 500:
        return TryLater()
    return NeverAgain()


def _seconds(retry_after: str | None, body: Any) -> float:
    """What LINE asks for; an hour when the month's quota is used up, else a minute."""
    if retry_after and retry_after.isdigit():
        return float(retry_after)
    return 3600.0 if "monthly limit" in str(body) else 60.0
