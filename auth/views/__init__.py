"""Pages where residents prove who they are."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("auth", __name__)
