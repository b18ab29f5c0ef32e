"""Staff pages: groups of words that mean the same, and words that say nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from chatbot.knowledge import editing, store, words
from chatbot.knowledge.models import AnswerRevision, Thing
from chatbot.knowledge.staff import entries
from chatbot.knowledge.staff.list_views import bp
from chatbot.knowledge.staff.words import EDIT, SEE, shared
from portal.core.db import transaction
from portal.core.web.access import current_viewer, staff
from portal.search.folding import folded

APART = re.compile(r"[,、,\n]")


@bp.get("/words")
@staff(SEE)
def synonyms() -> ResponseReturnValue:
    """Every group, the lists of words that say nothing, and what a group would find."""
    return words_page()


@bp.post("/words/groups")
@staff(EDIT)
def keep_group() -> ResponseReturnValue:
    """A group anew or as it shall be now; "show" only tells what it would find."""
    key, typed = request.form.get("key", ""), request.form.get("words", "")
    wanted = _split(typed)
    if request.form.get("do") == "show":
        return words_page(key=key, typed=typed, effect=effect_of(wanted))
    try:
        with transaction() as db:
            _insist_seen(db, Thing.SYNONYM, key)
            if len(words.checked_words(wanted)) < 2:
                raise words.UnfitWords(gettext("A group has two words or more."))
            words.put_words(
                db, Thing.SYNONYM, key or words.free_key(db, wanted[0]), wanted, current_viewer().id
            )
    except (words.UnfitWords, editing.EditedMeanwhile) as error:
        flash(gettext(error.message), "error")
        return words_page(key=key, typed=typed), 422
    flash(gettext("The words count from now on."), "success")
    return redirect(url_for("answers_staff.synonyms"), 303)


@bp.post("/words/groups/removal")
@staff(EDIT)
def take_group_away() -> ResponseReturnValue:
    """A group that counts no more; one that came with this program can be brought back."""
    key, viewer = request.form.get("key", ""), current_viewer()
    with transaction() as db:
        if entries.current(key, Thing.SYNONYM) is not None:
            words.put_words(db, Thing.SYNONYM, key, None, viewer.id)
        elif key in store.shipped_bodies()[Thing.SYNONYM]:
            back = store.shipped_bodies()[Thing.SYNONYM][key]["words"]
            words.put_words(db, Thing.SYNONYM, key, back, viewer.id)
        else:
            raise editing.EditedMeanwhile()
    flash(gettext("The words count from now on."), "success")
    return redirect(url_for("answers_staff.synonyms"), 303)


@bp.post("/words/stop")
@staff(EDIT)
def keep_stop_words() -> ResponseReturnValue:
    """The words of one language that say nothing."""
    key, typed = request.form.get("key", ""), request.form.get("words", "")
    try:
        with transaction() as db:
            if key not in store.shipped_bodies()[Thing.STOP_WORDS]:
                raise editing.EditedMeanwhile()
            _insist_seen(db, Thing.STOP_WORDS, key)
            words.put_words(db, Thing.STOP_WORDS, key, _split(typed), current_viewer().id)
    except (words.UnfitWords, editing.EditedMeanwhile) as error:
        flash(gettext(error.message), "error")
        return words_page(stop={key: typed}), 422
    flash(gettext("The words count from now on."), "success")
    return redirect(url_for("answers_staff.synonyms"), 303)


def words_page(
    *,
    key: str = "",
    typed: str = "",
    effect: list[tuple[str, list[tuple[str, str]]]] | None = None,
    stop: dict[str, str] | None = None,
) -> str:
    """The page; what was typed stays."""
    groups, shipped = entries.in_force(Thing.SYNONYM), store.shipped_bodies()[Thing.SYNONYM]
    gone = {name: body for name, body in shipped.items() if name not in groups}
    return render_template(
        "chatbot/knowledge/words.html",
        groups=groups,
        shipped=shipped,
        gone=gone,
        stop_words=entries.in_force(Thing.STOP_WORDS),
        seen={name: _newest(name, Thing.SYNONYM) for name in groups},
        stop_seen={name: _newest(name, Thing.STOP_WORDS) for name in ("ja", "en")},
        key=key,
        typed=typed,
        effect=effect,
        stop=stop or {},
        **shared(),
    )


def effect_of(wanted: Sequence[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """For each word the answers that hold it: what asking for any of the others finds as well."""
    known = store.load_knowledge().entries
    texts = {
        entry.key: folded("\n".join([t.question, t.answer, *t.aliases]))
        for entry in known
        for t in [entry.text("ja")]
    }
    names = {entry.key: entry.text("ja").question for entry in known}
    return [
        (word, [(key, names[key]) for key, text in texts.items() if folded(word) in text])
        for word in wanted
        if folded(word)
    ]


def _split(typed: str) -> list[str]:
    return [word for word in (part.strip() for part in APART.split(typed)) if word]


def _insist_seen(session: Session, thing: Thing, key: str) -> None:
    """Two people at one group do not overwrite each other."""
    if key and editing.newest_number(session, thing, key) != request.form.get("seen", 0, int):
        raise editing.EditedMeanwhile()


def _newest(key: str, thing: Thing) -> int:
    past: list[AnswerRevision] = entries.history(key, thing)
    return past[0].number if past else 0
