"""Clerks' pages of templates: by folder, one with its history, the form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from notifications.notice_templates import keeping, listing
from notifications.notice_templates.forms import TemplateForm
from notifications.notice_templates.keeping import NameTaken
from notifications.notice_templates.listing import Shown
from notifications.notices import presenting
from notifications.notices.drafts import TOPICS
from notifications.notices.reading import clerks
from notifications.notices.views import me
from notifications.notices.words_form import typed
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.web.access import staff

bp = Blueprint("notice_templates", __name__, url_prefix="/staff/notice-templates")
Page = Response | str | tuple[str, int]


@bp.route("")
@staff("notices.view")
def index() -> str:
    """Every template, by folder."""
    return render_template(
        "notifications/templates/index.html",
        folders=listing.newest(),
        away=listing.newest(put_away=True),
    )


@bp.route("/new", methods=["GET", "POST"])
@staff("notices.write")
def new() -> Page:
    """A new one."""
    form = TemplateForm()
    if not form.valid():
        return _form_page(form)
    try:
        with transaction() as session:
            template = keeping.keep(session, me(), form.kept())
    except NameTaken as fault:
        return _taken(form, fault)
    flash(gettext("Kept."), "success")
    return redirect(url_for("notice_templates.show", template_id=template.id), 303)


@bp.route("/<uuid:template_id>")
@staff("notices.view")
def show(template_id: UUID) -> str:
    """One: its words with examples, and every version."""
    versions = _found(template_id)
    return render_template(
        "notifications/templates/show.html",
        template=versions[0],
        versions=versions,
        previews=presenting.previews(versions[0]),
        names=clerks({each.by for each in versions}),
        topics=TOPICS,
    )


@bp.route("/<uuid:template_id>/edit", methods=["GET", "POST"])
@staff("notices.write")
def edit(template_id: UUID) -> Page:
    """The next version."""
    kept = _found(template_id)[0]
    form = TemplateForm(data=_typed(kept))
    if not form.valid():
        return _form_page(form, kept)
    try:
        with transaction() as session:
            keeping.change(session, template_id, me(), form.kept(), looked_at=form.looked_at)
    except NameTaken as fault:
        return _taken(form, fault, kept)
    flash(gettext("Kept."), "success")
    return redirect(url_for("notice_templates.show", template_id=template_id), 303)


@bp.route("/<uuid:template_id>/away", methods=["POST"])
@staff("notices.write")
def put_away(template_id: UUID) -> Response:
    """Offered no more."""
    with transaction() as session:
        keeping.put_away(session, template_id, away=True)
    flash(gettext("Put away. It can be taken back."), "success")
    return redirect(url_for("notice_templates.show", template_id=template_id), 303)


@bp.route("/<uuid:template_id>/back", methods=["POST"])
@staff("notices.write")
def take_back(template_id: UUID) -> Response:
    """Offered again."""
    with transaction() as session:
        keeping.put_away(session, template_id, away=False)
    flash(gettext("It is offered again."), "success")
    return redirect(url_for("notice_templates.show", template_id=template_id), 303)


def _found(template_id: UUID) -> list[Shown]:
    versions = listing.versions(template_id)
    if not versions:
        raise NotFound()
    return versions


def _typed(kept: Shown) -> dict[str, Any]:
    names = ("folder", "name", "owner", "topic", "version")
    return (
        typed(kept.variants)
        | {each: getattr(kept, each) for each in names}
        | {"link": kept.link or ""}
    )


def _taken(form: TemplateForm, fault: NameTaken, kept: Shown | None = None) -> Page:
    form.name.errors = [gettext(fault.message)]
    return _form_page(form, kept)


def _form_page(form: TemplateForm, kept: Shown | None = None) -> Page:
    page = render_template("notifications/templates/form.html", form=form, template=kept)
    return (page, 422) if form.errors else page
