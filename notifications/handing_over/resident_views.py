"""The resident's page: which tools may have what, since when, and what each was given."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from notifications.handing_over import defining, listing
from portal.core.db import transaction
from portal.core.i18n import current_language
from portal.core.web.access import current_viewer, resident_proven_to_change
from portal.residents.pages import offer_undo, take_undo

bp = Blueprint("own_hand_overs", __name__, url_prefix="/hand-overs")


@bp.get("")
@resident_proven_to_change
def index() -> str:
    """Every tool in plain words."""
    with transaction() as session:
        found = listing.offers(session, _me())
    return render_template("notifications/hand_overs/own.html", offers=found, undo=take_undo())


@bp.post("/<uuid:hand_over_id>/consent")
@resident_proven_to_change
def agree(hand_over_id: UUID) -> Response:
    """This tool may have what the page says."""
    with transaction() as session:
        defining.agree(session, hand_over_id, _me(), current_language())
    offer_undo(url_for("own_hand_overs.withdraw", hand_over_id=hand_over_id))
    flash(gettext("You agreed. You can take it back here at any time."), "success")
    return redirect(url_for("own_hand_overs.index"), 303)


@bp.post("/<uuid:hand_over_id>/withdrawal")
@resident_proven_to_change
def withdraw(hand_over_id: UUID) -> Response:
    """It may not any more."""
    with transaction() as session:
        defining.withdraw(session, hand_over_id, _me())
    offer_undo(url_for("own_hand_overs.agree", hand_over_id=hand_over_id))
    flash(gettext("Taken back. The tool is told to delete your data."), "success")
    return redirect(url_for("own_hand_overs.index"), 303)


def _me() -> UUID:
    found = current_viewer().id
    assert found is not None  # noqa: S101  (the routes are for signed-in residents)
    return found
