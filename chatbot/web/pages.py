"""/ask: the same dialogue as on LINE, in HTML, without JavaScript."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import gettext
from wtforms import StringField

from chatbot.answering.unavailable import AnswersUnavailable
from chatbot.web import personal
from chatbot.web.turns import LONGEST, Turn, opened, sealed, shown, taken
from portal.core.errors import N_
from portal.core.i18n import current_language
from portal.core.web.access import current_viewer, public
from portal.core.web.app import limiter
from portal.core.web.forms import AtMost, Form, Required, trimmed
from portal.insight import asking

bp = Blueprint("chat", __name__)

# What a first-time visitor may tap instead of typing.
EXAMPLES = {
    False: (
        N_("Where can I get a certificate of residence?"),
        N_("How do I apply for the child allowance?"),
        N_("When is the city hall open?"),
    ),
    True: (N_("A spray can"), N_("A futon"), N_("PET bottles")),
}


class AskForm(Form):
    """One line to ask in."""

    text = StringField("text", filters=[trimmed], validators=[Required(), AtMost(LONGEST)])


@bp.get("/ask")
@public()
def start() -> str:
    """An empty conversation with some examples."""
    return _page(AskForm(), [])


@bp.get("/ask/garbage")
@public()
def start_garbage() -> str:
    """The same conversation, opened to ask where a thing goes (the LINE menu leads here)."""
    return _page(AskForm(), [], about_garbage=True)


@bp.post("/ask")
@limiter.limit("60 per minute")
@public(audited=False)  # asking changes nothing of anybody
def ask() -> str | tuple[str, int]:
    """One turn; the page shows the last ones."""
    form, earlier = AskForm(), opened(request.form.get("trail", ""))
    choice = request.form.get("choice", "")
    if not choice and not form.validate():
        return _page(form, earlier)
    asked = form.text.data or ""
    try:
        turns = taken(asked, choice, earlier, current_language())
    except AnswersUnavailable:
        form.text.errors = [
            gettext("I can not answer right now. Please try again in a few minutes.")
        ]
        return _page(form, earlier), 503
    if earlier:  # the first answer is often not yet the last
        asking.after("answer")
    return _page(AskForm(formdata=None), turns)


def _page(form: AskForm, turns: list[Turn], *, about_garbage: bool = False) -> str:
    viewer = current_viewer()
    own = personal.beside(turns, viewer.id, current_language()) if viewer.signed_in else None
    return render_template(
        "chatbot/ask.html",
        own=own,
        form=form,
        turns=shown(turns),
        trail=sealed(turns),
        about_garbage=about_garbage,
        examples=[
            {"label": gettext(each), "value": gettext(each)} for each in EXAMPLES[about_garbage]
        ],
    )
