"""Staff pages: the catalogue as a file, and files back in as drafts, looked at first."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import func, select
from wtforms import HiddenField

from portal.catalogue import exporting, store
from portal.catalogue.exporting import Format
from portal.catalogue.exporting_columns import About, Publisher
from portal.catalogue.importing import Plan, plan
from portal.catalogue.importing_acts import write_drafts
from portal.catalogue.load import Thing, load_catalogue
from portal.catalogue.models import CatalogueRevision, State
from portal.catalogue.staff.file_faults import say_trouble
from portal.core import audit
from portal.core.clock import in_tokyo, today
from portal.core.db import read, transaction
from portal.core.errors import NotFound
from portal.core.web.access import current_viewer, staff
from portal.core.web.forms import Form
from portal.guide.links import outside_links

bp = Blueprint("exchange", __name__, url_prefix="/staff/exchange")
MEDIA = {Format.JSON: "application/json"}


class FileForm(Form):
    """A file to look at."""

    table = FileField(_("File"), [FileRequired(_("Please fill this in."))])


class KeptForm(Form):
    """The file that was looked at, sent along."""

    kept = HiddenField()


@bp.route("", methods=["GET", "POST"])
@staff("catalogue.edit", audited=False)  # a dry run: nothing is written
def index() -> ResponseReturnValue:
    """Files to take away, and a file to look at."""
    form = FileForm()
    if form.valid():
        return _looked_at(form.table.data.read())
    return render_template("portal/staff_exchange.html", form=form, formats=list(Format))


@bp.post("/drafts")
@staff("catalogue.edit")
def drafts() -> ResponseReturnValue:
    """What was looked at becomes drafts, each with its own audit entry."""
    raw = _kept(KeptForm().kept.data or "")
    made = plan(raw, _entries(), about_city())
    with transaction() as session:
        written = write_drafts(session, made, by=current_viewer().id, note=gettext("From a file"))
        audit.record(
            session, "catalogue.imported", drafts=len(written), rejected=len(made.rejected)
        )
    if made.rejected:
        return _report(made, raw, written=True)
    flash(gettext("%(count)s drafts are written.", count=len(written)), "success")
    return redirect(url_for("exchange.index"), 303)


@bp.get("/<any(gif,opendata,json):form>")
@staff("catalogue.view")
def download(form: str) -> Response:
    """The catalogue in a form."""
    wanted = Format(form)
    if wanted is Format.JSON:
        return _file(exporting.full(_entries()).encode(), "services.json", MEDIA[wanted])
    return _file(exporting.table(wanted, about_city()), f"services-{form}.csv", "text/csv")


@bp.get("/<any(gif,opendata):form>/definition")
@staff("catalogue.view")
def definition(form: str) -> Response:
    """What the columns of a table hold."""
    return _file(exporting.definition(Format(form)), f"services-{form}-items.csv", "text/csv")


def about_city() -> About:
    """What cells need to know of this city."""
    settings = current_app.extensions["mado.settings"]
    publisher = Publisher(settings.CITY_NAME, settings.PUBLIC_URL.rstrip("/"), settings.CITY_CODE)
    links = {key: link.url for key, link in outside_links().items()}
    return About(load_catalogue(), publisher, today(), links, _updated())


def _updated() -> dict[str, Any]:
    found = read().execute(
        select(CatalogueRevision.key, func.max(CatalogueRevision.live_at))
        .where(CatalogueRevision.thing == Thing.SERVICE, CatalogueRevision.state == State.LIVE)
        .group_by(CatalogueRevision.key)
    )
    return {row[0]: in_tokyo(row[1]).date() for row in found if row[1]}


def _entries() -> Any:
    return store.entries_over(store.live_entries())


def _looked_at(raw: bytes) -> str:
    return _report(plan(raw, _entries(), about_city()), raw, written=False)


def _report(made: Plan, raw: bytes, *, written: bool) -> str:
    form = KeptForm(formdata=None, kept=base64.b64encode(raw).decode())
    return render_template(
        "portal/staff_exchange_report.html",
        plan=made,
        form=form,
        written=written,
        say_trouble=say_trouble,
    )


def _kept(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NotFound() from None


def _file(raw: bytes, name: str, kind: str) -> Response:
    response = Response(raw, content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
