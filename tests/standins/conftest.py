"""Stand-ins as real processes, a listener for webhooks, and the official files where present."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from standins.processes import StandinProcess, free_port

ROOT = Path(__file__).resolve().parents[2]
OPENAPI = ROOT.parent / "shared" / "line-openapi"
CALLBACK = "http://localhost:8000/auth/line/callback"
SAKURA, KEYAKI, SUMIRE = (f"U{number:032x}" for number in (1, 2, 3))
STRANGER = f"U{99:032x}"
LOGIN_ID, LOGIN_SECRET = "2000000001", "login-secret-of-32-characters-ab"
BOT_ID, BOT_SECRET = "2000000002", "bot-secret-of-32-characters-abcd"
BOT_USER = f"U{0xB0:032x}"


def configuration(webhook_url: str = "") -> dict[str, Any]:
    """A platform with two friends and one who is not."""
    return {
        "portal_url": "http://localhost:8000",
        "login_channel": {"id": LOGIN_ID, "secret": LOGIN_SECRET, "redirect_uris": [CALLBACK]},
        "messaging_channel": {
            "id": BOT_ID,
            "secret": BOT_SECRET,
            "webhook_url": webhook_url,
            "bot_user_id": BOT_USER,
            "basic_id": "@mado",
            "display_name": "まど市",
        },
        "quota": {"type": "limited", "value": 50},
        "residents": [
            {"user_id": SAKURA, "display_name": "さくら", "email": "sakura@resident.example"},
            {"user_id": KEYAKI, "display_name": "けやき"},
            {"user_id": SUMIRE, "display_name": "すみれ", "friend": False},
        ],
    }


@dataclass
class Line:
    """A running LINE platform and a browser-like session for it."""

    process: StandinProcess
    http: requests.Session
    token: str = ""
    answers: list[requests.Response] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.process.url

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.http.get(self.url + path, timeout=10, allow_redirects=False, **more)

    def form(self, path: str, data: dict[str, Any], **more: Any) -> requests.Response:
        return self.http.post(self.url + path, data=data, timeout=10, allow_redirects=False, **more)

    def api(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """Call the Messaging API with a fresh token."""
        if not self.token:
            self.token = self.channel_token(BOT_ID, BOT_SECRET)
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.http.request(
            method,
            self.url + path,
            json=body,
            headers={"Authorization": f"Bearer {self.token}", **more},
            timeout=10,
        )
        self.answers.append(answer)
        return answer

    def channel_token(self, channel: str, secret: str) -> str:
        form = {
            "grant_type": "client_credentials",
            "client_id": channel,
            "client_secret": secret,
        }
        return str(self.form("/oauth2/v3/token", form).json()["access_token"])

    def control(self, path: str, body: Any = None) -> Any:
        return self.process.post(f"/__standin__/{path}", body)

    def talk(self, user: str) -> list[dict[str, Any]]:
        found = self.process.get(f"/__standin__/talk?user={user}")["messages"]
        return [one["message"] for one in found]

    def counts(self) -> dict[str, int]:
        return dict(self.process.get("/__standin__/state")["counts"])


@pytest.fixture(scope="session")
def line_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandinProcess]:
    environment = {"LINE_OPENAPI_DIR": str(OPENAPI)}
    folder = tmp_path_factory.mktemp("line")
    with StandinProcess.line_platform(folder, configuration(), environment=environment) as process:
        yield process


@pytest.fixture
def line(line_process: StandinProcess) -> Iterator[Line]:
    """The platform as at its first start."""
    line_process.post("/__standin__/reset")
    with requests.Session() as http:
        http.trust_env = False
        yield Line(line_process, http)
    line_process.post("/__standin__/config", configuration())


@dataclass
class Webhooks:
    """A city's webhook address: notes what comes, answers what it is told to."""

    url: str
    came: list[tuple[dict[str, str], bytes]]
    statuses: list[int]
    bell: threading.Condition

    def wait(self, number: int, seconds: float = 10) -> list[dict[str, Any]]:
        """The bodies, once so many have come."""
        with self.bell:
            assert self.bell.wait_for(lambda: len(self.came) >= number, seconds), self.came
            return [json.loads(body) for _, body in self.came]


@pytest.fixture
def webhooks(line: Line) -> Iterator[Webhooks]:
    bell = threading.Condition()
    port = free_port()
    found = Webhooks(f"http://localhost:{port}/webhook", [], [], bell)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with bell:
                found.came.append(({k.lower(): v for k, v in self.headers.items()}, body))
                status = found.statuses.pop(0) if found.statuses else 200
                bell.notify_all()
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Stay silent."""

    server = HTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    line.control("config", {"messaging_channel": {"webhook_url": found.url}})
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def text(words: str = "こんにちは") -> list[dict[str, Any]]:
    """One text message."""
    return [{"type": "text", "text": words}]
