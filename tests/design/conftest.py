"""Renders the layouts and components as the application would, with plain Jinja and its words."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader

from portal.design.samples import sample_form
from portal.design.specimens import Part, parts

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "portal" / "translations" / "ja" / "LC_MESSAGES" / "messages.po"
LANGUAGES = {"ja": "日本語", "en": "English"}
CITY = {"name": "まど市", "name_en": "Mado City", "phone": "0000-00-1234"}
Render = Callable[..., str]


def translations(language: str) -> gettext.NullTranslations:
    """Our own catalogue, compiled in memory; English is the message itself."""
    if language != "ja":
        return gettext.NullTranslations()
    compiled = BytesIO()
    with CATALOGUE.open("rb") as source:
        write_mo(compiled, read_po(source, locale="ja"))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def environment(language: str = "ja") -> Environment:
    """Jinja as Flask sets it up: escaping, gettext, and the functions every page may call."""
    env = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    cast(Any, env).install_gettext_translations(translations(language), newstyle=True)
    env.globals.update(
        asset=lambda path: f"/static/{path}?v=1",
        csrf_token=lambda: "token",
        kept=lambda *about, caller: caller(),
        get_flashed_messages=lambda with_categories=False: [("success", "保存しました。")],
    )
    return env


def context(language: str = "ja", **more: Any) -> dict[str, Any]:
    """What the application gives to every page."""
    labels = ["マイページ", "通知", "質問", "さがす", "メニュー"]
    icons = ["window", "bell", "ask", "search", "menu"]
    nav = [
        {"label": label, "url": f"/{name}", "icon": name, "current": name == "window"}
        for label, name in zip(labels, icons, strict=True)
    ]
    base = {
        "city": CITY,
        "current_language": language,
        "languages": LANGUAGES,
        "viewer": {"signed_in": True, "name": "さくら", "unread_count": 3, "face": "resident"},
        "nav_items": nav,
        "footer_items": [{"label": "このサイトについて", "url": "/about"}],
        "home_url": "/",
        "sign_in_url": "/sign-in",
        "sign_out_url": "/sign-out",
        "form": sample_form(),
        "letter_size": 100,
        "look": "auto",
        "ruby": None,  # furigana, where a language has them
    }
    return base | more


GALLERY = "portal/design/page.html"


@cache
def gallery_parts(language: str = "ja", letters: int = 100, look: str = "auto") -> list[Part]:
    """Every component in every state, rendered once for all tests of a look."""
    values = context(language, letter_size=letters, look=look)
    return list(parts(environment(language), values))


@pytest.fixture(scope="session")
def render() -> Render:
    """Renders a template by name with the usual context, changed by keywords."""
    environments = {code: environment(code) for code in ("ja", "en")}

    def _render(name: str, language: str = "ja", **more: Any) -> str:
        if name == GALLERY:
            more = {"parts": gallery_parts(language), "states_url": "/states.css"} | more
        return environments[language].get_template(name).render(context(language, **more))

    return _render
