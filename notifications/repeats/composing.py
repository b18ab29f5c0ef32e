"""Clerks' pages where a repeat is written: new, changed, its next dates before it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from notifications.notice_templates import listing
from notifications.notices import composing as notice_composing
from notifications.notices import presenting
from notifications.notices import reading as notices
from notifications.notices.models import LISTED
from notifications.notices.views import me
from notifications.notices.words_form import typed as typed_words
from notifications.repeats import keeping, reading
from notifications.repeats.drafts import FaultyNotice
from notifications.repeats.forms import RepeatForm, typed
from notifications.repeats.reading import Status, View
from notifications.repeats.rules import EVENING, Rule
from notifications.repeats.views import bp, found
from notifications.segments.meaning import SegmentFault
from notifications.segments.picking import Picker
from portal.core import names
from portal.core.clock import today
from portal.core.db import transaction
from portal.core.errors import Conflict, NotFound
from portal.core.i18n import current_language
from portal.core.web.access import staff

Page = Response | str | tuple[str, int]
EVERYBODY: dict[str, Any] = {"all": []}


@dataclass(frozen=True, slots=True)
class Words:
    """What previews say: the words of the next run."""

    kind: str
    variants: dict[str, Any]
    link: str | None
    rich: dict[str, Any] | None = None


@bp.route("/new", methods=["GET", "POST"])
@staff("notices.write")
def new() -> Page:
    """From nothing, from a template or from a notice."""
    form = RepeatForm(data=_began_as())
    picker = Picker.read(request.form) if request.method == "POST" else Picker.of(_readers())
    segment = _segment(form, picker)
    if segment is None:
        return _form_page(form, picker)
    try:
        with transaction() as session:
            repeat = keeping.write(session, me(), form.written(segment))
    except FaultyNotice as fault:
        return _refused(form, picker, fault)
    flash(gettext("Kept as a draft. Please look at it once more."), "success")
    return redirect(url_for("repeats.show", repeat_id=repeat.id), 303)


@bp.route("/<uuid:repeat_id>/edit", methods=["GET", "POST"])
@staff("notices.write")
def edit(repeat_id: UUID) -> Page:
    """Other words, days or readers; a new approval is needed."""
    repeat = found(repeat_id)
    if repeat.status is Status.STOPPED:
        raise Conflict()
    form = RepeatForm(data=_kept(repeat))
    posted = request.method == "POST"
    picker = Picker.read(request.form) if posted else Picker.of(_of_everybody(repeat))
    segment = _segment(form, picker)
    if segment is None:
        return _form_page(form, picker, repeat)
    try:
        with transaction() as session:
            written = form.written(segment)
            keeping.change(session, repeat_id, me(), written, looked_at=form.looked_at)
    except FaultyNotice as fault:
        return _refused(form, picker, fault, repeat)
    flash(gettext("Kept. It rests until another clerk has approved the change."), "success")
    return redirect(url_for("repeats.show", repeat_id=repeat_id), 303)


def _segment(form: RepeatForm, picker: Picker) -> dict[str, Any] | None:
    """Whom it is for, when everything is right and was sent to be kept."""
    if request.method != "POST" or picker.again:
        return None
    right = form.valid()
    if form.kind.data == EVENING:
        segment: dict[str, Any] | None = EVERYBODY
    else:
        try:
            segment = picker.value()
        except SegmentFault:
            segment = None
    return segment if right and not request.form.get("dates") else None


def _form_page(form: RepeatForm, picker: Picker, repeat: View | None = None) -> Page:
    looked = request.method == "POST" and not picker.again and not form.errors
    rule = form.rule() if looked else None
    template, notice = (request.args.get(each) or None for each in ("template", "notice"))
    fresh = url_for("repeats.new", template=template, notice=notice)
    page = render_template(
        "notifications/repeats/form.html",
        form=form,
        picker=picker,
        repeat=repeat,
        action=url_for("repeats.edit", repeat_id=repeat.id) if repeat else fresh,
        ahead=reading.ahead(rule, current_language()) if rule else None,
        previews=_previews(form, rule) if rule else None,
        rule=rule,
    )
    return (page, 422) if form.errors or picker.fault else page


def _previews(form: RepeatForm, rule: Rule) -> list[presenting.Preview]:
    day = max(rule.first, today())
    variants = reading.filled(form.variants(), rule, day)
    return presenting.previews(Words("normal", variants, form.link.data or None))


def _refused(
    form: RepeatForm, picker: Picker, fault: FaultyNotice, repeat: View | None = None
) -> Page:
    form.body.errors = [gettext(fault.message)]
    return _form_page(form, picker, repeat)


def _began_as() -> dict[str, Any]:
    """The words of the template or notice the address names."""
    template, notice = (request.args.get(each, type=UUID) for each in ("template", "notice"))
    if template is not None:
        kept = listing.offered(template)
        if kept is None:
            raise NotFound()
        return notice_composing.from_template(kept) | {"name": kept.name}
    if notice is not None:
        one = _notice(notice)
        topic = {"topic": one.topic} if one.origin == "clerk" else {}
        return (
            typed_words(one.variants)
            | topic
            | {"link": one.link or "", "name": names.cut(one.title, 60)}
        )
    return {}


def _readers() -> dict[str, Any] | None:
    notice = request.args.get("notice", type=UUID)
    one = _notice(notice) if notice is not None else None
    return EVERYBODY if one is None or one.origin in LISTED else one.segment


def _notice(notice_id: UUID) -> notices.View:
    one = notices.one(notice_id)
    if one is None:
        raise NotFound()
    return one


def _kept(repeat: View) -> dict[str, Any]:
    words = typed_words(repeat.variants)
    more = {"name": repeat.name, "topic": repeat.topic, "link": repeat.link or ""}
    numbers = {"late_hours": repeat.late_hours, "version": repeat.version}
    return words | typed(repeat.rule) | more | numbers


def _of_everybody(repeat: View) -> dict[str, Any]:
    """A garbage evening has no conditions; its form begins with none."""
    return EVERYBODY if repeat.is_evening else repeat.segment
