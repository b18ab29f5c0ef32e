"""Starts a stand-in as a real process for tests and ends it again."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.request import ProxyHandler, Request, build_opener

ROOT = Path(__file__).resolve().parent.parent
_open = build_opener(ProxyHandler({})).open


# Below the ports that Linux gives to outgoing connections: one of those could take ours
# between this look and the start of the stand-in.
PORTS = range(20000, 32000)


def free_port() -> int:
    """Find a TCP port of the loopback address that nobody uses now."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class StandinProcess:
    """One running stand-in: `with StandinProcess.line_platform(DIR, CONFIG) as line: line.url`."""

    def __init__(
        self,
        module: str,
        port: int,
        arguments: list[str],
        environment: Mapping[str, str] | None = None,
        log: Path | None = None,
    ) -> None:
        self.port = port
        self.url = f"http://localhost:{port}"
        self.command = [sys.executable, "-m", module, "--port", str(port), *arguments]
        self.environment = {**os.environ, **(environment or {})}
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    @classmethod
    def line_platform(
        cls,
        state: Path,
        config: Mapping[str, Any],
        port: int | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> "StandinProcess":
        """A LINE platform; `config` is written beside its state with its real public address."""
        port = port or free_port()
        state.mkdir(parents=True, exist_ok=True)
        file = state / "config.json"
        file.write_text(json.dumps({**config, "public_url": f"http://localhost:{port}"}))
        arguments = ["--state", str(state), "--config", str(file)]
        return cls("standins.line_platform", port, arguments, environment, state / "log.txt")

    @classmethod
    def mail_catcher(
        cls, state: Path, port: int | None = None, smtp_port: int | None = None
    ) -> "MailCatcherProcess":
        """A mail catcher; its `smtp_port` says where mail goes."""
        return MailCatcherProcess(state, port or free_port(), smtp_port or free_port())

    @classmethod
    def city_tool(cls, config_file: Path, port: int | None = None) -> "StandinProcess":
        """A demo city tool."""
        log = config_file.with_suffix(".log")
        arguments = ["--config", str(config_file)]
        return cls("standins.city_tool", port or free_port(), arguments, log=log)

    @classmethod
    def card_service(
        cls, state: Path, config: Mapping[str, Any], port: int | None = None
    ) -> "StandinProcess":
        """A card service; `config` is written with its real public address."""
        port = port or free_port()
        file = state / "card_service.json"
        file.write_text(json.dumps({**config, "public_url": f"http://localhost:{port}"}))
        log = state / "card_service.log"
        return cls("standins.card_service", port, ["--config", str(file)], log=log)

    @classmethod
    def city_site(
        cls, log: Path | None = None, port: int | None = None, portal: str = ""
    ) -> "StandinProcess":
        """The city's website, with the bot of `portal` on its pages."""
        arguments = ["--portal", portal] if portal else []
        return cls("standins.city_site", port or free_port(), arguments, log=log)

    @classmethod
    def jma(cls, log: Path | None = None, port: int | None = None) -> "StandinProcess":
        """The weather agency's feeds."""
        return cls("standins.jma", port or free_port(), [], log=log)

    def start(self) -> Self:
        """Start the process and wait until its health page answers."""
        out = self.log.open("ab") if self.log else None
        try:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdout=out or subprocess.DEVNULL,
                stderr=subprocess.STDOUT,
            )
        finally:
            if out:
                out.close()
        self._wait_until_healthy()
        return self

    def _wait_until_healthy(self, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise RuntimeError(f"stand-in ended at once: {self.command}\n{self._said()}")
            try:
                # The number tells ours from another that took the port first.
                if self.get("/__standin__/health")["pid"] == self.process.pid:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"stand-in does not answer: {self.command}\n{self._said()}")

    def _said(self) -> str:
        """The end of its log."""
        return self.log.read_text("utf-8")[-2000:] if self.log and self.log.exists() else ""

    def stop(self) -> int:
        """End the process by SIGTERM (by SIGKILL after 10 s) and give its exit status."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait(10)

    def get(self, path: str) -> Any:
        """Read JSON from the stand-in."""
        with _open(self.url + path, timeout=10) as answer:
            return json.loads(answer.read())

    def post(self, path: str, body: Any = None) -> Any:
        """Post JSON to the stand-in (its control pages) and read its answer."""
        data = json.dumps(body if body is not None else {}).encode()
        request = Request(self.url + path, data, {"Content-Type": "application/json"})
        with _open(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class MailCatcherProcess(StandinProcess):
    """A running mail catcher."""

    def __init__(self, state: Path, port: int, smtp_port: int) -> None:
        state.mkdir(parents=True, exist_ok=True)
        arguments = ["--smtp-port", str(smtp_port), "--state", str(state)]
        super().__init__("standins.mail_catcher", port, arguments, log=state / "log.txt")
        self.smtp_port = smtp_port
