"""The processes of one city, in the order they start."""

import shutil
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from launcher.addresses import Addresses
from launcher.commands import existing
from launcher.places import ROOT, Places
from launcher.supervisor import Child

PORTAL_THREADS = 4
PORTAL_WORKERS = 2
# Straight to this machine: a proxy of the environment is for the world outside.
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


def answers_http(url: str) -> Callable[[], bool]:
    """A check that is true once `url` answers 200."""

    def ask() -> bool:
        try:
            with _open(url, timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    return ask


def answers_on(path: Path) -> Callable[[], bool]:
    """A check that is true once somebody listens on a Unix socket."""

    def ask() -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(2)
                line.connect(str(path))
                return True
        except OSError:
            return False

    return ask


def python(module: str, *arguments: str) -> list[str]:
    """A module run by the project's own Python."""
    return [sys.executable, "-P", "-m", module, *arguments]


def mado(*arguments: str) -> list[str]:
    """One of our own commands."""
    return python("launcher", *arguments)


def stand_ins(places: Places, addresses: Addresses) -> list[Child]:
    """The outside world on this machine; those that are written."""
    state, configs = places.standins, places.standins
    asked = {
        "line_platform": [
            *("--port", str(addresses.line), "--state", str(state / "line_platform")),
            *("--config", str(configs / "line_platform.json")),
        ],
        "mail_catcher": [
            *("--port", str(addresses.mail_web), "--smtp-port", str(addresses.mail_smtp)),
            *("--state", str(state / "mail_catcher")),
        ],
        "city_tool": [
            *("--port", str(addresses.city_tool), "--config", str(configs / "city_tool.json")),
        ],
    }
    asked["card_service"] = [
        *("--port", str(addresses.card), "--config", str(configs / "card_service.json")),
    ]
    asked["city_site"] = ["--port", str(addresses.city_site), "--portal", addresses.public_url]
    asked["jma"] = ["--port", str(addresses.jma)]
    urls = {
        "line_platform": addresses.line_url,
        "mail_catcher": addresses.mail_web_url,
        "city_tool": addresses.city_tool_url,
        "card_service": addresses.card_url,
        "city_site": addresses.city_site_url,
        "jma": addresses.jma_url,
    }
    return [
        Child(name, python(f"standins.{name}", *line), standin_health(urls[name]))
        for name, line in asked.items()
        if (ROOT / "standins" / name / "__main__.py").exists()
    ]


def standin_health(url: str) -> Callable[[], bool]:
    """Every stand-in has the same health page."""
    return answers_http(url.replace("localhost", "127.0.0.1") + "/__standin__/health")


def server(port: int) -> list[str]:
    """The production server. A worker runs few threads: Python gains nothing from more, and
    each may hold a database connection, of which a worker keeps ten at most."""
    line = python("granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port))
    line += ["--workers", str(PORTAL_WORKERS), "--blocking-threads", str(PORTAL_THREADS)]
    line += ["--backlog", "8192", "--working-dir", str(ROOT), "--no-ws"]
    return [*line, "--respawn-failed-workers", "--workers-kill-timeout", "10s", "wsgi:app"]


def portal(addresses: Addresses, metrics: Path) -> Child:
    """Both faces, on the production server; its processes add their figures up in `metrics`."""
    ready = answers_http(f"http://127.0.0.1:{addresses.portal}/health/ready")
    shutil.rmtree(metrics, ignore_errors=True)  # figures of processes that are no more
    metrics.mkdir(parents=True)
    together = {"PROMETHEUS_MULTIPROC_DIR": str(metrics)}
    return Child("portal", server(addresses.portal), ready, environment=together)


def own_processes(addresses: Addresses, answers_socket: Path, metrics: Path) -> list[Child]:
    """Answers before the portal that asks them; then those who work behind it."""
    written = existing()
    answers = [Child("answers", mado("answers", "serve"), answers_on(answers_socket))]
    behind = [Child(name, mado(name)) for name in ("worker", "scheduler") if name in written]
    # Codes and bot answers never wait behind a slow mail server or a long fan-out.
    quick = [Child("worker_now", mado("worker", "--queues", "now"))] if "worker" in written else []
    return [*(answers if "answers" in written else []), portal(addresses, metrics), *quick, *behind]
