"""One switch about a person: nothing is shown or sent any more, and back; who lives elsewhere."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.core.db import transaction
from portal.core.web.access import resident
from portal.residents import sharing
from portal.residents.holding import held
from portal.residents.pages import bp, offer_undo, viewer_id
from portal.residents.rights import Act


@bp.route("/family/<uuid:person_id>/silence", methods=["POST"])
@resident
def silence(person_id: UUID) -> Response:
    """Show nothing about this person any more."""
    with transaction() as session_:
        card = held(session_, viewer_id(), person_id, Act.SILENCE)
        sharing.silence(session_, card, silent=True)
    flash(gettext("We no longer show or send anything about this person."), "success")
    return _silent(person_id)


@bp.route("/family/<uuid:person_id>/moved-away", methods=["POST"])
@resident
def moved_away(person_id: UUID) -> Response:
    """The person lives in another town now."""
    with transaction() as session_:
        card = held(session_, viewer_id(), person_id, Act.SILENCE)
        sharing.moved_away(session_, card)
    flash(gettext("The card stays. Services of this city are no longer shown for it."), "success")
    return _silent(person_id)


def _silent(person_id: UUID) -> Response:
    offer_undo(url_for("residents.unsilence", person_id=person_id))
    return redirect(url_for("residents.people"), 303)


@bp.route("/family/<uuid:person_id>/silence/undo", methods=["POST"])
@resident
def unsilence(person_id: UUID) -> Response:
    """Show things about this person again."""
    with transaction() as session_:
        card = held(session_, viewer_id(), person_id, Act.SILENCE)
        sharing.silence(session_, card, silent=False)
    flash(gettext("Things about this person are shown again."), "success")
    return redirect(url_for("residents.people"), 303)
