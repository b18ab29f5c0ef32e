"""Staff pages: questions taken from the city's FAQ pages, and pages that say something else now."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from chatbot.knowledge import from_pages
from chatbot.knowledge.bodies import KnowledgeError
from chatbot.knowledge.city_faq import FoundQuestion
from chatbot.knowledge.loading import load_desks
from chatbot.knowledge.staff import entries
from chatbot.knowledge.staff.list_views import bp
from chatbot.knowledge.staff.words import EDIT, SEE, shared
from portal.core.db import transaction
from portal.core.i18n import current_language
from portal.core.web.access import current_viewer, staff

NEEDED = ("category", "owner", "desk", "title")


@bp.get("/city-pages")
@staff(SEE)
def city_pages() -> ResponseReturnValue:
    """The form to look at a page, and what waits to be looked over."""
    return _page()


@bp.post("/city-pages")
@staff(EDIT)
def look_at_page() -> ResponseReturnValue:
    """First what the page asks, then drafts of what was ticked."""
    url = request.form.get("url", "").strip()[:1000]
    try:
        found = from_pages.fetch(url)
    except from_pages.UnreadablePage as error:
        flash(gettext(error.message), "error")
        return _page(), 422
    if not found:
        flash(gettext("No questions were found on this page."), "error")
        return _page(), 422
    if request.form.get("do") != "take":
        return _page(found)
    around = {name: request.form.get(name, "").strip()[:120] for name in NEEDED}
    wanted = request.form.getlist("question")
    if not all(around.values()) or not wanted:
        flash(gettext("Please tick questions and fill in the four fields."), "error")
        return _page(found), 422
    return _taken(url, found, wanted, around)


@bp.post("/city-pages/<uuid:source_id>/review")
@staff(EDIT)
def reviewed(source_id: UUID) -> ResponseReturnValue:
    """The clerk has looked, and mended the answer where it was needed."""
    with transaction() as db:
        from_pages.reviewed(db, source_id)
    flash(gettext("Noted. The page is watched on."), "success")
    return redirect(url_for("answers_staff.city_pages"), 303)


def _taken(
    url: str, found: list[FoundQuestion], wanted: list[str], around: dict[str, str]
) -> ResponseReturnValue:
    try:
        with transaction() as db:
            taken = from_pages.take(db, url, found, wanted, by=current_viewer().id, around=around)
    except KnowledgeError as fault:
        flash(gettext("Please check: %(problem)s", problem=str(fault)), "error")
        return _page(found), 422
    flash(
        gettext(
            "%(drafted)s drafts, %(known)s known already and watched from now on.",
            drafted=taken.drafted,
            known=taken.known,
        ),
        "success",
    )
    return redirect(url_for("answers_staff.index", state="draft"), 303)


def _page(found: list[FoundQuestion] | None = None) -> str:
    bodies = entries.in_force()
    sent = bool(request.form.getlist("question"))
    typed: dict[str, Any] = {name: request.form.get(name, "") for name in ("url", *NEEDED)}
    return render_template(
        "chatbot/knowledge/city_pages.html",
        found=found,
        ticked=set(request.form.getlist("question"))
        if sent
        else {one.question for one in found or ()},
        typed=typed,
        waiting=from_pages.waiting(),
        bodies=bodies,
        hosts=sorted(from_pages.hosts()),
        desks=load_desks(current_language()),
        categories=entries.categories(),
        **shared(),
    )
