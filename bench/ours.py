"""Our own identity server to measure: one worker, the LINE stand-in, residents and a tool."""

from __future__ import annotations

import hashlib
import html
import os
import re
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import requests
from flask import Flask

from bench.city import bench_application, bench_environment
from bench.serving import Served, one_worker
from bench.tools import Tool, form_token
from launcher.services import EmbeddedRedis
from standins.processes import StandinProcess, free_port

BACK = "http://127.0.0.1:9/back"
SCOPES = ["openid", "offline_access"]  # a refresh token too, as the peer gives one


@dataclass(frozen=True)
class Person:
    """A resident with LINE and an authenticator app."""

    line_user_id: str
    secret: str


@dataclass(frozen=True)
class Ours:
    """What runs, and who lives there."""

    server: Served
    tool: Tool
    people: list[Person]
    line: StandinProcess
    redis_pid: int

    def sign_in(self, person: Person) -> None:
        """The whole way in by LINE as a browser goes it, second step included, to My Page."""
        browser = requests.Session()
        browser.trust_env = False
        page = browser.get(f"{self.tool.origin}/sign-in", timeout=30)
        told: dict[str, str] = {"csrf_token": form_token(page.text), "next": ""}
        page = _post(browser, f"{self.tool.origin}/sign-in/line", told, page.url)
        for path, answer in (("login", {"user": person.line_user_id}), ("consent", _ALLOW)):
            if page.url.startswith(self.line.url):
                page = _post(browser, f"{self.line.url}/oauth2/v2.1/{path}", _asked(page) | answer)
        page = browser.get(f"{self.tool.origin}/sign-in/second-step/totp", timeout=30)
        code = pyotp.TOTP(person.secret).now()
        told = {"csrf_token": form_token(page.text), "code": code}
        last = browser.post(
            page.url,
            data=told,
            headers={"Origin": self.tool.origin},
            allow_redirects=False,
            timeout=30,
        )
        if last.headers.get("Location") != "/my":
            raise RuntimeError(f"the sign-in ended at {last.url}: {last.status_code}")


_ALLOW = {"decision": "allow"}


def _asked(page: requests.Response) -> dict[str, str]:
    found = re.search(r'name="request" value="([^"]+)"', page.text)
    if found is None:
        raise RuntimeError(f"no LINE page at {page.url}")
    return {"request": html.unescape(found[1])}


def _post(
    browser: requests.Session, url: str, told: dict[str, str], page: str = ""
) -> requests.Response:
    headers = {"Origin": page.split("/sign-in")[0]} if page else {}
    answer = browser.post(url, data=told, headers=headers, timeout=30)
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.url} answered {answer.status_code}")
    return answer


@contextmanager
def ours(folder: Path, database_url: str, residents: int) -> Iterator[Ours]:
    """Migrated, filled, and served by one worker of the production server."""
    port = free_port()
    with EmbeddedRedis(folder / "valkey") as redis:
        environment = bench_environment(database_url, redis.url(0), folder) | {
            "PUBLIC_URL": f"http://localhost:{port}",
            "STAFF_URL": f"http://staff.localhost:{port}",
            "LINE_LOGIN_CHANNEL_ID": "1000000001",
        }
        people = [_person(number) for number in range(residents)]
        config = _line_config(environment, people)
        with StandinProcess.line_platform(folder / f"line-{uuid.uuid4().hex}", config) as line:
            urls = ("LINE_AUTHORIZE_URL", "LINE_API_URL", "LINE_DATA_URL")
            environment |= dict.fromkeys(urls, line.url)
            tool = replace(_fill(bench_application(environment), people), host=f"localhost:{port}")
            log = folder / "server.log"
            with one_worker(
                Path(sys.executable), ["wsgi:app"], "/health/ready", environment, log, port
            ) as server:
                tool.discover(port)
                yield Ours(server, tool, people, line, redis.pid or os.getpid())


def _person(number: int) -> Person:
    digest = hashlib.sha256(f"bench {number}".encode()).hexdigest()
    return Person(f"U{digest[:32]}", pyotp.random_base32(32))


def _line_config(environment: dict[str, str], people: list[Person]) -> dict[str, Any]:
    public = environment["PUBLIC_URL"]
    return {
        "portal_url": public,
        "login_channel": {
            "id": environment["LINE_LOGIN_CHANNEL_ID"],
            "secret": environment["LINE_LOGIN_CHANNEL_SECRET"],
            "redirect_uris": [f"{public}/sign-in/line/callback"],
        },
        "messaging_channel": {
            "id": environment["LINE_MESSAGING_CHANNEL_ID"],
            "secret": environment["LINE_MESSAGING_CHANNEL_SECRET"],
            "webhook_url": f"{public}/webhooks/line",
            "bot_user_id": "U" + "b" * 32,
            "basic_id": "@mado",
            "display_name": "まど市",
        },
        "residents": [{"user_id": one.line_user_id, "display_name": "市民"} for one in people],
    }


def _fill(app: Flask, people: list[Person]) -> Tool:
    """Residents who agreed to the terms; the first is signed in and allowed the tool."""
    from alembic import command

    from auth import consents
    from auth.provider import clients, tool_consents
    from auth.registration import register_resident
    from launcher.product import alembic_config
    from portal.core.db import transaction

    with app.app_context():
        command.upgrade(alembic_config(), "head")
        with transaction() as session:
            made = [
                register_resident(session, line_user_id=one.line_user_id, totp_secret=one.secret)
                for one in people
            ]
            for resident in made:
                consents.agree(session, resident, "ja")
            client, secret = clients.add(
                session,
                name="Bench",
                redirect_uris=[BACK],
                auth_method="client_secret_basic",
                scopes=SCOPES,
            )
            tool_consents.give(session, made[0], client, SCOPES, "ja")
            tool = Tool("", client.client_id, secret or "", BACK, " ".join(SCOPES))
            tool.cookies = _session(session, made[0])
    app.extensions["mado.database"].engine.dispose()
    return tool


def _session(session: Any, resident: uuid.UUID) -> str:
    from portal.core.clock import now
    from portal.core.web.sessions import SessionRow

    token, moment = "bench-session-not-a-secret", now() + timedelta(minutes=10)
    session.add(
        SessionRow(
            token_hash=hashlib.sha256(token.encode()).digest(),
            face="resident",
            subject_id=resident,
            acr="aal2",
            amr=["otp"],
            permissions=[],
            authenticated_at=now(),
            created_at=now(),
            seen_at=moment,  # ahead of time: no touch during the run
            data={"tools_sid": str(uuid.uuid4())},
        )
    )
    return f"mado_resident={token}"
