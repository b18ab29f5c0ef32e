"""Health for balancers and the supervisor: alive, and ready to serve."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal.core.db import read
from portal.core.web.access import machine

bp = Blueprint("health", __name__, url_prefix="/health")


@bp.get("/live")
@machine
def live() -> dict[str, Any]:
    """The process answers."""
    return {"status": "ok"}


@bp.get("/ready")
@machine
def ready() -> tuple[dict[str, Any], int]:
    """The database answers too, be it a standby. Without the queue the portal serves as well."""
    try:
        read().execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        return {"status": "database away", "error": type(error).__name__}, 503
    return {"status": "read only" if g.get("read_only") else "ok"}, 200
