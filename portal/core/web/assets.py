"""Static files: addresses that change with their content, and one style sheet a face.

The style sheets are written one concept a file; a page asks for one, since each further file of a
first visit costs a phone a connection (150 ms on slow mobile networks).
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app

from portal.core.errors import NotFound
from portal.core.web.access import public

EVERYWHERE = ("tokens.css", "base.css", "components.css")
SHEETS = {"residents": (*EVERYWHERE, "mypage.css"), "clerks": (*EVERYWHERE, "staff.css")}
YEAR = 31_536_000  # seconds
COMMENT = re.compile(r"[ \t]*/\*.*?\*/", re.S)  # a seventh of what travels

bp = Blueprint("assets", __name__)


def install(app: Flask) -> None:
    """Read every file once and tell the process their versions."""
    static = Path(app.static_folder or "")
    app.extensions["mado.sheets"] = {
        name: COMMENT.sub("", "\n".join((static / "css" / p).read_text("utf-8") for p in parts))
        for name, parts in SHEETS.items()
    }
    files = {
        str(path.relative_to(static)): _version(path.read_bytes())
        for path in static.rglob("*")
        if path.is_file()
    }
    sheets = app.extensions["mado.sheets"].items()
    app.extensions["mado.assets"] = files | {
        f"css/for/{name}.css": _version(text.encode()) for name, text in sheets
    }
    app.register_blueprint(bp)


@bp.get("/static/css/for/<name>.css")
@public("resident", "staff", "unknown")  # as any static file
def sheet(name: str) -> Response:
    """All styles of one face's pages, kept by browsers for a year as any static file."""
    sheets: dict[str, str] = current_app.extensions["mado.sheets"]
    if name not in sheets:
        raise NotFound()
    answer = Response(sheets[name], mimetype="text/css")
    answer.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return answer


def asset_url(path: str) -> str:
    """Address of a static file that changes when the file does (cached for a year)."""
    versions: dict[str, str] = current_app.extensions["mado.assets"]
    return f"/static/{path}?v={versions.get(path, '0')}"


def _version(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:8]
