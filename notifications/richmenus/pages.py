"""Registers menus: staff pages, landing addresses, the tick, and what changes whose menu."""

from __future__ import annotations

from flask import Flask

from notifications.richmenus.models import RECORDS

__all__ = ["RECORDS", "register"]


def register(app: Flask) -> None:
    """Everything of menus that the application knows."""
