"""The whole city, started by the command a newcomer types, for people with browsers."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
UP_WITHIN = 180  # seconds
open_url = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


@dataclass(frozen=True)
class City:
    """Addresses of a running city and its demo people."""

    public_url: str
    staff_url: str
    line_url: str
    mail_url: str
    tool_url: str
    people: dict[str, Any]

    @classmethod
    def at(cls, data: Path) -> City:
        """The city that runs with this data folder."""
        told = json.loads((data / "run" / "city.json").read_text("utf-8"))
        return cls(
            public_url=told["public_url"],
            staff_url=told["staff_url"],
            line_url=told["line_url"],
            mail_url=told["mail_web_url"],
            tool_url=told["city_tool_url"],
            people=json.loads((data / "demo.json").read_text("utf-8")),
        )

    def line_id(self, name: str) -> str:
        """The LINE user id of a demo resident."""
        found = next(one for one in self.people["residents"] if one["name"] == name)
        return str(found["line_user_id"])

    def address(self, name: str) -> str:
        """The mail address of a demo resident."""
        return next(str(one["email"]) for one in self.people["residents"] if one["name"] == name)

    def mails_to(self, address: str) -> list[dict[str, Any]]:
        """What the mail catcher has for an address, newest first."""
        return list(_json(f"{self.mail_url}/messages.json?limit=1000&to={address}")["messages"])

    def talk_of(self, name: str) -> list[dict[str, Any]]:
        """Every message of a demo resident's talk, oldest first."""
        return list(
            _json(f"{self.line_url}/__standin__/talk?user={self.line_id(name)}")["messages"]
        )


def _json(url: str) -> dict[str, Any]:
    with open_url(url, timeout=10) as answer:
        found: dict[str, Any] = json.loads(answer.read())
    return found


class RunningCity:
    """`./mado run --fresh --yes --demo` as a process of ours."""

    def __init__(self, data: Path, printed: Path) -> None:
        self._printed = printed
        line = ["./mado", "run", "--fresh", "--yes", "--demo"]
        line += ["--data", str(data), "--port", _port()]
        with printed.open("wb") as out:
            self._process = subprocess.Popen(
                line, cwd=ROOT, env=_environment(), stdout=out, stderr=out
            )
        try:
            self._wait(data / "run" / "city.json")
        except BaseException:
            self.stop()
            raise
        self.city = City.at(data)

    def _wait(self, file: Path) -> None:
        deadline = time.monotonic() + UP_WITHIN
        while not file.exists():
            assert self._process.poll() is None, self.printed()
            assert time.monotonic() < deadline, self.printed()
            time.sleep(0.1)

    def printed(self) -> str:
        """What the operator saw."""
        return self._printed.read_text("utf-8")

    def stop(self) -> int:
        """Ctrl-C; gives the exit status."""
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(60)


def _environment() -> dict[str, str]:
    kept = ("PATH", "HOME", "LANG", "MADO_SERVICES", "MADO_CHROMIUM")
    given = {name: os.environ[name] for name in kept if name in os.environ}
    return given | {"NOTICES_QUIET": ""}  # a journey at night does not wait for the morning


def _port() -> str:
    """A free one; the usual one where pictures are taken, since they show addresses."""
    if os.environ.get("MADO_SCREENSHOTS") == "1":
        return "8000"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])
