"""The list of favourites, and the stars that fill it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.core.db import transaction
from portal.core.i18n import current_language
from portal.core.web.access import came_from, resident
from portal.mypage import favourites
from portal.residents.pages import offer_undo, take_undo, viewer_id
from portal.search.documents import KINDS

bp = Blueprint("favourites", __name__)


@bp.route("/my/favourites")
@resident
def index() -> str:
    """Everything that was marked."""
    found = favourites.favourites_of(viewer_id(), current_language())
    return render_template(
        "portal/favourites.html", favourites=found, kinds=KINDS, undo=take_undo()
    )


@bp.route("/favourites/<kind>/<path:key>/star", methods=["POST"])
@resident
def add(kind: str, key: str) -> Response:
    """Mark a thing."""
    with transaction() as session:
        favourites.add(session, viewer_id(), kind, key)
    flash(gettext("It is among your favourites on My Page."), "success")
    return _back()


@bp.route("/favourites/<kind>/<path:key>/removal", methods=["POST"])
@resident
def remove(kind: str, key: str) -> Response:
    """Take the mark away; the list offers to put it back."""
    with transaction() as session:
        favourites.remove(session, viewer_id(), kind, key)
    flash(gettext("It is no longer among your favourites."), "success")
    if not request.form.get("back"):
        offer_undo(url_for("favourites.add", kind=kind, key=key))
    return _back()


def _back() -> Response:
    return redirect(came_from(url_for("favourites.index")), 303)
