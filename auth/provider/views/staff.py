"""Administrators' pages: the tools that may sign residents in through us."""

from __future__ import annotations

import base64
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from auth.forms import EmptyForm
from auth.provider import clients as tools
from auth.provider import ending
from auth.provider.clients import BadClient, Client
from auth.provider.forms import ClientForm, filled
from auth.provider.views.blueprint import issuer
from portal.core.crypto import key_ring
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.web.access import staff

bp = Blueprint("provider_staff", __name__)
MAY = "clients.manage"
SECRET = "client_secret"  # noqa: S105  (a place in the session, not a secret)


@bp.get("/staff/clients")
@staff(MAY)
def index() -> ResponseReturnValue:
    """Every tool, stopped ones too."""
    with transaction() as db:
        return render_template("auth/provider/clients.html", clients=tools.every(db))


@bp.route("/staff/clients/new", methods=["GET", "POST"])
@staff(MAY)
def new() -> ResponseReturnValue:
    """A further tool."""
    form = ClientForm()
    if form.valid():
        try:
            with transaction() as db:
                client, secret = tools.add(db, **form.values(), sector="")
        except BadClient as error:
            form.name.errors = [gettext(error.message)]
        else:
            if secret is not None:
                _keep(client, secret)
            return redirect(url_for("provider_staff.show", client_id=client.id), 303)
    return render_template("auth/provider/client_form.html", form=form, client=None)


@bp.get("/staff/clients/<uuid:client_id>")
@staff(MAY)
def show(client_id: UUID) -> ResponseReturnValue:
    """One tool; its new secret, once."""
    with transaction() as db:
        client = _client(db, client_id)
    return render_template(
        "auth/provider/client.html",
        client=client,
        secret=_kept(client),
        issuer=issuer(),
        form=EmptyForm(),
    )


@bp.route("/staff/clients/<uuid:client_id>/edit", methods=["GET", "POST"])
@staff(MAY)
def edit(client_id: UUID) -> ResponseReturnValue:
    """Change what a tool may do."""
    with transaction() as db:
        client = _client(db, client_id)
        form = filled(client)
        needed_secret = client.secret_hash is None
    if form.valid():
        try:
            with transaction() as db:
                client = _client(db, client_id)
                tools.change(db, client, **form.values())
                if needed_secret and client.auth_method.startswith("client_secret"):
                    _keep(client, tools.renew_secret(client))
        except BadClient as error:
            form.name.errors = [gettext(error.message)]
        else:
            flash(gettext("The tool is changed."), "success")
            return redirect(url_for("provider_staff.show", client_id=client_id), 303)
    return render_template("auth/provider/client_form.html", form=form, client=client)


@bp.post("/staff/clients/<uuid:client_id>/stop")
@staff(MAY)
def stop(client_id: UUID) -> ResponseReturnValue:
    """Stop a tool now."""
    with transaction() as db:
        ending.stop(db, _client(db, client_id))
    flash(gettext("The tool is stopped. Its tokens are worth nothing any more."), "success")
    return redirect(url_for("provider_staff.index"), 303)


def _client(db: Session, client_id: UUID) -> Client:
    found = db.get(Client, client_id)
    if found is None:
        raise NotFound()
    return found


def _keep(client: Client, secret: str) -> None:
    """Sealed in the session until its page was shown."""
    sealed = key_ring().encrypt(secret.encode(), _place(client))
    session[SECRET] = base64.b64encode(sealed).decode()


def _kept(client: Client) -> str | None:
    sealed = session.pop(SECRET, None)
    return key_ring().decrypt(base64.b64decode(sealed), _place(client)).decode() if sealed else None


def _place(client: Client) -> str:
    return f"sessions.data.client_secret:{client.id}"
