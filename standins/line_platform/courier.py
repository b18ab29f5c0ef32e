"""Carries signed webhook events to the channel's address, one after another, in its own thread."""

import base64
import hashlib
import hmac
import json
import logging
import threading
from collections.abc import Callable
from typing import Any

import requests

from standins.line_platform.config import Config
from standins.line_platform.store import Store

# LINE calls an answer that takes longer a request_timeout.
PATIENCE_SECONDS = 2.0
logger = logging.getLogger("standins.line_platform.courier")


def signature(secret: str, body: bytes) -> str:
    """The x-line-signature of a body: HMAC-SHA256 with the channel secret, in base64."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


class Courier:
    """A queue of events in the store and the thread that empties it."""

    def __init__(self, store: Store, config: Callable[[], Config]) -> None:
        self._store = store
        self._config = config
        self._bell = threading.Event()
        self._ended = threading.Event()
        self._http = requests.Session()
        self._http.trust_env = False
        self._thread = threading.Thread(target=self._work, name="courier", daemon=True)

    def start(self) -> None:
        """Begin to carry, what an earlier run left over included."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the event in hand and end."""
        self._ended.set()
        self._bell.set()
        if self._thread.is_alive():
            self._thread.join(PATIENCE_SECONDS + 1)

    def queue(self, user_id: str, event: dict[str, Any]) -> None:
        """Take an event for delivery as soon as possible."""
        self._store.run(
            "INSERT INTO events(id,user_id,body,due,state) VALUES(?,?,?,?,'waiting')",
            event["webhookEventId"],
            user_id,
            json.dumps(event, ensure_ascii=False),
            self._store.now(),
        )
        self._bell.set()

    def redeliver(self, event_id: str) -> bool:
        """Carry an event once more, marked as a redelivery."""
        changed = self._store.run(
            "UPDATE events SET state='waiting', due=?, attempts=max(attempts,1) WHERE id=?",
            self._store.now(),
            event_id,
        )
        self._bell.set()
        return changed == 1

    def _work(self) -> None:
        while not self._ended.is_set():
            self._bell.clear()
            if not self._carry_next():
                self._bell.wait(0.2)

    def _carry_next(self) -> bool:
        row = self._store.one(
            "SELECT * FROM events WHERE state='waiting' AND due<=? ORDER BY due, id LIMIT 1",
            self._store.now(),
        )
        if row is None:
            return False
        event = json.loads(row["body"])
        event["deliveryContext"]["isRedelivery"] = row["attempts"] > 0
        if self._address():
            self._renew_reply_token(event)
        answer = self.post([event])
        self._note(row["id"], row["attempts"], answer)
        return True

    def _renew_reply_token(self, event: dict[str, Any]) -> None:
        """The minute to reply in counts from each delivery."""
        self._store.run(
            "UPDATE reply_tokens SET at=? WHERE token=? AND used=0",
            self._store.now(),
            event.get("replyToken", ""),
        )

    def _note(self, event_id: str, attempts: int, answer: tuple[int, str]) -> None:
        status, reason = answer
        waits = self._config().redelivery
        done = 200 <= status < 300 or (status == 0 and reason == "NO_ADDRESS")
        again = not done and attempts < len(waits)
        state = "waiting" if again else "delivered" if 200 <= status < 300 else "failed"
        if not done:
            logger.warning("webhook %s: %s %s (%s)", event_id, status, reason, state)
        self._store.run(
            "UPDATE events SET state=?, attempts=?, answer=?, due=? WHERE id=?",
            state,
            attempts + 1,
            f"{status} {reason}",
            self._store.now() + (waits[attempts] if again else 0),
            event_id,
        )

    def _address(self) -> str:
        """Where events go; without one nothing is delivered, so no minute begins anew either."""
        return self._store.setting("webhook_endpoint") or self._config().messaging.webhook_url

    def post(self, events: list[dict[str, Any]], address: str | None = None) -> tuple[int, str]:
        """Post events now; gives the HTTP status (0: none) and LINE's word for the outcome."""
        channel = self._config().messaging
        url = address or self._address()
        if not url:
            return 0, "NO_ADDRESS"
        body = json.dumps(
            {"destination": channel.bot_user_id, "events": events}, ensure_ascii=False
        ).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "LineBotWebhook/2.0",
            "x-line-signature": signature(channel.secret, body),
        }
        return self._send(url, body, headers)

    def _send(self, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        try:
            answer = self._http.post(
                url, data=body, headers=headers, timeout=PATIENCE_SECONDS, allow_redirects=False
            )
        except requests.Timeout:
            return 0, "REQUEST_TIMEOUT"
        except requests.RequestException:
            return 0, "COULD_NOT_CONNECT"
        ok = 200 <= answer.status_code < 300
        return answer.status_code, "OK" if ok else "ERROR_STATUS_CODE"
