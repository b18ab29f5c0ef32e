"""Independent implementations as processes of their own, spoken to over loopback."""

from __future__ import annotations

import json
import os
import select
import subprocess
import threading
import time
from typing import Any

import requests

from launcher import node

UP_WITHIN = 30  # seconds


class Peer:
    """A Node script that printed `{"url": …}`: `told` is that line, `url` where it listens."""

    def __init__(self, script: str, settings: dict[str, str]) -> None:
        self.script = script
        self._noise: list[str] = []
        self._process = subprocess.Popen(
            [str(node.program()), f"{script}.mjs"],
            cwd=node.PEERS,
            env=_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        try:
            self.told = self._first_line()
        except BaseException:
            self.stop()
            raise
        self.url = str(self.told["url"])
        self.http = requests.Session()
        self.http.trust_env = False

    def get(self, path: str, **query: Any) -> Any:
        """What the peer answers, as JSON; its own faults fail the test."""
        return self._answer(self.http.get(self.url + path, params=query, timeout=30))

    def post(self, path: str, **body: Any) -> Any:
        """Tell the peer to do something (JSON both ways)."""
        return self._answer(self.http.post(self.url + path, json=body, timeout=30))

    def stderr(self) -> str:
        """What it said."""
        return "".join(self._noise)

    def stop(self) -> None:
        """Ends it, whatever it does."""
        self._process.kill()
        self._process.wait(10)
        self._listener.join(10)
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        if hasattr(self, "http"):
            self.http.close()

    def _answer(self, response: requests.Response) -> Any:
        assert response.ok, f"{self.script}: {response.status_code} {response.text[:2000]}"
        return response.json()

    def _first_line(self) -> dict[str, Any]:
        out = self._process.stdout
        assert out is not None
        deadline = time.monotonic() + UP_WITHIN
        while time.monotonic() < deadline:
            if select.select([out], [], [], 0.2)[0]:
                line = out.readline()
                assert line, f"{self.script} ended: {self._ended()}"
                if line.startswith("{"):
                    return dict(json.loads(line))
        raise AssertionError(f"{self.script} did not start: {self.stderr()}")

    def _ended(self) -> str:
        self._process.wait(10)
        self._listener.join(10)
        return self.stderr()

    def _listen(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._noise.append(line)


def _environment(settings: dict[str, str]) -> dict[str, str]:
    """Nothing of the machine's own, no proxies."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"NODE_ENV": "test", "NODE_NO_WARNINGS": "1"} | settings
