"""LINE's API and content hosts for one conversation: over a real socket, with what LINE checks."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from flask import Flask

from standins.line_platform.messaging.message_rules import check_messages


class LineServer:
    """Issues tokens, takes replies (refusing what LINE would refuse), serves sent pictures."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.pictures: dict[str, bytes] = {}
        self.replies: list[dict[str, Any]] = []
        self.last_id = ""
        self._count = 1000

    def next_id(self) -> str:
        self._count += 1
        self.last_id = str(self._count)
        return self.last_id

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        url = f"http://127.0.0.1:{self._server.server_port}"
        settings = self.app.extensions["mado.settings"]
        changed = settings.model_copy(update={"LINE_API_URL": url, "LINE_DATA_URL": url})
        self.app.extensions["mado.settings"] = changed
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        line = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if "token" in self.path:
                    told = {"access_token": "t", "token_type": "Bearer", "expires_in": 900}
                    return self._say(200, json.dumps(told).encode(), "application/json")
                messages = json.loads(body)["messages"]
                assert not check_messages(messages), check_messages(messages)
                line.replies.extend(messages)
                return self._say(200, b'{"sentMessages":[]}', "application/json")

            def do_GET(self) -> None:
                found = line.pictures.get(self.path.split("/")[-2])
                self._say(200 if found else 404, found or b"{}", "image/jpeg")

            def _say(self, status: int, body: bytes, kind: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Handler
