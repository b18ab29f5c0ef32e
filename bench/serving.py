"""One worker of a production server over any WSGI application, and what its processes hold."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from bench.cpu import children_cpu, children_of
from launcher.children import PORTAL_THREADS
from launcher.places import ROOT

_open = build_opener(ProxyHandler({})).open


@dataclass(frozen=True)
class Served:
    """A running server."""

    port: int
    pid: int

    def cpu(self) -> float:
        """CPU seconds so far."""
        return children_cpu(self.pid)

    def memory(self) -> tuple[float, float]:
        """RSS and PSS of the one worker in MB (PSS: its share of what processes share)."""
        fields = {}
        worker = max(children_of(self.pid) or [self.pid], key=_rss)
        for line in Path(f"/proc/{worker}/smaps_rollup").read_text().splitlines()[1:]:
            name, _, rest = line.partition(":")
            fields[name] = int(rest.split()[0]) / 1024
        return fields["Rss"], fields["Pss"]


@contextmanager
def one_worker(
    python: Path,
    target: list[str],
    health: str,
    environment: Mapping[str, str],
    log: Path,
    port: int,
) -> Iterator[Served]:
    """Granian with one worker and as many threads as in production."""
    line = [str(python), "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    line += ["--port", str(port), "--workers", "1", "--blocking-threads", str(PORTAL_THREADS)]
    line += ["--no-ws", "--log-level", "warning", *target]
    with log.open("w") as words:
        process = subprocess.Popen(
            line, cwd=ROOT, env=os.environ | dict(environment), stdout=words, stderr=words
        )
        try:
            _wait(f"http://127.0.0.1:{port}{health}", process, log)
            yield Served(port, process.pid)
        finally:
            process.terminate()
            process.wait(15)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        try:
            with _open(url, timeout=1):
                return
        except OSError:
            if process.poll() is not None:
                raise RuntimeError(f"the server ended at once: {log.read_text()[-500:]}") from None
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


def _rss(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
