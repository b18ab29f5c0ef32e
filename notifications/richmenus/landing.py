"""Counts taps where they land: by a parameter of our own address, by /m/ for outside ones.

Counted is the version, the area and the day. Who tapped is not known, and not kept.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Flask, redirect, request
from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert
from werkzeug.wrappers import Response

from notifications.richmenus.areas import Area
from notifications.richmenus.destinations import PARAMETER, leads_outside
from notifications.richmenus.models import MenuTap, MenuVersion
from portal.core.clock import today
from portal.core.db import read
from portal.core.errors import NotFound
from portal.core.web.access import current_viewer, public

bp = Blueprint("menu_landing", __name__)
TOKEN = re.compile(r"([A-Za-z0-9_-]{8})\.([0-9]{1,2})")
ENTRY = "/line"  # LIFF's page on the way: the tap is counted where it arrives


def install(app: Flask) -> None:
    """After access is checked: who must sign in first comes back with the same address."""
    app.register_blueprint(bp)
    app.before_request(_arrived)


@bp.get(f"/{PARAMETER}/<token>")
@public("resident")
def outside(token: str) -> Response:
    """To the outside address of an area; it is the menu's own, so it leads nowhere else."""
    found = _found(token)
    target = leads_outside(found[1]) if found else None
    if found is None or target is None:
        raise NotFound()
    _count_once(found[0].id, found[2])
    return redirect(target, 303)


def switched(event: dict[str, Any]) -> None:
    """A tab was tapped: LINE says so by a postback with the token in its data."""
    said = event.get("postback") or {}
    if not is_switch(event) or said["params"].get("status") != "SUCCESS":
        return
    found = _found(str(said.get("data", "")).removeprefix(f"{PARAMETER}="))
    if found is not None:
        _count(found[0].id, found[2])


def is_switch(event: dict[str, Any]) -> bool:
    """Whether the event is only a tap on a tab, which nobody has to answer."""
    said = event.get("postback")
    params = said.get("params") if isinstance(said, dict) else None
    return isinstance(params, dict) and "newRichMenuAliasId" in params


def _arrived() -> Response | None:
    """Count, and go on to the same page by its plain address: reloads count nothing."""
    token = request.args.get(PARAMETER)
    if token is None or request.method != "GET" or current_viewer().face != "resident":
        return None
    if request.path == ENTRY or request.path.startswith(f"{ENTRY}/"):
        return None
    found = _found(token)
    if found is None:
        return None
    _count_once(found[0].id, found[2])
    kept = [(k, v) for k, v in request.args.items(multi=True) if k != PARAMETER]
    return redirect(request.path + (f"?{urlencode(kept)}" if kept else ""), 303)


def _found(token: str) -> tuple[Row[UUID, list[dict[str, Any]]], Area, int] | None:
    match = TOKEN.fullmatch(token)
    if match is None:
        return None
    row = read().execute(
        select(MenuVersion.id, MenuVersion.areas).where(MenuVersion.code == match[1])
    ).one_or_none()  # fmt: skip
    number = int(match[2])
    if row is None or number >= len(row.areas):
        return None
    return row, Area.read(row.areas[number]), number


def _count_once(version_id: UUID, area: int) -> None:
    """Programs that only look ahead do not count."""
    if request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        _count(version_id, area)


def _count(version_id: UUID, area: int) -> None:
    made = insert(MenuTap).values(version_id=version_id, area=area, day=today(), count=1)
    read().execute(
        made.on_conflict_do_update(
            index_elements=["version_id", "area", "day"], set_={"count": MenuTap.count + 1}
        )
    )
