"""Pages for every clerk: go to a page by its name, the list of shortcuts and their switch."""

from __future__ import annotations

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.console import bulk, bulk_pages, keys, place_words, tables
from portal.console.going import Place, found
from portal.console.records import Assignment, BulkRun, KeysOff
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.i18n import gettext
from portal.core.registries import registries
from portal.core.web.access import access_of, current_viewer, staff
from portal.core.web.menu import path_of

bp = Blueprint("console", __name__, url_prefix="/staff")
LONGEST = 60
RECORDS = (BulkRun, Assignment, KeysOff)


def register(app: Flask) -> None:
    """The blueprint."""
    app.register_blueprint(bp)
    app.register_blueprint(bulk_pages.bp)
    tables.install(app)
    bulk.install(app)
    app.context_processor(keys.on_pages)


@bp.get("/go")
@staff()
def go() -> ResponseReturnValue:
    """Pages by what is typed; the only one, or the one of exactly this name, opens at once."""
    query = request.args.get("q", "").strip()[:LONGEST]
    fits = found(query, places()) if query else []
    if query and (len(fits) == 1 or (fits and query in fits[0].names)):
        return redirect(path_of(fits[0].endpoint), 303)
    return render_template(
        "portal/console/go.html",
        query=query,
        fits=bool(fits),
        places=[(place.names[0], path_of(place.endpoint)) for place in fits],
    )


@bp.get("/shortcuts")
@staff()
def shortcuts() -> str:
    """What the keys do, and the switch."""
    return render_template("portal/console/shortcuts.html")


@bp.post("/shortcuts")
@staff()
def switch() -> ResponseReturnValue:
    """Keys on or off for this clerk, wherever they sign in."""
    wanted, me = request.form.get("keys") == "on", current_viewer().id
    if me is None:
        raise NotFound()
    with transaction() as session:
        keys.switch(session, me, on=wanted)
    flash(gettext("Shortcuts are on.") if wanted else gettext("Shortcuts are off."), "success")
    return redirect(path_of("console.shortcuts"), 303)


def places() -> list[Place]:
    """Every page this clerk may open by its name, those of the menu first."""
    app, viewer, words = current_app, current_viewer(), place_words.words()
    names = {item.endpoint: item.label for item in registries().nav if item.face == "staff"}
    names |= {key: label for key, label in place_words.FURTHER.items() if key not in names}
    return [
        Place(endpoint, (gettext(label), label), words.get(endpoint, ""))
        for endpoint, label in names.items()
        for access in [access_of(app._get_current_object(), endpoint)]  # type: ignore[attr-defined]
        if access is not None and (access.permission is None or viewer.may(access.permission))
    ]
