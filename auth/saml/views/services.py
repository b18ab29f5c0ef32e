"""Administrators' pages: the tools clerks go to by SAML."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from auth.forms import EmptyForm
from auth.saml import keys, services
from auth.saml.forms import ServiceForm, filled
from auth.saml.models import SamlService
from auth.saml.services import BadService
from auth.staff import entry
from auth.staff.words import ROLE_WORDS
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.settings import Settings
from portal.core.web.access import staff

bp = Blueprint("saml_services", __name__)
MAY = "clients.manage"


@bp.get("/staff/tools")
@staff(MAY)
def index() -> ResponseReturnValue:
    """Every tool, and what its people must be told."""
    settings: Settings = current_app.extensions["mado.settings"]
    with transaction() as db:
        found = services.every(db)
        certificates = keys.published(db, keys.IDP)
    return render_template(
        "auth/saml/services.html",
        services=found,
        entity_id=f"{settings.STAFF_URL}/staff/tools/saml/metadata",
        sso_url=f"{settings.STAFF_URL}/staff/tools/saml/sso",
        signers=[(keys.fingerprint(pem), keys.ends_at(pem)) for pem in certificates],
    )


@bp.get("/staff/tools/certificate-<int:number>.pem")
@staff(MAY)
def certificate(number: int) -> ResponseReturnValue:
    """The certificate, to hand to a tool's people: 1 in use, 2 the next."""
    with transaction() as db:
        found = keys.published(db, keys.IDP)
    if not 1 <= number <= len(found):
        raise NotFound()
    response = make_response(found[number - 1])
    response.headers["Content-Type"] = "application/x-pem-file"
    response.headers["Content-Disposition"] = 'attachment; filename="mado-saml.pem"'
    return response


@bp.route("/staff/tools/new", methods=["GET", "POST"])
@staff(MAY)
def new() -> ResponseReturnValue:
    """A further tool."""
    if not_fresh := entry.fresh_or(url_for("saml_services.new")):
        return not_fresh
    form = ServiceForm()
    if form.valid():
        try:
            with transaction() as db:
                services.add(db, **form.values())
        except BadService as error:
            form.name.errors = [gettext(error.message)]
        else:
            flash(gettext("The tool is added."), "success")
            return redirect(url_for("saml_services.index"), 303)
    return render_template("auth/saml/service_form.html", form=form, service=None)


@bp.route("/staff/tools/<uuid:service_id>", methods=["GET", "POST"])
@staff(MAY)
def edit(service_id: UUID) -> ResponseReturnValue:
    """Look at a tool and change it."""
    if not_fresh := entry.fresh_or(url_for("saml_services.edit", service_id=service_id)):
        return not_fresh
    with transaction() as db:
        service = _service(db, service_id)
    form = filled(service)
    if form.valid():
        try:
            with transaction() as db:
                services.change(db, _service(db, service_id), **form.values())
        except BadService as error:
            form.name.errors = [gettext(error.message)]
        else:
            flash(gettext("The tool is changed."), "success")
            return redirect(url_for("saml_services.index"), 303)
    return render_template(
        "auth/saml/service_form.html",
        form=form,
        service=service,
        stopping=EmptyForm(),
        role_words=ROLE_WORDS,
    )


@bp.post("/staff/tools/<uuid:service_id>/stop")
@staff(MAY)
def stop(service_id: UUID) -> ResponseReturnValue:
    """Nobody goes there from now on."""
    if not_fresh := entry.fresh_or(url_for("saml_services.edit", service_id=service_id)):
        return not_fresh
    with transaction() as db:
        services.stop(db, _service(db, service_id))
    flash(gettext("The tool is stopped."), "success")
    return redirect(url_for("saml_services.index"), 303)


def _service(db: Session, service_id: UUID) -> SamlService:
    found = db.get(SamlService, service_id)
    if found is None or found.stopped_at is not None:
        raise NotFound()
    return found
