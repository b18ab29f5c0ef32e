"""A small city of real processes that tests break: database, queue, portal, worker, stand-ins."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Self
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from launcher.children import answers_http, server
from launcher.services import EmbeddedPostgres, EmbeddedRedis
from portal.core.clock import now
from portal.core.db import read, transaction
from portal.core.ids import new_secret
from portal.core.settings import Settings
from portal.core.web.sessions import SessionRow
from portal.mypage.own_models import OwnTodo
from standins.processes import MailCatcherProcess, StandinProcess, free_port
from tests.conftest import PREFERENCE, make_settings
from tests.faults.residents import Resident
from tests.notifications.city import resident
from tests.notifications.conftest import CONFIG

ROOT = Path(__file__).resolve().parents[2]
WORKER = "from launcher.product import worker; worker([])"
PATIENCE = 90.0


def until(true: Callable[[], bool], what: str) -> float:
    """Waits for it on a loaded machine; says how long it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < PATIENCE, f"not in {PATIENCE:.0f} s: {what}"
        time.sleep(0.1)
    return time.monotonic() - began


class Town:
    """Started with `with`; its processes are killed and started again by tests."""

    def __init__(self, folder: Path, database: Path | None = None) -> None:
        self.folder, self.port = folder, free_port()
        self.postgres = EmbeddedPostgres(database or folder / "pg", preference=PREFERENCE)
        self.valkey = EmbeddedRedis(folder / "valkey", preference=PREFERENCE)
        self.stack = ExitStack()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.residents: list[Resident] = []

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.callback(self._kill_all)
            for one in (self.postgres, self.valkey):
                stack.callback(one.stop)
                one.start()
            (self.folder / "line").mkdir()
            (self.folder / "mail").mkdir()
            line = StandinProcess.line_platform(self.folder / "line", CONFIG)
            self.line = stack.enter_context(line)
            mail = StandinProcess.mail_catcher(self.folder / "mail")
            assert isinstance(mail, MailCatcherProcess)
            self.mail = stack.enter_context(mail)
            self._settle()
            self.serve()
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.app.extensions["mado.database"].engine.dispose()
        self.stack.close()

    def _settle(self) -> None:
        """The schema, and an application of this process that looks from behind."""
        from alembic import command

        from launcher.product import alembic_config
        from wsgi import create_app

        self.url = f"http://localhost:{self.port}"
        self.settings: Settings = make_settings(
            self.postgres.create_database("mado"),
            self.valkey.url(),
            self.folder,
            PUBLIC_URL=self.url,
            STAFF_URL=f"http://staff.localhost:{self.port}",
            MAIL_URL=f"smtp://127.0.0.1:{self.mail.smtp_port}",
            LINE_API_URL=self.line.url,
            LINE_DATA_URL=self.line.url,
        )
        self.app: Flask = create_app(self.settings)
        with self.app.app_context():
            command.upgrade(alembic_config(), "head")

    def environment(self, **more: str) -> dict[str, str]:
        """What the processes are told: settings only, nothing of the tests'."""
        told = {name: str(value) for name, value in self.settings.model_dump().items()}
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return {**kept, **told, "PYTHONPATH": str(ROOT), "MADO_DATA": str(self.folder), **more}

    def serve(self, **more: str) -> None:
        """The production server, until it is ready."""
        self.start("portal", server(self.port), **more)
        health = answers_http(f"http://127.0.0.1:{self.port}/health/ready")
        until(health, "the portal is ready")

    def work(self) -> None:
        """A worker on all queues."""
        self.start("worker", [sys.executable, "-P", "-c", WORKER])

    def start(self, name: str, line: list[str], **more: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                line,
                cwd=ROOT,
                env=self.environment(**more),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """Without warning, with all it started."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_database(self) -> None:
        """The first process and every connection's, as when the power goes."""
        first = self.postgres.pid
        assert first
        listed = Path(f"/proc/{first}/task/{first}/children")
        for pid in [first, *map(int, listed.read_text().split())]:
            os.kill(pid, signal.SIGKILL)
        until(lambda: not self.postgres.alive(), "the database is dead")
        self.postgres.stop()

    def _kill_all(self) -> None:
        for name in list(self.processes):
            self.kill(name)

    def settle_in(self, count: int, *ways: str) -> list[Resident]:
        """New residents who are signed in, with addresses of these ways (line, mail)."""
        begin = len(self.residents)
        with self.app.app_context():
            for number in range(begin, begin + count):
                who = resident(
                    line=number + 1 if "line" in ways else None,
                    mail=f"r{number}@mail.example" if "mail" in ways else None,
                )
                self.residents.append(Resident(self.url, who, self._session(who)))
        return self.residents[begin:]

    def _session(self, who: UUID) -> str:
        token, at = new_secret(), now()
        with transaction() as session:
            session.add(
                SessionRow(
                    token_hash=hashlib.sha256(token.encode()).digest(),
                    face="resident",
                    subject_id=who,
                    acr="two-steps",
                    amr=["mail", "otp"],
                    authenticated_at=at,
                    created_at=at,
                    seen_at=at,
                    data={},
                )
            )
        return token

    def lost(self) -> list[str]:
        """Acts that were acknowledged and are not there."""
        self.app.extensions["mado.database"].engine.dispose()  # connections of a killed server
        with self.app.app_context():
            kept = set(read().execute(select(OwnTodo.title)).scalars())
        return sorted({title for one in self.residents for title in one.told_kept} - kept)
