"""The stand-ins of the notices' tests, keys that sign, and a relay that speaks in groups."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from portal.core.settings import Settings
from standins.processes import free_port
from tests.notifications.conftest import (
    inside,
    letters,
    line_process,
    mail_process,
    phone,
    settings,
)

__all__ = ["inside", "letters", "line_process", "mail_process", "phone", "settings"]
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def keys() -> str:
    """An RSA and an Ed25519 key, as the setting holds them."""
    made = (rsa.generate_private_key(65537, 2048), ed25519.Ed25519PrivateKey.generate())
    return "".join(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()
        for key in made
    )


class Relay:
    """The bench's receiver, which allows PIPELINING."""

    def __init__(self, port: int) -> None:
        self.port = port

    def told(self) -> dict[str, Any]:
        with socket.create_connection(("127.0.0.1", self.port), 10) as line:
            file = line.makefile("rb")
            file.readline()
            line.sendall(b"XTELL\r\n")
            found: dict[str, Any] = json.loads(file.readline()[4:])
            file.close()
        return found

    def settings(self, settings: Settings, **more: Any) -> Settings:
        url = f"smtp://127.0.0.1:{self.port}"
        return settings.model_copy(update={"MAIL_URL": url, **more})


@pytest.fixture
def relay() -> Iterator[Relay]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.smtp_receiver", str(port)], cwd=ROOT)
    try:
        _until(lambda: _listens(port))
        yield Relay(port)
    finally:
        process.kill()
        process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _until(said: Callable[[], bool]) -> None:
    for _ in range(200):
        if said():
            return
        time.sleep(0.05)
    raise AssertionError("it did not start")
