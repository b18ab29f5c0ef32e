"""Words of pages: English message keys, Japanese first; the resident's choice decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import flask_babel
from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, Response, current_app, g, has_app_context, has_request_context, request
from flask_babel import Babel, Domain, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from portal.core import text_marks
from portal.core.about_languages import PARTLY, RUBY_OFF, RUBY_ON
from portal.core.i18n_catalogues import read_words, with_gaps_filled
from portal.core.languages import (
    EASY,
    JAPANESE,
    LANGUAGES,
    LOCALES,
    SOURCES,
    STAFF,
    base_of,
    in_japanese,
    tag,
)
from portal.core.web.sessions import face_of

DEFAULT = JAPANESE
COOKIE = "mado_lang"
RUBY_COOKIE = "mado_ruby"  # "off": a reader of easy Japanese who does without furigana
A_YEAR = 31_536_000
PACKAGES = ("portal", "auth", "notifications", "chatbot")
JSON = ("application/json", "application/ld+json", "application/manifest+json")

__all__ = ["DEFAULT", "LANGUAGES", "current_language", "force_locale", "gettext", "install"]


class Spoken(Locale):
    """Babel's locale of one of our languages, knowing our own code of it."""

    def __init__(self, code: str) -> None:
        known = Locale.parse(LOCALES.get(code, code))
        super().__init__(known.language, known.territory, known.script, known.variant)
        self.code = code


class _OurWords(Domain):  # type: ignore[misc]  # Flask-Babel ships no types
    """Flask-Babel's gettext, out of the catalogues that templates use too."""

    def get_translations(self) -> Any:
        return _catalogue_of(current_language())


def install(app: Flask, root: Path) -> None:
    """Each package carries its own catalogue; all are merged."""
    folders = ";".join(str(root / package / "translations") for package in PACKAGES)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = folders
    babel = Babel(
        app,
        default_locale=DEFAULT,
        default_timezone="Asia/Tokyo",
        locale_selector=lambda: _locale(select_language()),
    )
    babel.domain_instance = _OurWords()
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, _translate_many, newstyle=True
    )
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"] = _template_words
    app.after_request(_remember)
    app.after_request(_finish)


@lru_cache
def _locale(language: str) -> Spoken:
    """Parsed once a process: Babel asks the disk each time, on every page."""
    return Spoken(language if language in LANGUAGES else DEFAULT)


@contextmanager
def force_locale(language: str) -> Iterator[None]:
    """Speak `language` for a while: a mail or a LINE text in its reader's words."""
    _listen(language)
    with flask_babel.force_locale(_locale(language)):
        yield


# Flask-Babel looks its catalogue up by the locale's text at every word (0.02 ms each, some
# twenty words a page); here it is looked up by the language code, once a process.
_catalogues: dict[str, Any] = {}
_corrections: dict[str, Mapping[str, str]] = {}


def _catalogue() -> Any:
    return _catalogue_of(current_language())


def _catalogue_of(language: str) -> Any:
    found = _catalogues.get(language)
    if found is None and not has_app_context():
        return NullTranslations()
    if found is None:
        found = _catalogues[language] = _made(language)
    return found


def _made(language: str) -> Translations:
    """Shipped words under the city's corrections; what is missing comes from the base, marked."""
    folders = [Path(each) for each in flask_babel.get_babel().translation_directories]
    words = read_words(folders, language, _corrections.get(language, {}))
    if language in SOURCES:
        return words
    return with_gaps_filled(words, _catalogue_of(base_of(language)), base_of(language))


def correct(language: str, corrections: Mapping[str, str]) -> None:
    """From now on say these words in a language; all others as they are shipped."""
    if _corrections.get(language, {}) != corrections:
        _corrections[language] = corrections
        forget_words()


def forget_words() -> None:
    """Read every catalogue anew, and drop what was made of its words in this process."""
    _catalogues.clear()
    for cached in _made_of_words:
        cached.cache_clear()
    if has_app_context():
        current_app.extensions.get("mado.kept_parts", {}).clear()
        current_app.extensions.get("mado.menus", {}).clear()


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


@lru_cache(maxsize=16384)
def _words(language: str, message: str) -> Markup:
    return Markup(_catalogue_of(language).ugettext(message))  # noqa: S704  (our own catalogue)


