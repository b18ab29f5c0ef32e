"""Languages: English message keys, Japanese first; the resident's choice decides."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from flask import Flask, Response, current_app, g, has_request_context, request
from flask_babel import Babel, force_locale, get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

DEFAULT = "ja"
LANGUAGES = {"ja": "日本語", "en": "English"}
COOKIE = "mado_lang"
PACKAGES = ("portal", "auth", "notifications", "chatbot")

__all__ = ["DEFAULT", "LANGUAGES", "current_language", "force_locale", "gettext", "install"]


def install(app: Flask, root: Path) -> None:
    """Each package carries its own catalogue; all are merged."""
    folders = ";".join(str(root / package / "translations") for package in PACKAGES)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = folders
    Babel(
        app,
        default_locale=DEFAULT,
        default_timezone="Asia/Tokyo",
        locale_selector=lambda: _locale(select_language()),
    )
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, _translate_many, newstyle=True
    )
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"] = _template_words
    app.after_request(_remember)


@lru_cache
def _locale(language: str) -> Locale:
    """Parsed once a process: Babel asks the disk each time, on every page."""
    return Locale.parse(language)


# Flask-Babel looks its catalogue up by the locale's text at every word (0.02 ms each, some
# twenty words a page); templates look it up by the language code, once a process.
_catalogues: dict[str, Any] = {}


def _catalogue() -> Any:
    return _catalogue_of(current_language())


def _catalogue_of(language: str) -> Any:
    """The catalogue of the language of this page, which is the only one asked for."""
    if language not in _catalogues:
        _catalogues[language] = get_translations()
    return _catalogues[language]


def gettext(message: str) -> str:
    """A message without parameters in the page's language; for what stands on every page."""
    return str(_catalogue().ugettext(message))


# Jinja's own gettext takes two calls by way of the page's context and makes a Markup each time:
# some 0.005 ms a word, forty words a page.
@pass_eval_context
def _template_words(context: EvalContext, message: str, /, **variables: Any) -> str:
    language = current_language()
    found = _words(language, message) if variables else _plain_words(language, message)
    words = found if context.autoescape else str(found)  # mails are plain text
    return words % variables if variables else words


@lru_cache(maxsize=8192)
def _words(language: str, message: str) -> Markup:
    return Markup(_catalogue_of(language).ugettext(message))  # noqa: S704  (our own catalogue)


@lru_cache(maxsize=8192)
def _plain_words(language: str, message: str) -> Markup:
    """Words without parameters; a "%%" of theirs is a "%" all the same, as Jinja has it."""
    return Markup(_words(language, message) % {})  # noqa: S704  (our own catalogue)


def _translate_many(singular: str, plural: str, number: int) -> str:
    return str(_catalogue().ungettext(singular, plural, number))


def select_language() -> str:
    """`?lang=`, then the cookie, then Japanese. Not Accept-Language: city phones are often reset
    to English by visitors' SIM shops, and the switch is on every page."""
    if not has_request_context():
        return DEFAULT
    for wanted in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wanted in LANGUAGES:
            return str(wanted)
    return DEFAULT


def current_language() -> str:
    """Language code of this page or, outside a request, of `force_locale`."""
    try:  # asked some fifty times a page
        return str(g._flask_babel.babel_locale.language)
    except (AttributeError, RuntimeError):  # the first time here, or no application at all
        locale = get_locale()
        return str(locale.language) if locale else DEFAULT


def remember_language(language: str) -> None:
    """Set the language cookie with this response (after sign-in or a profile change)."""
    g.language_to_remember = language


def _remember(response: Response) -> Response:
    wanted = g.get("language_to_remember") or request.args.get("lang")
    if wanted in LANGUAGES and request.cookies.get(COOKIE) != wanted:
        secure = current_app.extensions["mado.settings"].secure
        response.set_cookie(
            COOKIE, wanted, max_age=31_536_000, samesite="Lax", path="/", secure=secure
        )
    return response
