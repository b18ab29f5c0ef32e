"""Clerks' pages of the shorter paths: emergencies and their log, corrections."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from notifications.notices import emergencies, presenting, reading, testing, writing
from notifications.notices.reading import View
from notifications.notices.short_forms import CorrectionForm, EmergencyForm
from notifications.notices.status import Status
from notifications.notices.views import STEPS, bp, found, me
from notifications.notices.words_form import typed
from portal.core.db import transaction
from portal.core.errors import Conflict
from portal.core.web.access import staff

Page = Response | str | tuple[str, int]
CORRECTED = {  # what the form begins with, by the language of the wrong one
    "ja": ("【訂正】", "先ほどのお知らせに誤りがありました。正しくは次のとおりです。"),
    "ja-Hira": ("【なおし】", "さっきの お知らせに まちがいが ありました。ただしい 内容です。"),
    "en": ("[Correction] ", "Our last notice had a mistake. This is right:"),
}


@bp.route("/emergency", methods=["GET", "POST"])
@staff("notices.write")
def emergency() -> Page:
    """Words, districts and the reason on one page; another clerk confirms it next."""
    form = EmergencyForm()
    if not form.valid():
        return _page("notifications/emergency.html", form)
    draft = form.draft()
    reach = presenting.target(draft.segment.json()).reach
    if reach is None:
        raise Conflict()
    with transaction() as session:
        notice = emergencies.propose(
            session, me(), draft, reason=form.reason.data or "", counted=reach.total
        )
    flash(gettext("Another clerk must confirm it now. Please tell them."), "warning")
    return redirect(url_for("notices.show", notice_id=notice.id), 303)


@bp.route("/emergencies")
@staff("notices.view")
def emergency_log() -> str:
    """Every step of every emergency notice."""
    steps = emergencies.log()
    return render_template(
        "notifications/emergencies.html",
        steps=steps,
        names=reading.clerks({each.by for each in steps}),
        step_names=STEPS,
    )


@bp.route("/<uuid:notice_id>/correction", methods=["GET", "POST"])
@staff("notices.write")
def correct(notice_id: UUID) -> Page:
    """A new notice to exactly those who received this one."""
    wrong = found(notice_id)
    if wrong.status not in {Status.SENDING, Status.SENT} or wrong.corrects_id is not None:
        raise Conflict()
    form = CorrectionForm(data=_begun(wrong))
    if not form.valid():
        return _correction_page(form, wrong)
    with transaction() as session:
        notice = writing.write(session, me(), form.draft(wrong))
    flash(gettext("Kept as a draft. Please look at it once more."), "success")
    return redirect(url_for("notices.show", notice_id=notice.id), 303)


@bp.route("/<uuid:notice_id>/correction/edit", methods=["GET", "POST"])
@staff("notices.write")
def correct_again(notice_id: UUID) -> Page:
    """Other words for a correction that has not gone out."""
    notice = found(notice_id)
    if notice.corrects_id is None or notice.status not in {Status.DRAFT, Status.RETURNED}:
        raise Conflict()
    kept = typed(notice.variants) | {"link": notice.link or "", "topic": notice.topic}
    form = CorrectionForm(data=kept)
    if not form.valid():
        return _correction_page(form, found(notice.corrects_id))
    with transaction() as session:
        writing.change(session, notice_id, me(), form.draft(notice))
    flash(gettext("Kept as a draft. Please look at it once more."), "success")
    return redirect(url_for("notices.show", notice_id=notice_id), 303)


@bp.route("/<uuid:notice_id>/test", methods=["POST"])
@staff("notices.write")
def test_to_self(notice_id: UUID) -> Response:
    """To the clerk's own mail, in every language it is written in."""
    with transaction() as session:
        testing.send(session, notice_id, me())
    flash(gettext("A test is on its way to your own mail."), "success")
    return redirect(url_for("notices.show", notice_id=notice_id), 303)


def _begun(wrong: View) -> dict[str, Any]:
    """The wrong words with a beginning that says so."""
    words = {}
    for language, each in wrong.variants.items():
        mark, sentence = CORRECTED.get(language, CORRECTED["en"])
        body = f"{sentence}\n\n{each['body']}"
        words[language] = {**each, "title": mark + each["title"], "body": body}
    return typed(words) | {"link": wrong.link or "", "topic": wrong.topic}


def _correction_page(form: CorrectionForm, wrong: View) -> Page:
    return _page(
        "notifications/correction.html", form, wrong=wrong, target=presenting.corrected(wrong)
    )


def _page(template: str, form: Any, **more: Any) -> Page:
    page = render_template(template, form=form, **more)
    return (page, 422) if form.errors else page
