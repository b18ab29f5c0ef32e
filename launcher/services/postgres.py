"""A real PostgreSQL of our own, on a Unix socket, with its data in one folder."""

import shutil
import signal
from pathlib import Path
from types import TracebackType
from typing import Self

from launcher.faults import ServiceError
from launcher.services import account as accounts
from launcher.services.process import (
    PATIENCE,
    FolderLock,
    ServerProcess,
    run_quietly,
    socket_folder,
)
from launcher.services.programs import PostgresPrograms, Preference, find_postgres

ROLE = "mado"
PORT = 5432  # only names the socket file; no TCP port is opened
FIRST_WITH_BUILTIN_LOCALES = 17
SERVER_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_error_verbosity": "terse",  # DETAIL would repeat people's values in the log
    "shared_buffers": "256MB",
    "max_connections": "120",
    "max_slot_wal_keep_size": "4GB",  # backups that are away must not fill the disk
}
# For tests: a crash may lose everything, which is what a test database is for.
FAST_OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "10min",
}


class EmbeddedPostgres:
    """`with EmbeddedPostgres(folder) as pg: pg.create_database("x"); pg.url("x")`."""

    def __init__(
        self,
        folder: Path,
        *,
        fast: bool = False,
        preference: Preference | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self.folder = folder.resolve()
        self._fast = fast
        self._preference = preference
        self._patience = patience  # seconds to be ready: a restored one has a log to replay
        self._lock = FolderLock(self.folder)
        self._server: ServerProcess | None = None
        self._socket = self.folder

    def start(self) -> Self:
        """Makes the cluster if there is none, and starts it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        programs = find_postgres(self._preference)
        self._lock.take()
        try:
            account, programs = accounts.for_postgres(self.folder, programs)
            self._launch(account, programs)
        except BaseException:
            self._lock.release()
            raise
        return self

    def _launch(self, account: accounts.Account, programs: PostgresPrograms) -> None:
        # SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one.
        server = ServerProcess(self.folder, account, [signal.SIGINT, signal.SIGQUIT])
        server.recover_orphan()
        account.own(self.folder)
        self._make_cluster(account, programs)
        self._socket = socket_folder(self.folder, f".s.PGSQL.{PORT}.lock", account.owner)
        account.own(self._socket)
        server.start(
            programs.postgres, self._arguments(), lambda: self._ready(server), self._patience
        )
        self._server = server

    def _make_cluster(self, account: accounts.Account, programs: PostgresPrograms) -> None:
        version = self._cluster / "PG_VERSION"
        if version.exists():
            self._refuse_other_version(int(version.read_text().split(".")[0]), programs.major)
            return
        if self._cluster.exists():  # a first start that was killed half way
            shutil.rmtree(self._cluster)
        making = self._cluster.with_name("cluster-being-made")
        shutil.rmtree(making, ignore_errors=True)
        options = ["-D", str(making), *_initdb_options(programs.major, self._fast)]
        run_quietly(accounts.command(account, signal.SIGKILL, programs.initdb, *options))
        making.rename(self._cluster)

    def _refuse_other_version(self, written_by: int, ours: int) -> None:
        if written_by != ours:
            raise ServiceError(
                f"the data in {self._cluster} were written by PostgreSQL {written_by}, and the "
                f"program here is PostgreSQL {ours}: use the same one as before, or start over"
            )

    @property
    def _cluster(self) -> Path:
        return self.folder / "cluster"

    def _arguments(self) -> list[str]:
        options = {**SERVER_OPTIONS, "unix_socket_directories": str(self._socket)}
        options |= FAST_OPTIONS if self._fast else {}
        spelled = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return ["-D", str(self._cluster), *spelled]

    def _ready(self, server: ServerProcess) -> bool:
        """Reads what pg_ctl reads: the last line of the server's own pid file."""
        try:
            lines = (self._cluster / "postmaster.pid").read_text(encoding="utf-8").split("\n")
        except (FileNotFoundError, UnicodeDecodeError):
            return False
        return lines[0] == str(server.pid) and len(lines) > 7 and lines[7].strip() == "ready"

    def stop(self) -> None:
        """Stops the server; everything committed is on disk (unless `fast`)."""
        if self._server:
            self._server.stop()
            self._server = None
        if self._socket != self.folder:
            shutil.rmtree(self._socket, ignore_errors=True)
        self._lock.release()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The postmaster's process id."""
        return self._server.pid if self._server else None

    def alive(self) -> bool:
        """Whether the server still runs."""
        return self._server is not None and self._server.alive()

    def url(self, database: str) -> str:
        """For SQLAlchemy, driver named (a plain postgresql:// means another one to others)."""
        # No %2F in it, for alembic.ini would read that as an interpolation.
        return f"postgresql+psycopg://{ROLE}@/{database}?host={self._socket}&port={PORT}"

    def dsn(self, database: str) -> str:
        """The same for psycopg itself, psql and pg_dump."""
        return self.url(database).replace("postgresql+psycopg", "postgresql", 1)

    def create_database(self, name: str, template: str | None = None) -> str:
        """Makes a database (a copy of `template`) and returns its url."""
        # Copying files needs checkpoints, which cost nothing where nothing must survive.
        how = " STRATEGY FILE_COPY" if self._fast else ""
        copied = f' TEMPLATE "{template}"{how}' if template else ""
        self._administer(f'CREATE DATABASE "{name}"{copied}')
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Removes a database, whoever is still connected."""
        self._administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def has_database(self, name: str) -> bool:
        """Whether a database of this name exists."""
        import psycopg

        with psycopg.connect(self.dsn("postgres")) as connection:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            return connection.execute(query, [name]).fetchone() is not None

    def _administer(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


def _initdb_options(major: int, fast: bool) -> list[str]:
    """UTF-8, bytewise order, and a ctype that knows Japanese.

    Without `--lc-ctype=C.UTF-8` pg_trgm silently finds no Japanese.
    """
    options = ["-U", ROLE, "-E", "UTF8", "-A", "trust", "--no-instructions"]
    options += ["--lc-collate=C", "--lc-ctype=C.UTF-8", "--lc-messages=C"]
    if major >= FIRST_WITH_BUILTIN_LOCALES:
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return [*options, "--no-sync"] if fast else options
