"""Residents' pages: ask about this service, and read the answer."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.core.db import transaction
from portal.core.i18n import current_language
from portal.core.web.access import current_viewer, public
from portal.core.web.app import limiter
from portal.operations.tickets import keeping, words
from portal.operations.tickets.forms import ContactForm

bp = Blueprint("contact", __name__, url_prefix="/contact")


@bp.get("")
@public()
def index() -> str:
    """The form, and what this resident asked before."""
    return _page(ContactForm(data={"topic": "use"}))


@bp.post("")
@limiter.limit("10 per hour; 30 per day")
@public()
def ask() -> ResponseReturnValue:
    """Keep the question; the page that follows has the link to the answer."""
    form = ContactForm()
    if not form.validate():
        return _page(form)
    viewer = current_viewer()
    with transaction() as session:
        made = keeping.ask(
            session,
            topic=str(form.topic.data),
            words=str(form.words.data),
            mail=form.mail.data or None,
            resident_id=viewer.id,
            language=current_language(),
        )
    return redirect(url_for("contact.show", secret=keeping.token(made.id), sent=1), 303)


@bp.get("/t/<secret>")
@public()
def show(secret: str) -> str:
    """A question and its answers, for who holds the link."""
    with transaction() as session:
        ticket, answers = keeping.by_link(session, secret)
    return render_template(
        "portal/operations/contact_answer.html", ticket=ticket, answers=answers, words=words
    )


def _page(form: ContactForm) -> str:
    viewer, own = current_viewer(), []
    if viewer.id:
        with transaction() as session:
            own = keeping.of_resident(session, viewer.id)
    return render_template(
        "portal/operations/contact.html", form=form, own=own, words=words, path=keeping.path
    )
