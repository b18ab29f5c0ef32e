"""/ask/staff: leaves a question that the bot could not answer to staff."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import EmailField, TextAreaField
from wtforms.validators import Optional, ValidationError

from auth import addresses
from chatbot.tuning import tickets
from chatbot.tuning.log import turn_id
from portal.core.db import transaction
from portal.core.i18n import current_language
from portal.core.web.access import public
from portal.core.web.app import limiter
from portal.core.web.forms import AtMost, Form, Required, trimmed

bp = Blueprint("leave_question", __name__)

LONGEST = 1000


class LeaveForm(Form):
    """A question and where the answer shall go."""

    words = TextAreaField(
        lazy_gettext("Your question"), filters=[trimmed], validators=[Required(), AtMost(LONGEST)]
    )
    mail = EmailField(
        lazy_gettext("Mail address for the answer"),
        filters=[trimmed],
        validators=[Optional(), AtMost(254)],
    )

    def validate_mail(self, field: Any) -> None:
        """One spelling for one mailbox, as at the sign-in."""
        try:
            field.data = addresses.normal(field.data)
        except addresses.BadAddress:
            raise ValidationError(gettext("Please write a mail address.")) from None


@bp.get("/ask/staff")
@public()
def write() -> ResponseReturnValue:
    """The question as it was asked, to be changed and sent."""
    turn = turn_id(request.args.get("about", ""))
    form = LeaveForm(formdata=None, words=tickets.words_of(turn) if turn else "")
    return render_template("chatbot/tuning/leave.html", form=form)


@bp.post("/ask/staff")
@limiter.limit("10 per hour")
@public()
def leave() -> ResponseReturnValue:
    """Keep it."""
    form = LeaveForm()
    if not form.valid():
        return render_template("chatbot/tuning/leave.html", form=form)
    with transaction() as session:
        tickets.leave(session, form.words.data or "", form.mail.data, current_language())
    flash(gettext("Your question is with our staff. Thank you."), "success")
    return redirect(url_for("chat.start"), 303)
