"""Words of mails and LINE texts: templates/mail and templates/line in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app

from portal.core.i18n import force_locale
from portal.core.text_marks import plain

LONGEST_BUBBLE = 4000  # UTF-16 units of title and body: a bubble's JSON may have 30 KB


@dataclass(frozen=True, slots=True)
class Written:
    """A mail's words; the first line of the text template is the subject."""

    subject: str
    text: str
    html: str


def mail(message: str, params: dict[str, Any], language: str) -> Written:
    """Render templates/mail/{message}.txt and .html."""
    whole = _rendered(f"mail/{message}.txt", params, language)
    html = _rendered(f"mail/{message}.html", params, language)
    subject, _, text = whole.partition("\n")
    return Written(subject.strip(), text.strip() + "\n", html)


def line(message: str, params: dict[str, Any], language: str) -> str:
    """Render templates/line/{message}.txt."""
    return _rendered(f"line/{message}.txt", params, language)


def _rendered(name: str, params: dict[str, Any], language: str) -> str:
    """Without a page's context (menus, viewer): the worker has no request to take it from."""
    settings = current_app.extensions["mado.settings"]
    city = {
        "name": settings.CITY_NAME,
        "name_en": settings.CITY_NAME_EN,
        "phone": settings.CITY_PHONE,
    }
    context = {"city": city, "current_language": language, "public_url": settings.PUBLIC_URL}
    with force_locale(language):
        return plain(current_app.jinja_env.get_template(name).render(context | params).strip())


def line_length(text: str) -> int:
    """Length as LINE counts it: UTF-16 units, so most emoji count two."""
    return len(text.encode("utf-16-le")) // 2
