"""A city of a given size to measure on: own servers under a folder, filled once, kept."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select, text

from launcher.demo import fill_population
from launcher.places import Places
from launcher.services import EmbeddedPostgres, EmbeddedRedis

SIGNED_IN = 5_000  # 10 % of the IDs at once


@dataclass(frozen=True)
class BenchCity:
    """What a measurement needs: settings as environment, the application, signed-in cookies."""

    environment: dict[str, str]
    app: Flask
    cookies: list[str]
    postgres_pid: int
    counts: dict[str, int]


@contextmanager
def bench_city(residents: int) -> Iterator[BenchCity]:
    """Servers up, migrations run, `residents` households in, sessions for a tenth of them."""
    folder = Places.under().data / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    with (
        EmbeddedPostgres(folder / "postgres") as postgres,
        EmbeddedRedis(folder / "valkey") as redis,
    ):
        name = f"bench_{residents}"
        if not postgres.has_database(name):
            postgres.create_database(name)
        environment = bench_environment(postgres.url(name), redis.url(0), folder)
        app = bench_application(environment)
        with app.app_context():
            _migrate_and_fill(residents)
            _notify()
            cookies, counts = _sign_in(), _counts()
        yield BenchCity(environment, app, cookies, postgres.pid or 0, counts)
        app.extensions["mado.database"].engine.dispose()


def bench_environment(database_url: str, redis_url: str, folder: Path) -> dict[str, str]:
    """Settings for measurements; nobody listens at the addresses outside."""
    return {
        "PUBLIC_URL": "http://localhost:8000",
        "STAFF_URL": "http://staff.localhost:8000",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "a key for measurements only, not a secret",
        "DATA_KEY": base64.b64encode(b"b" * 32).decode(),
        "MAIL_URL": "smtp://127.0.0.1:9",
        "LINE_AUTHORIZE_URL": "http://localhost:9",
        "LINE_API_URL": "http://localhost:9",
        "LINE_DATA_URL": "http://localhost:9",
        "LINE_LOGIN_CHANNEL_ID": "1",
        "LINE_LOGIN_CHANNEL_SECRET": "s" * 32,
        "LINE_MESSAGING_CHANNEL_ID": "2",
        "LINE_MESSAGING_CHANNEL_SECRET": "s" * 32,
        "ANSWERS_SOCKET": str(folder / "answers.sock"),
        "LOG_LEVEL": "WARNING",
    }


def bench_application(environment: dict[str, str]) -> Flask:
    """The application by these settings, in this process."""
    from portal.core.settings import Settings
    from wsgi import create_app

    return create_app(Settings(**environment))  # type: ignore[arg-type]


def _migrate_and_fill(residents: int) -> None:
    from alembic import command

    from launcher.product import alembic_config
    from portal.core.db import database, read
    from portal.residents.models import Resident

    command.upgrade(alembic_config(), "head")
    if not read().execute(select(func.count()).select_from(Resident)).scalar():
        fill_population(residents, seed=1)
        with database().autocommit.connect() as connection:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("VACUUM ANALYZE"))


def _notify() -> None:
    """One unread notice for everybody, as on any ordinary day."""
    from auth.staff.accounts import add_staff
    from notifications.notices.models import InboxEntry
    from notifications.notices.writing import Draft, write
    from portal.core.db import transaction

    words = {"title": "図書館のお休み", "body": "12月29日から1月3日までお休みします。"}
    with transaction() as session:
        if session.scalar(select(func.count()).select_from(InboxEntry)):
            return
        clerk = add_staff(session, email="bench@city.example", name="職員", roles=["author"])
        draft = Draft.read({"variants": {"ja": words}, "segment": {"all": []}})
        notice = write(session, clerk.id, draft)
        session.execute(
            text("INSERT INTO inbox_entries SELECT :notice, id, now() FROM residents"),
            {"notice": notice.id},
        )


def _sign_in() -> list[str]:
    """Rows of sessions for SIGNED_IN residents; returns their cookies."""
    from portal.core.clock import now
    from portal.core.db import transaction
    from portal.core.web.sessions import SessionRow
    from portal.residents.models import Resident

    moment, cookies = now() + timedelta(hours=1), []  # ahead of time: no touch during the run
    with transaction() as session:
        session.execute(text("DELETE FROM sessions"))
        ids = session.scalars(select(Resident.id).order_by(Resident.id).limit(SIGNED_IN))
        for number, resident_id in enumerate(ids):
            token = f"bench-session-{number:06d}-of-a-resident-not-a-secret"
            cookies.append(token)
            session.add(
                SessionRow(
                    token_hash=hashlib.sha256(token.encode()).digest(),
                    face="resident",
                    subject_id=resident_id,
                    acr="aal2",
                    amr=["otp"],
                    permissions=[],
                    authenticated_at=moment,
                    created_at=now(),
                    seen_at=moment,
                    data={"csrf_token": hashlib.sha1(token.encode()).hexdigest()},
                )
            )
    return cookies


def _counts() -> dict[str, int]:
    from portal.core.db import read

    return {
        table: int(read().execute(text(f"SELECT count(*) FROM {table}")).scalar() or 0)
        for table in ("residents", "persons", "identities", "sessions")
    }
