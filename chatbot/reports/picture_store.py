"""Cleaned pictures on disk: random names in the media folder, in reach of no address by itself."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from flask import current_app

from chatbot.reports.pictures import CleanPicture
from portal.core.errors import NotFound

NAME = re.compile(r"[0-9a-f]{32}")
LARGE, SMALL = "jpg", "small.jpg"


def folder() -> Path:
    """Where pictures lie; made on first use, for this program's user alone."""
    path = Path(current_app.extensions["mado.settings"].MEDIA_DIR).resolve() / "reports"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def put(picture: CleanPicture) -> str:
    """Write both sizes; gives the name."""
    name = secrets.token_hex(16)
    for ending, body in ((LARGE, picture.large), (SMALL, picture.small)):
        file = _path(name, ending)
        file.parent.mkdir(exist_ok=True, mode=0o700)
        file.write_bytes(body)
        file.chmod(0o600)
    return name


def get(name: str, *, small: bool = False) -> bytes:
    """The JPEG; raises NotFound when it is gone."""
    try:
        return _path(name, SMALL if small else LARGE).read_bytes()
    except FileNotFoundError:
        raise NotFound() from None


def drop(name: str) -> None:
    """Both sizes go; harmless twice."""
    for ending in (LARGE, SMALL):
        _path(name, ending).unlink(missing_ok=True)


def names_older_than(moment: float) -> list[str]:
    """Names of files last written before a moment (seconds): those without a row are left over."""
    files = folder().glob(f"*/*.{SMALL}")
    return [file.name.partition(".")[0] for file in files if file.stat().st_mtime < moment]


def _path(name: str, ending: str) -> Path:
    if not NAME.fullmatch(name):
        raise NotFound()
    return folder() / name[:2] / f"{name}.{ending}"
