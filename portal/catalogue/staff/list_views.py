"""Staff pages: lists of the catalogue's entries, one entry with its history, one revision."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.catalogue import examples
from portal.catalogue.gif import CATEGORIES
from portal.catalogue.lint import lint_service
from portal.catalogue.load import Thing, load_catalogue, shipped_entries
from portal.catalogue.models import OPEN, State
from portal.catalogue.staff import entries
from portal.catalogue.staff.bodies import Body
from portal.catalogue.staff.diffs import changes
from portal.catalogue.staff.explaining import explain
from portal.catalogue.staff.forms import label_of, of_body, said
from portal.catalogue.staff.words import STATE_WORDS, THING_WORDS, called, person
from portal.catalogue.wordings import texts_of
from portal.core.clock import in_tokyo, today
from portal.core.errors import NotFound
from portal.core.i18n import current_language, speaks_japanese
from portal.core.languages import LANGUAGES, TRANSLATED
from portal.core.web.access import current_viewer, staff

bp = Blueprint("catalogue_staff", __name__, url_prefix="/staff/catalogue")
SEE, EDIT, APPROVE = "catalogue.view", "catalogue.edit", "catalogue.approve"


@bp.get("")
@staff(SEE)
def index() -> ResponseReturnValue:
    """Services."""
    return things("services")


@bp.get("/<word>")
@staff(SEE)
def things(word: str) -> ResponseReturnValue:
    """Services, desks, things to bring or districts."""
    thing = entries.thing_of(word)
    asked = {name: request.args.get(name, "") for name in ("q", "category", "confirmed", "state")}
    found = [line for line in entries.lines(thing) if _fits(line, asked)]
    return render_template(
        "portal/catalogue/list.html",
        word=word,
        thing=thing,
        lines=found,
        asked=asked,
        categories=[(each, each if speaks_japanese() else CATEGORIES[each]) for each in CATEGORIES],
        **shared(),
    )


@bp.get("/<word>/<key>")
@staff(SEE)
def entry(word: str, key: str) -> ResponseReturnValue:
    """One entry: what is in force, the open draft with what it changes, the history."""
    return entry_page(entries.thing_of(word), key)


def entry_page(thing: Thing, key: str) -> str:
    """The page of an entry; NotFound where there never was one."""
    past, body = entries.history(thing, key), entries.current(thing, key)
    if body is None and not past:
        raise NotFound()
    draft = next((row for row in past if row.state in OPEN), None)
    catalogue = load_catalogue()
    service = catalogue.find(key) if thing is Thing.SERVICE else None
    return render_template(
        "portal/catalogue/entry.html",
        word=entries.WORD_OF[thing],
        key=key,
        body=body,
        shown=_fields(thing, body) if body else [],
        draft=draft,
        changed=_changed(thing, body, draft.body) if draft else [],
        past=past,
        shipped=key in shipped_entries()[thing],
        explained=explain(body or {}, today(), current_language()) if service else [],
        outcomes=examples.run(service) if service else [],
        findings=lint_service(service, today()) if service else [],
        own=draft is not None and draft.author == current_viewer().id,
        spoken=spoken((draft.body if draft else None) or body or {}),
        **shared(),
    )


@bp.get("/revisions/<uuid:revision_id>")
@staff(SEE)
def revision(revision_id: UUID) -> ResponseReturnValue:
    """One revision against the one before it and against what is in force."""
    row = entries.revision(revision_id)
    thing = Thing(row.thing)
    before = next(
        (each for each in entries.history(thing, row.key) if each.number < row.number), None
    )
    shipped = shipped_entries()[thing].get(row.key)
    old = before.body if before else shipped.body if shipped else None
    return render_template(
        "portal/catalogue/revision.html",
        row=row,
        word=entries.WORD_OF[thing],
        before=before,
        changed=_changed(thing, old, row.body),
        differs=_changed(thing, entries.current(thing, row.key), row.body),
        **shared(),
    )


def spoken(body: Body) -> list[dict[str, Any]]:
    """How many of an entry's texts each further language has."""
    found = list(texts_of(body))
    return [
        {
            "code": code,
            "name": LANGUAGES[code],
            "written": sum(code in words for _, words in found),
            "all": len(found),
        }
        for code in TRANSLATED
    ]


def shared() -> dict[str, Any]:
    """What every page of the editor says."""
    return {
        "called": called,
        "person": person,
        "state_words": STATE_WORDS,
        "thing_words": THING_WORDS,
        "states": State,
        "day_of": lambda moment: in_tokyo(moment).date(),
        "may_edit": current_viewer().may(EDIT),
        "may_approve": current_viewer().may(APPROVE),
        "today": today(),
    }


def _fits(line: entries.Line, asked: dict[str, str]) -> bool:
    body = line.shown
    confirmed = "yes" if body.get("confirmed", True) else "no"
    state = line.open.state if line.open else "none"
    return (
        asked["q"].casefold() in _searched(line.key, body)
        and asked["category"] in ("", body.get("category"))
        and asked["confirmed"] in ("", confirmed)
        and asked["state"] in ("", state)
    )


def _searched(key: str, body: Body) -> str:
    texts = [body.get("title"), body.get("name"), body.get("summary")]
    words = [str(word) for text in texts if isinstance(text, dict) for word in text.values()]
    return " ".join([key, *words, *body.get("keywords", [])]).casefold()


def _fields(thing: Thing, body: Body) -> list[tuple[str, str]]:
    found = of_body(thing, body, load_catalogue())
    return [
        (label_of(spec), said(spec, value))
        for path, (spec, value) in found.items()
        if "[" not in path
    ]


def _changed(thing: Thing, before: Body | None, after: Body | None) -> list[Any]:
    return changes(thing, before, after, load_catalogue(), current_language())
