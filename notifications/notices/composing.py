"""Clerks' pages where a notice is written: new, changed, looked at before it is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from notifications.notice_templates import listing
from notifications.notice_templates.listing import Shown
from notifications.notices import presenting, writing
from notifications.notices.boxes import boxes_of
from notifications.notices.forms import NoticeForm
from notifications.notices.reading import View
from notifications.notices.status import Status
from notifications.notices.views import bp, found, me
from notifications.notices.words_form import typed
from notifications.segments.city import sentence
from notifications.segments.segment import Segment
from portal.core.db import transaction
from portal.core.errors import Conflict, NotFound
from portal.core.web.access import staff


@bp.route("/new", methods=["GET", "POST"])
@staff("notices.write")
def new() -> Response | str | tuple[str, int]:
    """A new draft, from nothing or from a template."""
    template = _template()
    form = NoticeForm(data=from_template(template)) if template else NoticeForm()
    if not form.valid():
        return _form_page(form, template=template)
    draft = form.draft()
    if template:
        draft = replace(draft, template=(template.id, template.version))
    with transaction() as session:
        notice = writing.write(session, me(), draft)
    flash(gettext("Kept as a draft. Please look at it once more."), "success")
    return redirect(url_for("notices.show", notice_id=notice.id), 303)


@bp.route("/<uuid:notice_id>/edit", methods=["GET", "POST"])
@staff("notices.write")
def edit(notice_id: UUID) -> Response | str | tuple[str, int]:
    """Other words for a draft, or for a notice that came back."""
    notice = _changeable(notice_id)
    form = _form_of(notice)
    if not form.valid():
        return _form_page(form, notice)
    with transaction() as session:
        writing.change(session, notice_id, me(), form.draft())
    flash(gettext("Kept as a draft. Please look at it once more."), "success")
    return redirect(url_for("notices.show", notice_id=notice_id), 303)


@bp.route("/preview", methods=["POST"])
@staff("notices.write", audited=False)  # shows what was typed and keeps nothing
def preview() -> Response | str | tuple[str, int]:
    """What was typed, as LINE and mail will show it, and whom it reaches."""
    editing = request.args.get("notice", type=UUID)
    notice = _changeable(editing) if editing else None
    form = _form_of(notice) if notice else NoticeForm()
    if not form.valid():
        return _form_page(form, notice)
    draft = form.draft()
    return _form_page(
        form,
        notice,
        previews=presenting.previews(replace(draft, rich=notice.rich if notice else None)),
        target=presenting.target(draft.segment.json()),
    )


def _template() -> Shown | None:
    """The template the address names; 404 for one that is put away."""
    wanted = request.args.get("template", type=UUID)
    if wanted is None:
        return None
    template = listing.offered(wanted)
    if template is None:
        raise NotFound()
    return template


def from_template(template: Shown) -> dict[str, Any]:
    """The template's words; its values are empty, so that none is forgotten."""
    words = {
        language: {**each, "values": dict.fromkeys(each.get("values", {}), "")}
        for language, each in template.variants.items()
    }
    return typed(words) | {"link": template.link or "", "topic": template.topic}


def _changeable(notice_id: UUID) -> View:
    notice = found(notice_id)
    if notice.status not in {Status.DRAFT, Status.RETURNED}:
        raise Conflict()
    return notice


def _form_of(notice: View) -> NoticeForm:
    form = NoticeForm(data=_typed(notice))
    form.keep_segment(notice.segment if boxes_of(notice.segment) is None else None)
    return form


def _form_page(form: NoticeForm, notice: View | None = None, **more: Any) -> str | tuple[str, int]:
    # Whoever looks at a preview of a new notice still writes it from its template.
    fresh = url_for("notices.new", template=request.args.get("template") or None)
    action = url_for("notices.edit", notice_id=notice.id) if notice else fresh
    kept = sentence(Segment.read(form.kept)) if form.kept is not None else None
    page = render_template(
        "notifications/compose.html", form=form, action=action, notice=notice, kept=kept, **more
    )
    return (page, 422) if form.errors else page


def _typed(notice: View) -> dict[str, Any]:
    """The form's values for a kept notice."""
    words = typed(notice.variants) | {
        "link": notice.link or "",
        "topic": notice.topic,
        "kind": notice.kind,
        "start_delay": notice.start_delay,
    }
    return words | (boxes_of(notice.segment) or {"about": "keep"})
