"""One ring for many events: who drains works everything due, so a second ring adds nothing."""

from __future__ import annotations

from redis import RedisError

from portal.core import jobs

DRAIN = "chatbot.line.events.drain"
RUNG = "line:rung"
# A ring that was lost (Valkey emptied, worker killed) holds the others back no longer than this.
LOST_AFTER_MS = 2_000


def ring() -> None:
    """Ask a worker to drain, unless one is already asked and has not begun."""
    try:
        first = jobs.redis().set(RUNG, 1, nx=True, px=LOST_AFTER_MS)
    except RedisError:
        return  # the tick finds the rows
    if first:
        jobs.ring_now(DRAIN)


def heard() -> None:
    """Called before looking at the rows: what is stored from now on rings again."""
    try:
        jobs.redis().delete(RUNG)
    except RedisError:
        return
