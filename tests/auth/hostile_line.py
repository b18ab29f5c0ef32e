"""A token endpoint that lies: what a strict LINE never sends, over a real socket."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

Answer = Callable[[dict[str, str]], tuple[int, Any]]


class HostileLine:
    """Answers every token request with what `answer` makes of its form."""

    def __init__(self) -> None:
        self.answer: Answer = lambda form: (500, {})
        self.headers: dict[str, str] = {}
        self.keys: Any = None  # what /certs answers; None: it fails
        self.asked_for_keys = 0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hostile = self

        class Handler(BaseHTTPRequestHandler):
            """One request."""

            def do_GET(self) -> None:
                hostile.asked_for_keys += 1
                self.say(500 if hostile.keys is None else 200, hostile.keys)

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
                self.say(*hostile.answer(form))

            def say(self, status: int, body: Any) -> None:
                raw = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                for name, value in hostile.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: Any) -> None:
                """Silent."""

        return Handler


@contextmanager
def hostile_line() -> Iterator[HostileLine]:
    """A running one."""
    line = HostileLine()
    thread = threading.Thread(target=line.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        line.server.shutdown()
        line.server.server_close()
        thread.join()
