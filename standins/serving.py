"""Serves a stand-in on the loopback address until told to end, and names it in every answer."""

import ipaddress
import os
import signal
import threading
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, jsonify, request
from werkzeug.serving import WSGIRequestHandler, make_server

LOOPBACK = "127.0.0.1"


class QuietHandler(WSGIRequestHandler):
    """Speaks HTTP/1.1 and writes no access log, because queries carry sign-in codes."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        """Stay silent about requests that worked."""


def is_loopback_host(host: str) -> bool:
    """Whether a Host header names this machine only; others are refused (DNS rebinding)."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def standin_app(name: str, import_name: str) -> Flask:
    """Make an application that introduces itself, has a health page and answers loopback only."""
    app = Flask(import_name)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]

    @app.before_request
    def refuse_other_hosts() -> None:
        if not is_loopback_host(request.host):
            abort(421)

    @app.after_request
    def introduce(response: Response) -> Response:
        response.headers["Mado-Standin"] = name
        return response

    @app.get("/__standin__/health")
    def health() -> Response:
        return jsonify(status="ok", standin=name, pid=os.getpid())

    return app


def serve(app: Flask, port: int, on_stop: Sequence[Callable[[], None]] = ()) -> None:
    """Serve on 127.0.0.1 until SIGTERM or SIGINT, then run `on_stop` and return."""
    server = make_server(LOOPBACK, port, app, threaded=True, request_handler=QuietHandler)
    server.daemon_threads = True  # type: ignore[attr-defined]

    def end(_signal: int, _frame: object) -> None:
        # shutdown() waits for the serving loop, which this handler interrupts: use another thread.
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    print(f"{app.import_name}: http://localhost:{server.server_port}", flush=True)
    try:
        server.serve_forever(poll_interval=0.1)
    finally:
        # Not server_close(): it joins threads that may be held by a "hang" fault.
        server.socket.close()
        for stop in on_stop:
            stop()
