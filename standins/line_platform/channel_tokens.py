"""Stateless channel access tokens: fifteen minutes, any number, never revoked."""

import hmac

from standins.line_platform import ids
from standins.line_platform.config import Config
from standins.line_platform.store import Store

LIFE_SECONDS = 900
LOGIN, MESSAGING = "login", "messaging"


def channel_of(config: Config, client_id: str, client_secret: str) -> str | None:
    """Which channel these credentials open."""
    for name, channel in ((LOGIN, config.login), (MESSAGING, config.messaging)):
        right = hmac.compare_digest(channel.secret.encode(), client_secret.encode())
        if channel.id == client_id and right:
            return name
    return None


def issue(store: Store, channel: str) -> str:
    """Make a token for a channel."""
    token = ids.opaque(60)
    now = store.now()
    with store.transaction() as db:
        db.execute("DELETE FROM channel_tokens WHERE expires<?", (now,))
        db.execute("INSERT INTO channel_tokens VALUES(?,?,?)", (token, channel, now + LIFE_SECONDS))
    return token


def bearer_is(store: Store, header: str | None, channel: str) -> bool:
    """Whether an Authorization header carries a live token of the channel."""
    kind, _, token = (header or "").partition(" ")
    if kind != "Bearer":
        return False
    found = store.one("SELECT * FROM channel_tokens WHERE token=?", token.strip())
    return found is not None and found["channel"] == channel and found["expires"] > store.now()
