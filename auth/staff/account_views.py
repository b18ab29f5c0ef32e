"""Administrators' pages: clerks' accounts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.errors import Taken
from auth.forms import EmptyForm
from auth.passkeys import records as passkeys
from auth.passkeys.records import Owner
from auth.staff import accounts, enrolment, entry, forms, identities, rights, role_changes
from auth.staff.accounts import StaffAccount
from auth.staff.role_changes import LastAdministrator, administrators_kept
from auth.staff.role_forms import desk_names
from auth.staff.words import ROLE_WORDS
from portal.core.clock import today
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.i18n import current_language
from portal.core.web.access import staff

bp = Blueprint("staff_accounts", __name__)
SEE, MANAGE = "staff.view", "staff.manage"


@bp.get("/staff/accounts")
@staff(SEE)
def index() -> ResponseReturnValue:
    """Every account; names are encrypted, so the search looks through the opened rows."""
    wanted, state = request.args.get("q", "").strip(), request.args.get("state", "")
    with transaction() as db:
        found = db.scalars(select(StaffAccount)).all()
        plans = role_changes.planned(db)
    shown = [one for one in found if _fits(one, wanted.casefold(), state)]
    shown.sort(key=lambda one: (one.state_on(today()) == "ended", one.email))
    return render_template(
        "auth/staff/accounts.html",
        accounts=shown,
        plans=plans,
        today=today(),
        wanted=wanted,
        state=state,
        role_words=ROLE_WORDS,
    )


@bp.route("/staff/accounts/new", methods=["GET", "POST"])
@staff(MANAGE)
def new() -> ResponseReturnValue:
    """A further clerk, who gets an invitation by mail."""
    if not_fresh := entry.fresh_or(url_for("staff_accounts.new")):
        return not_fresh
    form = forms.NewAccountForm(data={"starts_on": today()})
    if form.valid():
        try:
            with transaction() as db:
                values = form.values()
                held = rights.held_back(db, None, values["roles"])
                now = {"roles": sorted(set(values["roles"]) - held)}
                account = accounts.add_staff(
                    db, email=form.email.data or "", invited=True, **(values | now)
                )
                if held:
                    rights.propose(db, account.id, entry.clerk(), {"roles": values["roles"]})
                enrolment.invite(db, account, language=current_language())
        except Taken as error:
            form.email.errors = [gettext(error.message)]
        else:
            flash(gettext("The account is made, and an invitation is on its way."), "success")
            _tell_held(held)
            return redirect(url_for("staff_accounts.show", account_id=account.id), 303)
    return render_template("auth/staff/account_form.html", form=form, account=None)


@bp.get("/staff/accounts/<uuid:account_id>")
@staff(SEE)
def show(account_id: UUID) -> ResponseReturnValue:
    """One account."""
    with transaction() as db:
        account = _account(db, account_id)
        plan = role_changes.planned(db).get(account.id)
        bound = identities.of(db, account.id)
        limits = rights.limits_of(db, account.id)
        waits = [one for one in rights.waiting(db) if one.staff_id == account.id]
        keys = passkeys.count(db, Owner("staff", account.id))
    return render_template(
        "auth/staff/account.html",
        desks=desk_names(),
        limits=limits,
        waits=waits,
        account=account,
        plan=plan,
        bound=bound,
        passkeys=keys,
        today=today(),
        role_words=ROLE_WORDS,
    )


@bp.route("/staff/accounts/<uuid:account_id>/edit", methods=["GET", "POST"])
@staff(MANAGE)
def edit(account_id: UUID) -> ResponseReturnValue:
    """Change name, roles and days."""
    if not_fresh := entry.fresh_or(url_for("staff_accounts.edit", account_id=account_id)):
        return not_fresh
    with transaction() as db:
        form = forms.filled(_account(db, account_id))
    if form.valid() and _changed(form, account_id):
        flash(gettext("The account is changed."), "success")
        return redirect(url_for("staff_accounts.show", account_id=account_id), 303)
    with transaction() as db:
        account = _account(db, account_id)
    return render_template("auth/staff/account_form.html", form=form, account=account)


def _changed(form: forms.AccountForm, account_id: UUID) -> bool:
    try:
        with transaction() as db, administrators_kept(db):
            account = _account(db, account_id)
            role_changes.cancel(db, account.id)
            values = form.values()
            held = rights.held_back(db, account, values["roles"])
            if held:  # roles stay as they are until another administrator agrees
                rights.propose(db, account.id, entry.clerk(), {"roles": values.pop("roles")})
            if not accounts.change_staff(db, account, values):
                accounts.looked_over(db, account)
        _tell_held(held)
    except LastAdministrator as error:
        form.roles.errors = [gettext(error.message)]
        return False
    except Taken as error:
        form.login_name.errors = [gettext(error.message)]
        return False
    return True


def _tell_held(held: frozenset[str]) -> None:
    if held:
        words = gettext("This gives rights over people's data: another administrator must agree.")
        flash(words, "success")


@bp.route("/staff/accounts/<uuid:account_id>/end", methods=["GET", "POST"])
@staff(MANAGE)
def end(account_id: UUID) -> ResponseReturnValue:
    """End an account now."""
    if not_fresh := entry.fresh_or(url_for("staff_accounts.end", account_id=account_id)):
        return not_fresh
    return _confirmed(account_id, "end", _end, gettext("The account is ended."))


@bp.route("/staff/accounts/<uuid:account_id>/reset", methods=["GET", "POST"])
@staff(MANAGE)
def reset(account_id: UUID) -> ResponseReturnValue:
    """Take the second step away and invite the clerk anew."""
    if not_fresh := entry.fresh_or(url_for("staff_accounts.reset", account_id=account_id)):
        return not_fresh
    words = gettext("The second step is taken away, and an invitation is on its way.")
    return _confirmed(account_id, "reset", _reset, words)


@bp.post("/staff/accounts/<uuid:account_id>/invitation")
@staff(MANAGE)
def invite(account_id: UUID) -> ResponseReturnValue:
    """A further link, to bind an outside identity or because the first one is too old."""
    back = url_for("staff_accounts.show", account_id=account_id)
    if not_fresh := entry.fresh_or(back):
        return not_fresh
    with transaction() as db:
        account = _account(db, account_id)
        if account.state_on(today()) == "ended":
            raise NotFound()
        enrolment.invite(db, account, language=current_language())
    flash(gettext("An invitation is on its way."), "success")
    return redirect(back, 303)


@bp.post("/staff/accounts/<uuid:account_id>/unbind")
@staff(MANAGE)
def unbind(account_id: UUID) -> ResponseReturnValue:
    """Take an outside identity away."""
    back = url_for("staff_accounts.show", account_id=account_id)
    if not_fresh := entry.fresh_or(back):
        return not_fresh
    with transaction() as db:
        account = _account(db, account_id)
        if not identities.unbind(db, account.id, request.form.get("issuer", "")):
            raise NotFound()
        accounts.sign_out_everywhere(db, account.id)
    flash(gettext("The outside identity is taken away."), "success")
    return redirect(back, 303)


def _confirmed(account_id: UUID, act: str, do: Any, words: str) -> ResponseReturnValue:
    """A page that asks, and the act."""
    form = EmptyForm()
    with transaction() as db:
        account = _account(db, account_id)
    if form.valid():
        with transaction() as db, administrators_kept(db):
            do(db, _account(db, account_id))
        flash(words, "success")
        return redirect(url_for("staff_accounts.show", account_id=account_id), 303)
    return render_template(f"auth/staff/account_{act}.html", form=form, account=account)


def _end(db: Session, account: StaffAccount) -> None:
    role_changes.cancel(db, account.id)
    accounts.end_staff(db, account)


def _reset(db: Session, account: StaffAccount) -> None:
    if account.state_on(today()) == "ended":
        raise NotFound()
    enrolment.reset(db, account, language=current_language())


def _account(db: Session, account_id: UUID) -> StaffAccount:
    found = db.get(StaffAccount, account_id)
    if found is None:
        raise NotFound()
    return found


def _fits(account: StaffAccount, wanted: str, state: str) -> bool:
    words = f"{account.name} {account.email} {account.login_name or ''}".casefold()
    return wanted in words and state in {"", account.state_on(today())}
