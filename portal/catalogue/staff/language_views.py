"""Staff pages: an entry's texts in one further language, beside the Japanese and the English."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.catalogue import editing
from portal.catalogue.staff import entries
from portal.catalogue.staff.diffs import label_at
from portal.catalogue.staff.list_views import EDIT, bp, shared, spoken
from portal.catalogue.wordings import Body, texts_of, with_language
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.languages import LANGUAGES, TRANSLATED
from portal.core.web.access import current_viewer, staff
from portal.core.web.forms import trimmed

LONGEST = 1000


@bp.route("/<word>/<key>/languages/<language>", methods=["GET", "POST"])
@staff(EDIT)
def language(word: str, key: str, language: str) -> ResponseReturnValue:
    """The form; a draft is made of it as of any other change."""
    thing = entries.thing_of(word)
    if language not in TRANSLATED:
        raise NotFound()
    start, newest = entries.opened(thing, key)
    if request.method == "GET":
        return _page(word, key, language, start, newest)
    typed = {place: _typed(place) for place, _ in texts_of(start)}
    body = with_language(start, language, typed)
    try:
        with transaction() as db:
            seen = request.form.get("seen", 0, int)
            editing.draft(
                db, thing, key, body, by=current_viewer().id, note=LANGUAGES[language], seen=seen
            )
    except editing.EditedMeanwhile as error:
        return _page(word, key, language, body, newest, wrong=gettext(error.message))
    flash(gettext("The draft is kept. Look at it, then propose it."), "success")
    return redirect(url_for("catalogue_staff.entry", word=word, key=key), 303)


def _typed(place: str) -> str:
    return str(trimmed(request.form.get(f"text.{place}", "")))[:LONGEST]


def _page(
    word: str, key: str, language: str, body: Body, newest: int, wrong: str = ""
) -> ResponseReturnValue:
    lines = [
        {
            "place": place,
            "label": label_at(place),
            "ja": words["ja"],
            "en": words.get("en", ""),
            "text": words.get(language, ""),
        }
        for place, words in texts_of(body)
    ]
    return render_template(
        "portal/catalogue/language.html",
        word=word,
        key=key,
        body=body,
        language=language,
        language_name=LANGUAGES[language],
        lines=lines,
        seen=newest,
        wrong=wrong,
        spoken=spoken(body),
        **shared(),
    )
