"""LINE's Messaging API behind four calls; the SDK (1.8 s, 42 MB) is loaded by the first of them.

Failures are TryLater (500, timeouts, rates, quota) or NeverAgain (4xx: LINE wants no retry).
409 to a retry key means that LINE took the earlier try, so it counts as accepted.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from flask import current_app

from portal.core.errors import NeverAgain, TryLater
from portal.core.settings import Settings

log = structlog.get_logger(__name__)

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


class LineApi:
    """One process's connection to LINE."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._token = ""
        self._token_until = 0.0
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()  # answers are said by several threads

    def multicast(self, to: list[str], messages: list[Message], retry_key: UUID) -> Accepted:
        """Send the same messages to at most 500 user ids; LINE skips who blocked us, silently."""
        from linebot.v3.messaging import MessagingApi, MulticastRequest

        request = MulticastRequest.from_dict({"to": to, "messages": messages})
        return self._accepted(
            lambda client: MessagingApi(client).multicast_with_http_info(
                request, x_line_retry_key=str(retry_key), _request_timeout=TIMEOUT
            )
        )

    def push(self, to: str, messages: list[Message], retry_key: UUID) -> Accepted:
        """Send to one user id."""
        from linebot.v3.messaging import MessagingApi, PushMessageRequest

        request = PushMessageRequest.from_dict({"to": to, "messages": messages})
        return self._accepted(
            lambda client: MessagingApi(client).push_message_with_http_info(
                request, x_line_retry_key=str(retry_key), _request_timeout=TIMEOUT
            )
        )

    def reply(self, token: str, messages: list[Message]) -> Accepted:
        """Answer an event; the token works once, within a minute. No retry key (LINE: 400)."""
        body = {"replyToken": token, "messages": messages}
        return self._accepted(lambda client: _post(client, "/v2/bot/message/reply", body))

    def loading(self, user_id: str, seconds: int = 10) -> None:
        """Show the three dots in a talk; 5 to 60 seconds, by fives."""
        body = {"chatId": user_id, "loadingSeconds": seconds}
        self.call(lambda client: _post(client, "/v2/bot/chat/loading/start", body))

    def content(self, message_id: str, most_bytes: int) -> bytes:
        """What somebody sent (a picture), at most one byte more than `most_bytes`.

        LINE keeps it some weeks; 404 and 410 (taken back) are NeverAgain, 202 (not ready) TryLater.
        """
        from linebot.v3.messaging import MessagingApiBlob

        answer = self.call(
            lambda client: MessagingApiBlob(client).get_message_content_with_http_info(
                message_id, _request_timeout=TIMEOUT
            ),
            data_host=True,
        )
        if answer.status_code == 202:
            raise TryLater(after=5)
        return bytes((answer.data or b"")[: most_bytes + 1])

    def call(self, ask: Callable[[Any], Any], *, data_host: bool = False) -> Any:
        """Ask with a fresh token, once more when LINE says the token is over (401)."""
        try:
            return self._ask(ask, data_host)
        except TokenOver:
            self._token_until = 0.0
            return self._ask(ask, data_host)

    def _accepted(self, ask: Callable[[Any], Any]) -> Accepted:
        try:
            answer = self.call(ask)
        except AcceptedBefore as before:
            return Accepted(before.request_id, again=True)
        return Accepted((answer.headers or {}).get("x-line-request-id"))

    def _ask(self, ask: Callable[[Any], Any], data_host: bool) -> Any:
        from linebot.v3.messaging.exceptions import ApiException
        from urllib3.exceptions import HTTPError

        with self._lock:
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
            made = ApiClient(_configured(Configuration(host=host, access_token=token)))
            client = self._clients[host] = made
        # The SDK writes the header once, when the client is made; tokens change every 14 minutes.
        client.configuration.access_token = token
        client.default_headers["Authorization"] = f"Bearer {token}"
        return client

    def _fresh_token(self) -> str:
        if time.monotonic() < self._token_until:
            return self._token
        from linebot.v3.oauth import ApiClient, ChannelAccessToken, Configuration
        from linebot.v3.oauth.exceptions import ApiException
        from urllib3.exceptions import HTTPError

        client = ApiClient(_configured(Configuration(host=self._settings.LINE_API_URL)))
        oauth = ChannelAccessToken(client)
        try:
            answer = oauth.issue_stateless_channel_token_with_http_info_by_client_secret(
                self._settings.LINE_MESSAGING_CHANNEL_ID,
                self._settings.LINE_MESSAGING_CHANNEL_SECRET,
                _request_timeout=TIMEOUT,
            )
        except (ApiException, HTTPError) as error:
            # A wrong secret is the operator's to mend: nothing of the residents' may be lost.
            log.error("line.no_token", error=type(error).__name__)
            raise TryLater() from error
        self._refuse_stand_in(answer.headers)
        self._token = answer.data.access_token
        self._token_until = time.monotonic() + TOKEN_SECONDS
        return self._token

    def _refuse_stand_in(self, headers: Any) -> None:
        if self._settings.refuses_stand_ins and (headers or {}).get("Mado-Standin"):
            raise StandIn()


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


def _post(client: Any, path: str, body: dict[str, Any]) -> Any:
    """A call as plain JSON over the SDK's own kept connections.

    The SDK's models cost more time a message than everything else about an answer together;
    hundreds of people ask in the same second when the river rises.
    """
    from linebot.v3.messaging.exceptions import ApiException
    from linebot.v3.messaging.rest import RESTResponse
    from urllib3 import Timeout

    answer = RESTResponse(
        client.rest_client.pool_manager.request(
            "POST",
            client.configuration.host + path,
            body=json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
            headers={**client.default_headers, "Content-Type": "application/json"},
            timeout=Timeout(connect=ANSWER_TIMEOUT[0], read=ANSWER_TIMEOUT[1]),
            retries=False,
        )
    )
    if not 200 <= answer.status <= 299:
        raise ApiException(http_resp=answer)
    answer.headers = answer.getheaders()
    return answer


def _configured(configuration: Any) -> Any:
    configuration.retries = 0  # our rows know when to try again, with the same retry key
    return configuration


def _meaning(status: int | None, headers: Any, body: Any) -> TryLater | NeverAgain:
    headers = headers or {}
    if status == 409:
        return AcceptedBefore(headers.get("x-line-accepted-request-id"))
    if status == 401:
        return TokenOver()
    if status == 404:
        return NeverAgain()  # menus and aliases are asked for to learn whether they are there
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
