"""REDIS_URL as a connection: one server, or whichever one its sentinels call the master."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

SENTINELS = "redis+sentinel"
SENTINEL_PORT = 26379


def connect(url: str) -> Redis:
    """Opened on first use; asks the sentinels again after a failover.

    `redis+sentinel://:password@host:26379,host:26379/name`, as the limits' library spells it too:
    the password is that of the servers and of the sentinels.
    """
    if not url.startswith(f"{SENTINELS}://"):
        plain: Redis = Redis.from_url(
            url, socket_connect_timeout=1, socket_timeout=5, retry=_once()
        )
        return plain
    parts = urlsplit(url)
    login = {"password": unquote(parts.password)} if parts.password else {}
    watch = Sentinel(  # type: ignore[no-untyped-call]
        sentinels(parts.netloc),
        sentinel_kwargs={"socket_connect_timeout": 1, "socket_timeout": 1, **login},
    )
    found: Redis = watch.master_for(  # type: ignore[no-untyped-call]
        parts.path.strip("/"), socket_connect_timeout=1, socket_timeout=5, retry=_once(), **login
    )
    return found


def sentinels(netloc: str) -> list[tuple[str, int]]:
    """Hosts and ports, separated by commas."""
    hosts = (each.rpartition(":") for each in netloc.rpartition("@")[2].split(","))
    return [(host or port, int(port) if host else SENTINEL_PORT) for host, _, port in hosts]


def _once() -> Retry:
    """A page waits for the queue at most once; ticks ring again."""
    return Retry(NoBackoff(), 0)
