"""PostgreSQL and a Redis-protocol server as local processes, from wheels or the machine."""

from launcher.faults import (
    AlreadyRunningError,
    NotInstalledError,
    ServiceError,
    StartFailedError,
)
from launcher.services.postgres import EmbeddedPostgres
from launcher.services.programs import Preference, find_postgres, find_redis
from launcher.services.redis import EmbeddedRedis

__all__ = [
    "AlreadyRunningError",
    "EmbeddedPostgres",
    "EmbeddedRedis",
    "NotInstalledError",
    "Preference",
    "ServiceError",
    "StartFailedError",
    "find_postgres",
    "find_redis",
]
