"""Staff's pages: the list of tickets, a ticket with its acts, a ticket of a clerk's own."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.console.assigning import assigned
from portal.core import audit
from portal.core.clock import in_tokyo, now
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.i18n import current_language
from portal.core.registries import registries
from portal.core.web.access import current_viewer, staff
from portal.core.web.charts import Chart, chart
from portal.operations.tickets import keeping, words
from portal.operations.tickets.forms import ActForm, ContactForm, FaqForm
from portal.operations.tickets.records import Ticket

bp = Blueprint("tickets", __name__, url_prefix="/staff/tickets")
SEE, HANDLE = "tickets.view", "tickets.handle"
SHOWN = timedelta(days=400)
MOST = 500
PRESSED = {"answer", "note", "closed", "reopened"}
HEADS = ("number", "kind", "topic", "state", "asked_at", "answered_at", "closed_at", "hours")


def state(ticket: Ticket) -> str:
    """open becomes late after 48 hours without an answer."""
    found = words.state(ticket)
    waits = now() - ticket.created_at > keeping.ANSWER_WITHIN
    return "late" if found == "open" and waits else found


def _tickets(session: Session) -> list[Ticket]:
    wanted = request.args.get("state", "")
    chosen = select(Ticket).where(Ticket.created_at > now() - SHOWN)
    found = session.scalars(chosen.order_by(Ticket.created_at.desc()).limit(MOST))
    return [one for one in found if wanted in ("", state(one))]


@bp.get("")
@staff(SEE)
def index() -> str:
    """The list, newest first."""
    with transaction() as session:
        found = _tickets(session)
    return render_template(
        "portal/operations/tickets.html", found=found, state=state, words=words,
        wanted=request.args.get("state", ""), drawn=_drawn(found),
        whose=assigned("tickets"),
    )  # fmt: skip


def _drawn(found: list[Ticket]) -> Chart:
    """How many came in each month, and how many of them have an answer."""
    months = sorted({f"{in_tokyo(one.created_at):%Y-%m}" for one in found})
    answered = [one for one in found if one.answered_at]
    counts = [
        Counter(f"{in_tokyo(one.created_at):%Y-%m}" for one in which) for which in (found, answered)
    ]
    names = (gettext("Tickets"), gettext("Answered"))
    series = [
        (name, [count[month] for month in months])
        for name, count in zip(names, counts, strict=True)
    ]
    return chart(gettext("Tickets by month"), months, series)


@bp.get("/list.csv")
@staff(SEE)
def table() -> Response:
    """The list as a file, without words and addresses."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(HEADS)
    with transaction() as session:
        rows.writerows(_cells(one) for one in _tickets(session))
    answer = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=tickets.csv"
    return answer


def _cells(one: Ticket) -> list[str]:
    moments = (one.created_at, one.answered_at, one.closed_at)
    waited = (one.answered_at or now()) - one.created_at
    said = [f"{in_tokyo(at):%Y-%m-%d %H:%M}" if at else "" for at in moments]
    return [
        one.number,
        one.kind,
        one.topic,
        state(one),
        *said,
        f"{waited / timedelta(hours=1):.1f}",
    ]


@bp.route("/new", methods=["GET", "POST"])
@staff()
def new() -> ResponseReturnValue:
    """Any clerk may ask those who run the service."""
    form = ContactForm(data={"topic": "use"})
    if form.valid():
        with transaction() as session:
            made = keeping.ask(
                session,
                topic=str(form.topic.data),
                words=str(form.words.data),
                mail=form.mail.data or None,
                staff_id=current_viewer().id,
                language=current_language(),
            )
        flash(
            gettext("Your question is sent. Its number is %(number)s.", number=made.number),
            "success",
        )
        return redirect(url_for("tickets.mine"), 303)
    return render_template("portal/operations/ticket_form.html", form=form)


@bp.get("/mine")
@staff()
def mine() -> str:
    """What this clerk asked, with the answers."""
    with transaction() as session:
        chosen = select(Ticket).where(Ticket.staff_id == current_viewer().id)
        found = list(session.scalars(chosen.order_by(Ticket.created_at.desc()).limit(50)))
        said = {one.id: keeping.acts(session, one.id) for one in found}
    return render_template(
        "portal/operations/tickets_mine.html", found=found, said=said, state=state, words=words
    )


@bp.get("/<uuid:ticket_id>")
@staff(HANDLE)
def show(ticket_id: UUID) -> str:
    """One ticket; that it was opened is written down."""
    with transaction() as session:
        audit.record(session, "ticket.read", ("ticket", ticket_id))
    return _page(ticket_id, ActForm())


@bp.post("/<uuid:ticket_id>")
@staff(HANDLE)
def act(ticket_id: UUID) -> ResponseReturnValue:
    """The button that was pressed says what the words are."""
    form, kind = ActForm(), request.form.get("act", "")
    if kind not in PRESSED:
        raise NotFound()
    if kind in {"answer", "note"} and not form.validate():
        return _page(ticket_id, form)
    with transaction() as session:
        keeping.act(session, ticket_id, kind, form.words.data or "", current_viewer().id)
    flash(gettext("It is done."), "success")
    return redirect(url_for("tickets.show", ticket_id=ticket_id), 303)


@bp.route("/<uuid:ticket_id>/faq", methods=["GET", "POST"])
@staff(HANDLE)
def faq(ticket_id: UUID) -> ResponseReturnValue:
    """Make a draft of the FAQ of it; who edits the FAQ proposes and another approves."""
    draft, viewer = registries().faq_draft, current_viewer()
    if draft is None or not viewer.may("knowledge.edit"):
        raise NotFound()
    with transaction() as session:
        ticket = _ticket(session, ticket_id)
        answers = [one.words for one in keeping.acts(session, ticket_id) if one.kind == "answer"]
    start = {"question": ticket.words.split("\n")[0][:120], "answer": "\n\n".join(answers)}
    form = FaqForm(data=start)
    if form.valid():
        with transaction() as session:
            url = draft(session, str(form.question.data), str(form.answer.data), viewer.id)
            keeping.act(session, ticket_id, "faq", url, viewer.id)
        flash(gettext("The draft is kept. Look at it, then propose it."), "success")
        return redirect(url, 303)
    return render_template("portal/operations/ticket_faq.html", form=form, ticket=ticket)


def _ticket(session: Session, ticket_id: UUID) -> Ticket:
    found = session.get(Ticket, ticket_id)
    if found is None:
        raise NotFound()
    return found


def _page(ticket_id: UUID, form: Any) -> str:
    with transaction() as session:
        ticket = _ticket(session, ticket_id)
        acts = keeping.acts(session, ticket_id)
    may_faq = registries().faq_draft is not None and current_viewer().may("knowledge.edit")
    return render_template(
        "portal/operations/ticket.html", ticket=ticket, acts=acts, form=form, state=state,
        words=words, may_faq=may_faq,
    )  # fmt: skip