@lru_cache(maxsize=16384)
def _plain_words(language: str, message: str) -> Markup:
    """Words without parameters; a "%%" of theirs is a "%" all the same, as Jinja has it."""
    return Markup(_words(language, message) % {})  # noqa: S704  (our own catalogue)


_made_of_words: list[Any] = [_words, _plain_words]


def made_of_words(cached: Any) -> Any:
    """Decorator over `lru_cache`: its values hold words, so it is emptied when words change."""
    _made_of_words.append(cached)
    return cached


def _translate_many(singular: str, plural: str, number: int) -> str:
    return str(_catalogue().ungettext(singular, plural, number))


def before_speaking(app: Flask, call: Callable[[str], None]) -> None:
    """`call(language)` before a page or a message is written: to learn of corrected words."""
    app.extensions.setdefault("mado.before_speaking", []).append(call)


def _listen(language: str) -> None:
    if language not in SOURCES and has_app_context():
        for call in current_app.extensions.get("mado.before_speaking", ()):
            call(language)


def on_pages() -> dict[str, Any]:
    """What layouts ask about the page's language."""
    language = current_language()
    _listen(language)
    known = {
        "current_language": language,
        "language_tag": tag(language),
        "in_japanese": in_japanese(language),
        "languages": spoken_here(),
    }
    if language in SOURCES:
        return known
    if language == EASY and has_request_context():
        known["ruby"] = RUBY_OFF if shows_ruby() else RUBY_ON
    return known | {"partly": PARTLY[language]}


def select_language() -> str:
    """`?lang=`, then the cookie, then Japanese. Not Accept-Language: city phones are often reset
    to English by visitors' SIM shops, and the switch is on every page."""
    if not has_request_context():
        return DEFAULT
    offered = spoken_here()
    for wanted in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wanted in offered:
            return str(wanted)
    return DEFAULT


def spoken_here() -> Mapping[str, str]:
    """The languages of this face of the portal: clerks' pages are in Japanese and English."""
    if has_request_context() and face_of(request) == "staff":
        return STAFF
    return LANGUAGES


def current_language() -> str:
    """Language code of this page or, outside a request, of `force_locale`."""
    try:  # asked some fifty times a page
        return str(g._flask_babel.babel_locale.code)
    except (AttributeError, RuntimeError):  # the first time here, or no application at all
        locale = get_locale()
        return str(locale.code) if isinstance(locale, Spoken) else DEFAULT


def speaks_japanese() -> bool:
    """Whether this page is in Japanese, in easy words or others."""
    return in_japanese(current_language())


def shows_ruby() -> bool:
    """Whether this reader of easy Japanese wants furigana."""
    return request.args.get("ruby", request.cookies.get(RUBY_COOKIE)) != "off"


def remember_language(language: str) -> None:
    """Set the language cookie with this response (after sign-in or a profile change)."""
    g.language_to_remember = language


def _remember(response: Response) -> Response:
    wanted = g.get("language_to_remember") or request.args.get("lang")
    if wanted in LANGUAGES and request.cookies.get(COOKIE) != wanted:
        _set(response, COOKIE, str(wanted))
    if request.args.get("ruby") in ("on", "off"):
        _set(response, RUBY_COOKIE, request.args["ruby"])
    return response


def _set(response: Response, name: str, value: str) -> None:
    secure = current_app.extensions["mado.settings"].secure
    response.set_cookie(name, value, max_age=A_YEAR, samesite="Lax", path="/", secure=secure)


def _finish(response: Response) -> Response:
    """Turn marks into elements, or take them out; Japanese and English pages rarely have any."""
    kind = response.mimetype or ""
    if kind != "text/html" and not kind.startswith("text/") and kind not in JSON:
        return response
    if response.direct_passthrough or response.is_streamed:
        return response
    # Looking in letters costs 0.001 ms; in bytes, of which Japanese has many alike, 0.05 ms.
    text = response.get_data().decode("utf-8", "surrogateescape")
    if any(mark in text for mark in text_marks.SIGNS):
        response.set_data(_finished(text, kind).encode("utf-8", "surrogateescape"))
    return response


def _finished(text: str, kind: str) -> str:
    if kind == "text/html":
        return text_marks.page(text, ruby=shows_ruby(), language=current_language())
    return text_marks.json(text) if kind in JSON else text_marks.base(text)
