"""Staff pages: the list of answers, one answer with its history, one revision, what lint finds."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from chatbot.knowledge import lint, store
from chatbot.knowledge.models import OPEN, Thing
from chatbot.knowledge.staff import entries, previews
from chatbot.knowledge.staff.diffs import changes, said
from chatbot.knowledge.staff.words import SEE, shared
from portal.catalogue.load import load_catalogue
from portal.console.paging import paged
from portal.core.clock import today
from portal.core.errors import NotFound
from portal.core.web.access import current_viewer, staff
from portal.guide.public import address
from portal.search.folding import folded

bp = Blueprint("answers_staff", __name__, url_prefix="/staff/answers")
A_PAGE = 50
FILTERS = ("q", "category", "owner", "state", "look")


@bp.get("")
@staff(SEE)
def index() -> ResponseReturnValue:
    """Every answer, found by words, category, owner, state and what is amiss."""
    asked = {name: request.args.get(name, "") for name in FILTERS}
    found = [line for line in entries.lines() if _fits(line, asked)]
    return render_template(
        "chatbot/knowledge/list.html",
        paged=paged(found, A_PAGE),
        asked=asked,
        categories=entries.categories(),
        owners=entries.owners(),
        **shared(),
    )


@bp.get("/lint")
@staff(SEE)
def findings() -> ResponseReturnValue:
    """Everything that is worth a look, answer by answer."""
    known = store.load_knowledge().entries
    places = paths()
    found = [one for entry in known for one in lint.lint(entry, today(), places)]
    by_key: dict[str, list[lint.Finding]] = defaultdict(list)
    for one in [*found, *lint.twins(known)]:
        if one.level is not lint.Level.NOTE:
            by_key[one.key].append(one)
    bodies = entries.in_force()
    return render_template(
        "chatbot/knowledge/lint.html", found=by_key, bodies=bodies, checked=len(known), **shared()
    )


@bp.get("/entries/<key>")
@staff(SEE)
def entry(key: str) -> ResponseReturnValue:
    """One answer: what is in force, the open draft with what it changes, the history."""
    return entry_page(key)


def entry_page(key: str) -> str:
    """The page of an answer; NotFound where there never was one."""
    past, body = entries.history(key), entries.current(key)
    shipped = store.shipped_bodies()[Thing.FAQ].get(key)
    if body is None and not past and shipped is None:
        raise NotFound()
    draft = next((row for row in past if row.state in OPEN), None)
    shown = draft.body if draft and draft.body else body
    value = entries.as_entry(shown) if shown else None
    return render_template(
        "chatbot/knowledge/entry.html",
        key=key,
        body=body,
        shipped=shipped,
        shown=list(said(body)) if body else [],
        draft=draft,
        changed=changes(body, draft.body) if draft else [],
        past=past,
        title_body=body or (draft.body if draft else None) or _last_words(past) or shipped,
        findings=look_over(value) if value else [],
        shapes=previews.of(value, "ja") if value else None,
        own=draft is not None and draft.author == current_viewer().id,
        public_page=address(f"/faq/{key}"),
        **shared(),
    )


@bp.get("/revisions/<uuid:revision_id>")
@staff(SEE)
def revision(revision_id: UUID) -> ResponseReturnValue:
    """One revision against the one before it and against what is in force."""
    row = entries.revision(revision_id)
    if row.thing != Thing.FAQ:
        raise NotFound()
    before = next((each for each in entries.history(row.key) if each.number < row.number), None)
    shipped = store.shipped_bodies()[Thing.FAQ].get(row.key)
    return render_template(
        "chatbot/knowledge/revision.html",
        row=row,
        before=before,
        changed=changes(before.body if before else shipped, row.body),
        differs=changes(entries.current(row.key), row.body),
        **shared(),
    )


def look_over(value: Any) -> list[lint.Finding]:
    """What lint says of one answer among all others."""
    others = [each for each in store.load_knowledge().entries if each.key != value.key]
    twins = [one for one in lint.twins([*others, value]) if one.key == value.key]
    return [*lint.lint(value, today(), paths()), *twins]


def paths() -> frozenset[str]:
    """Paths of the portal that an answer's text may link to."""
    catalogue = load_catalogue()
    services = {f"/services/{each.key}" for each in catalogue.services}
    desks = {f"/desks/{key}" for key in catalogue.desks}
    answers = {f"/faq/{key}" for key in entries.in_force()}
    fixed = {"/", "/my", "/ask", "/ask/garbage", "/services", "/faq", "/links", "/certificates"}
    return frozenset({*fixed, "/garbage", "/desks", "/life-events", *services, *desks, *answers})


def _last_words(past: list[Any]) -> Any:
    return next((row.body for row in past if row.body), None)


def _fits(line: entries.Line, asked: dict[str, str]) -> bool:
    body = line.shown
    return (
        folded(asked["q"]) in _searched(line.key, body)
        and asked["category"] in ("", body.get("category"))
        and asked["owner"] in ("", body.get("owner"))
        and _stands(line, asked["state"])
        and _amiss(line, asked["look"])
    )


def _stands(line: entries.Line, state: str) -> bool:
    if state == "gone":
        return line.body is None and line.open is None
    return not state or (line.open is not None and line.open.state == state)


def _amiss(line: entries.Line, look: str) -> bool:
    if look == "overdue":
        return line.overdue(today())
    if look == "unsigned":
        return bool(line.unsigned)
    if look == "own":
        return bool(line.body) and line.body is not store.shipped_bodies()[Thing.FAQ].get(line.key)
    if look == "ended":
        last = line.shown.get("valid_to")
        return bool(last) and str(last) < today().isoformat()
    return not look or look in line.missing


def _searched(key: str, body: Any) -> str:
    texts = (body or {}).get("texts", {}).values()
    words = [w for t in texts for w in (t.get("question"), t.get("answer"), *t.get("aliases", []))]
    return "\n".join([key, *(folded(str(word or "")) for word in words)])
