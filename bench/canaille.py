"""Canaille, the best Flask identity server we know, installed apart and run as a peer."""

from __future__ import annotations

import hashlib
import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from bench.serving import Served, one_worker
from bench.tools import Tool, form_token
from launcher.places import ROOT
from standins.processes import free_port

REQUIREMENTS = ROOT / "bench" / "canaille-requirements.txt"
PASSWORD = "a password for measurements only"
BACK = "http://127.0.0.1:9/back"


class NotInstalled(Exception):
    """The peer can not be had here, most likely for want of a network."""


def install(folder: Path) -> Path:
    """A virtual environment with the pinned peer; returns its Python."""
    venv, stamp = folder / "venv", folder / "installed"
    python = venv / "bin" / "python"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted and python.exists():
        return python
    folder.mkdir(parents=True, exist_ok=True)
    uv = ROOT / ".venv" / "bin" / "uv"
    for line in (
        [uv, "venv", "--quiet", "--clear", "--python", str(ROOT / ".venv/bin/python"), venv],
        [uv, "pip", "install", "--quiet", "--require-hashes", "--python", python, "-r"],
    ):
        last = [REQUIREMENTS] if line[-1] == "-r" else []
        done = subprocess.run([*map(str, line + last)], capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotInstalled(done.stderr.strip().splitlines()[-1][:200])
    stamp.write_text(wanted)
    return python


@contextmanager
def canaille(folder: Path, database_url: str) -> Iterator[tuple[Served, Tool]]:
    """The peer on PostgreSQL with one user and one client, signed in; its server and its tool."""
    python, port = install(folder), free_port()
    environment = _configured(folder, python, database_url, port)
    _run(python, environment, "db", "upgrade")
    user = f"u{secrets.token_hex(6)}"
    names = ["--user-name", user, "--family-name", "Bench", "--password", PASSWORD]
    _run(python, environment, "create", "user", *names, "--emails", f"{user}@resident.example")
    client, secret = _client(python, environment)
    with one_worker(
        python,
        ["--factory", "canaille:create_app"],
        "/login",
        environment,
        folder / "server.log",
        port,
    ) as server:
        tool = Tool(f"localhost:{port}", client, secret, BACK, "openid")
        tool.cookies = _signed_in(tool.origin, user)
        tool.discover(port)
        yield server, tool


def _configured(folder: Path, python: Path, database_url: str, port: int) -> dict[str, str]:
    keys = [_key(python, kind) for kind in ("rsa", "ec")]
    file = folder / "canaille.toml"
    uri = database_url.replace("postgresql+psycopg://", "postgresql+psycopg2://")
    lines = [
        f'SECRET_KEY = "{secrets.token_hex(16)}"',
        f'SERVER_NAME = "localhost:{port}"',
        'PREFERRED_URL_SCHEME = "http"',
        "[CANAILLE]",
        'DATABASE = "sql"',
        "[CANAILLE_SQL]",
        f'DATABASE_URI = "{uri}"',
        "[CANAILLE_OIDC]",
        f"ACTIVE_JWKS = [{', '.join(keys)}]",
    ]
    file.write_text("\n".join(lines) + "\n")
    file.chmod(0o600)
    return {"CANAILLE_CONFIG": str(file), "PYTHONPATH": ""}


def _key(python: Path, kind: str) -> str:
    return _run(python, {}, "jwk", "create", kind, "--format", "toml").strip()


def _client(python: Path, environment: dict[str, str]) -> tuple[str, str]:
    """A client that proves itself as ours does; trusted, so that no consent page is measured."""
    client, secret = secrets.token_hex(8), secrets.token_hex(16)
    options = {
        "client-id": client,
        "client-secret": secret,
        "client-name": "Bench",
        "client-uri": "http://127.0.0.1",
        "redirect-uris": BACK,
        "scope": "openid profile email",
        "token-endpoint-auth-method": "client_secret_basic",
        "id-token-signed-response-alg": "ES256",
        "response-types": "code",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    for grant in ("authorization_code", "refresh_token", "client_credentials"):
        words += ["--grant-types", grant]
    _run(python, environment, "create", "client", *words)
    return client, secret


def _signed_in(origin: str, user: str) -> str:
    """The cookies of a browser that passed Canaille's one step."""
    browser = requests.Session()
    browser.trust_env = False
    page = browser.get(f"{origin}/login", timeout=20)
    told: dict[str, Any] = {"csrf_token": form_token(page.text), "login": user}
    page = browser.post(page.url, data=told, headers={"Referer": page.url}, timeout=20)
    told = {"csrf_token": form_token(page.text), "password": PASSWORD}
    page = browser.post(page.url, data=told, headers={"Referer": page.url}, timeout=20)
    if page.status_code != 200 or "/login" in page.url or "/auth/" in page.url:
        raise RuntimeError(f"the peer's sign-in ended at {page.url}")
    return "; ".join(f"{one.name}={one.value}" for one in browser.cookies)


def _run(python: Path, environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [str(python.parent / "canaille"), *words],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"canaille {words[0]}: {done.stderr[-500:]}")
    return done.stdout
