"""Jinja as lean as every page needs it: imports made once, unchanging parts rendered once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from flask import Flask, current_app, g
from flask_wtf.csrf import generate_csrf
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup

from portal.core.i18n import current_language
from portal.core.web.pieces import Piece, marks

MOST = 512  # parts a process keeps; more are rendered each time
_TOKEN = marks(("token",))["token"]


class LeanTemplate(Template):
    """A template whose macros are made once a process.

    Jinja compares all globals at every import (0.02 ms, a dozen imports a page), in case a
    template was got with globals of its own; ours never are.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


def install(app: Flask) -> None:
    """Make every template of the application a lean one that knows `kept`."""
    environment: Any = app.jinja_env
    environment.template_class = LeanTemplate
    environment.globals["kept"] = kept
    app.extensions["mado.kept_parts"] = {}


def kept(*about: Hashable, caller: Callable[[], str]) -> Markup:
    """`{% call kept("nav", …) %}`: what stands inside, rendered once a process and language.

    `about` is everything it depends on but the CSRF token, which each visitor gets anew.
    """
    parts: dict[Hashable, Piece] = current_app.extensions["mado.kept_parts"]
    key = (current_language(), *about)
    piece = parts.get(key)
    if piece is None:
        piece = _cut(str(caller()))
        if len(parts) < MOST:
            parts[key] = piece
    return piece.filled({"token": str(generate_csrf())} if piece.slots else {})


def _cut(html: str) -> Piece:
    """The piece of a rendered part; its token, if it has one, was asked for while it ran."""
    token = g.get("csrf_token")
    return Piece.cut(html.replace(token, _TOKEN) if token else html)
