"""Serves the gallery and the layouts on a free local port, with the policy the product sends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

from portal.core.web.assets import SHEETS
from portal.design.pages import STYLES
from portal.design.states import forced
from tests.design.conftest import GALLERY, ROOT, context, environment, gallery_parts

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
STAFF = {
    "face": "staff",
    "signed_in": True,
    "name": "健康課 係長",
    "role": "承認",
    "unread_count": 0,
}
PROBLEM = {
    "title": "ページが見つかりません",
    "happened": "アドレスが変わったか、まちがっているようです。",
    "steps": ["前のページにもどる。", "「さがす」から見つける。"],
    "reference": "0192-abcd",
}


def page(query: dict[str, str]) -> str:
    """The page that `layout`, `lang`, `letters`, `look` and `template` ask for."""
    language, layout = query.get("lang", "ja"), query.get("layout", "resident")
    letters, look = int(query.get("letters", "100")), query.get("look", "auto")
    values: dict[str, Any] = {
        "layout": f"layout/{layout}.html",
        "letter_size": letters,
        "look": look,
        "parts": gallery_parts(language, letters, look),
        "states_url": "/states.css",
        "error": PROBLEM,
    }
    if layout == "staff":
        values["viewer"] = STAFF
    template = environment(language).get_template(query.get("template", GALLERY))
    return template.render(context(language, **values))


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # quiet
        pass

    def do_GET(self) -> None:
        url = urlparse(self.path)
        if url.path.startswith("/static/css/for/"):
            parts = SHEETS[Path(url.path).stem]
            joined = "\n".join((ROOT / "static" / "css" / one).read_text("utf-8") for one in parts)
            self._answer(joined.encode(), "text/css")
        elif url.path.startswith("/static/"):
            file = ROOT / url.path[1:]
            self._answer(file.read_bytes(), KINDS[file.suffix])
        elif url.path == "/states.css":
            sheets = [ROOT / "static" / "css" / f"{name}.css" for name in STYLES]
            self._answer(forced(sheets).encode(), "text/css")
        elif url.path == "/":
            query = {key: values[0] for key, values in parse_qs(url.query).items()}
            self._answer(page(query).encode(), "text/html; charset=utf-8")
        else:
            self.send_error(404)

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving() -> Iterator[str]:
    """The address of the gallery while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
