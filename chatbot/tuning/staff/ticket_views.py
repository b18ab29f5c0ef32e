"""Staff pages: questions left for staff, answered by mail, made into answers of the bot."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from chatbot.tuning import misses, tickets
from chatbot.tuning.masking import masked
from chatbot.tuning.models import QuestionTicket
from chatbot.tuning.staff.words import EDIT, bp, by, shared
from portal.core.db import read, transaction
from portal.core.errors import NotFound
from portal.core.web.access import staff

MOST = 200
LONGEST = 4000


@bp.get("/questions")
@staff(EDIT)
def ticket_list() -> ResponseReturnValue:
    """Questions that wait, then answered ones."""
    waiting = QuestionTicket.answered_at.is_(None).desc()
    wanted = select(QuestionTicket).order_by(waiting, QuestionTicket.created_at.desc())
    with Session(read()) as session:
        found = list(session.scalars(wanted.limit(MOST)))
    return render_template("chatbot/tuning/tickets.html", found=found, **shared())


@bp.get("/questions/<uuid:ticket_id>")
@staff(EDIT)
def ticket(ticket_id: UUID) -> ResponseReturnValue:
    """One question, and what to answer."""
    return _page(ticket_id)


@bp.post("/questions/<uuid:ticket_id>/answer")
@staff(EDIT)
def answer_ticket(ticket_id: UUID) -> ResponseReturnValue:
    """Answer it."""
    words = request.form.get("words", "").strip()[:LONGEST]
    if not words:
        return _page(ticket_id, wrong=gettext("Please fill this in."))
    try:
        with transaction() as db:
            found = tickets.answer(db, ticket_id, words, by=by())
    except tickets.AnsweredMeanwhile as error:
        flash(gettext(error.message), "error")
        return _page(ticket_id), 409
    sent = gettext("The answer is on its way by mail.")
    flash(sent if found.mail else gettext("The answer is kept."), "success")
    return redirect(url_for("tuning.ticket", ticket_id=ticket_id), 303)


@bp.post("/questions/<uuid:ticket_id>/draft")
@staff(EDIT)
def draft_of_ticket(ticket_id: UUID) -> ResponseReturnValue:
    """The answer as a draft of the bot's, without what may name somebody."""
    with transaction() as db:
        found = tickets.held(db, ticket_id)
        if found.answer is None:
            raise NotFound()
        key = misses.draft_entry(
            db, masked(found.words, 120), masked(found.answer, LONGEST), by=by()
        )
        found.drafted = key
    return redirect(url_for("answers_staff.edit", key=key), 303)


def _page(ticket_id: UUID, wrong: str = "") -> str:
    with Session(read()) as session:
        found = session.get(QuestionTicket, ticket_id)
    if found is None:
        raise NotFound()
    suggested = misses.suggestions(masked(found.words)) if found.answer is None else []
    return render_template(
        "chatbot/tuning/ticket.html", row=found, wrong=wrong, suggested=suggested, **shared()
    )
