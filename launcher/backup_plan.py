"""What a backup needs, gathered from the settings: target, keys, programs of the right version."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from launcher.addresses import Addresses
from launcher.environment import is_deployment, product_environment, with_settings
from launcher.faults import NotInstalledError, ServiceError
from launcher.keys import MAKERS, load_or_make
from launcher.places import Places
from launcher.services.programs import PostgresPrograms, Preference, find_postgres

if TYPE_CHECKING:
    from portal.core.settings import Settings
    from portal.operations.backups.making import Plan
    from portal.operations.backups.sealing import KeyFile

KEYS = "BACKUP_KEYS"
# In the key file, beside MAKERS: what a new machine needs to read the target and the data.
KEPT = (
    "DKIM_KEYS", "BACKUP_TARGET", "BACKUP_S3_ENDPOINT", "BACKUP_S3_REGION", "BACKUP_S3_KEY_ID",
    "BACKUP_S3_SECRET",
)  # fmt: skip
MUST_AGREE = ("DATA_KEY", "SECRET_KEY")


@dataclass(frozen=True, slots=True)
class Programs:
    """The tools of one PostgreSQL version, and which of the installed ones they are."""

    postgres: PostgresPrograms
    preference: Preference

    @property
    def basebackup(self) -> Path:
        """pg_basebackup beside the server."""
        return self.postgres.postgres.with_name("pg_basebackup")


def programs(major: int) -> Programs:
    """Of exactly this major version: a cluster is read by the version that wrote it."""
    choices: tuple[Preference, ...] = ("embedded", "system")
    for wanted in choices:
        try:
            found = find_postgres(wanted)
        except NotInstalledError:
            continue
        if found.major == major and found.postgres.with_name("pg_basebackup").exists():
            return Programs(found, wanted)
    raise NotInstalledError(
        f"this backup is of PostgreSQL {major}, whose programs are not here: "
        f"`apt-get install postgresql-{major}` on this machine"
    )


def plan_of(settings: Settings, media: Path | None = None) -> Plan:
    """By the settings; a local city backs up into its data folder and makes its own key file."""
    from portal.operations.backups.making import Plan
    from portal.operations.backups.storage import open_storage

    target = settings.BACKUP_TARGET or _local_target()
    url = settings.BACKUP_DATABASE_URL or settings.DATABASE_URL
    keys = _agreeing(_keys(settings), settings)
    return Plan(
        dsn=dsn_of(url),
        storage=open_storage(target, access(settings)),
        keys=keys,
        media=media or Path(settings.MEDIA_DIR),
        kept=settings.BACKUP_GENERATIONS,
        continuous=bool(settings.BACKUP_TARGET),
    )


def dsn_of(url: str) -> str:
    """SQLAlchemy's address as libpq says it: several hosts are spelled differently."""
    from psycopg.conninfo import make_conninfo
    from sqlalchemy.engine import make_url

    parts = make_url(url)
    _, named = parts.get_dialect()().create_connect_args(parts)
    return make_conninfo("", **named)


def access(settings: Settings) -> dict[str, str]:
    """How to open the bucket."""
    return {name: value for name, value in _values(settings).items() if name.startswith("BACKUP_")}


def access_from(environment: Mapping[str, str], keys: KeyFile) -> dict[str, str]:
    """The same where there are no settings yet: the environment, else the key file."""
    told = {name: value for name, value in environment.items() if name.startswith("BACKUP_S3_")}
    return keys.secrets | told


def make_key_file(settings: Settings, old: KeyFile | None = None) -> KeyFile:
    """A new backup key in front of those there were, beside the application's own secrets."""
    from portal.operations.backups.sealing import KeyFile, new_key

    return KeyFile((new_key(), *(old.keys if old else ())), _values(settings))


def write_key_file(file: Path, keys: KeyFile) -> None:
    """Readable by its owner alone; never over an older one."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as target:
        target.write(keys.text())


def _values(settings: Settings) -> dict[str, str]:
    found = {name: str(getattr(settings, name, "")) for name in (*KEPT, *MAKERS)}
    return {name: value for name, value in found.items() if value}


def _keys(settings: Settings) -> KeyFile:
    from portal.operations.backups.sealing import KeyFile

    if settings.BACKUP_KEYS:
        return KeyFile.parse(settings.BACKUP_KEYS)
    if is_deployment(os.environ) and "MADO_DATA" not in os.environ:
        raise ServiceError("BACKUP_KEYS is not set: make a key file by `./mado backup key FILE`")
    file = Places.under().secrets / KEYS
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_key_file(file, make_key_file(settings))
    return KeyFile.parse(file.read_text("utf-8"))


def _agreeing(keys: KeyFile, settings: Settings) -> KeyFile:
    """A backup whose key file can not read the data would be found out on the worst day."""
    for name in MUST_AGREE:
        if keys.secrets.get(name) != getattr(settings, name):
            raise ServiceError(
                f"the key file of backups holds another {name} than the settings: "
                "renew it by `./mado backup key NEW_FILE` and take the new one outside too"
            )
    return keys


def _local_target() -> str:
    if is_deployment(os.environ) and "MADO_DATA" not in os.environ:
        raise ServiceError("BACKUP_TARGET is not set: say where backups go")
    return str(Places.under().data / "backups")


def places_filled(places: Places, keys: KeyFile) -> None:
    """Secrets of a restored city, where `./mado run` looks for them."""
    places.secrets.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in MAKERS:
        file = places.secrets / name
        if name in keys.secrets and not file.exists():
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as target:
                target.write(keys.secrets[name])
    load_or_make(places.secrets)  # what the key file does not hold is made anew


def settings_of(places: Places) -> dict[str, str]:
    """Of a restored city as `./mado run` would give them, where there are none yet."""
    if is_deployment(os.environ):
        return dict(os.environ)
    made = product_environment(places, Addresses(), "", "redis://localhost:9")
    return with_settings(os.environ, made)
