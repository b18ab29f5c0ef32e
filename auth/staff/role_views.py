"""Administrators' pages: the table of rights, composed roles, limits, the second clerk's word."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from auth.forms import EmptyForm
from auth.staff import entry, rights, role_forms
from auth.staff.accounts import StaffAccount
from auth.staff.operations import OPERATIONS, SENSITIVE, Limit
from auth.staff.role_changes import LastAdministrator
from auth.staff.role_records import RightProposal, StaffRole
from auth.staff.words import role_names
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.web.access import staff

bp = Blueprint("staff_roles", __name__)
SEE, MANAGE = "staff.view", "staff.manage"


@bp.get("/staff/roles")
@staff(SEE)
def index() -> ResponseReturnValue:
    """Who may do what: one table; what waits for a second clerk."""
    with transaction() as db:
        roles = rights.composed(db)
        own = set(db.scalars(select(StaffRole.name).where(StaffRole.ended_at.is_(None))))
        waiting = rights.waiting(db)
        names = {one.id: one.name for one in db.scalars(select(StaffAccount))}
    return render_template(
        "auth/staff/roles.html",
        roles=roles,
        own=own,
        words=role_names(roles),
        operations=[(key, gettext(words), key in SENSITIVE) for key, words in OPERATIONS.items()],
        waiting=[_told(one, names) for one in waiting],
        me=entry.clerk(),
    )


@bp.route("/staff/roles/new", methods=["GET", "POST"])
@staff(MANAGE)
def new() -> ResponseReturnValue:
    """Compose a role from operations."""
    if not_fresh := entry.fresh_or(url_for("staff_roles.new")):
        return not_fresh
    form = role_forms.RoleForm()
    if form.valid():
        try:
            with transaction() as db:
                rights.compose(db, form.name.data or "", form.operations.data or [])
        except rights.NameTaken as error:
            form.name.errors = [gettext(error.message)]
        except rights.Apart as error:
            form.operations.errors = [gettext(error.message)]
        else:
            flash(gettext("The role is made. Nobody has it yet."), "success")
            return redirect(url_for("staff_roles.index"), 303)
    return render_template("auth/staff/role_form.html", form=form)


@bp.route("/staff/roles/end", methods=["GET", "POST"])
@staff(MANAGE)
def end() -> ResponseReturnValue:
    """A composed role gives nothing any more."""
    name = request.args.get("role", "")
    here = url_for("staff_roles.end", role=name)
    if not_fresh := entry.fresh_or(here):
        return not_fresh
    form = EmptyForm()
    with transaction() as db:
        role = db.get(StaffRole, name)
        if role is None or role.ended_at is not None:
            raise NotFound()
        having = select(StaffAccount.id).where(StaffAccount.roles.contains([name]))
        holders = len(db.scalars(having).all())
        if form.valid():
            rights.end_role(db, name)
    if form.is_submitted() and not form.errors:
        flash(gettext("The role is ended."), "success")
        return redirect(url_for("staff_roles.index"), 303)
    return render_template("auth/staff/role_end.html", form=form, name=name, holders=holders)


@bp.post("/staff/rights/<uuid:proposal_id>/agree")
@staff(MANAGE)
def agree(proposal_id: UUID) -> ResponseReturnValue:
    """The second clerk agrees: the rights hold from now on."""
    return _decide(proposal_id, True, gettext("Agreed. The rights hold now."))


@bp.post("/staff/rights/<uuid:proposal_id>/refuse")
@staff(MANAGE)
def refuse(proposal_id: UUID) -> ResponseReturnValue:
    """Not agreed, or taken back by who asked."""
    return _decide(proposal_id, False, gettext("It is refused. Nothing has changed."))


@bp.route("/staff/accounts/<uuid:account_id>/limits", methods=["GET", "POST"])
@staff(MANAGE)
def limits(account_id: UUID) -> ResponseReturnValue:
    """For which department and from when until when each role of a clerk holds."""
    here = url_for("staff_roles.limits", account_id=account_id)
    if not_fresh := entry.fresh_or(here):
        return not_fresh
    form, problem = EmptyForm(), ""
    with transaction() as db:
        account = _account(db, account_id)
        kept = rights.limits_of(db, account_id)
        words = role_names(rights.composed(db))
    if form.valid():
        wanted, problem = role_forms.limits_sent(account.roles)
        problem = problem or _limit(account_id, wanted)
        kept = wanted
        if not problem:
            return redirect(url_for("staff_accounts.show", account_id=account_id), 303)
    return render_template(
        "auth/staff/limits.html",
        form=form,
        account=account,
        limits={role: kept.get(role, Limit()) for role in account.roles},
        words=words,
        desks=role_forms.desk_names(),
        problem=problem,
    )


def _limit(account_id: UUID, wanted: dict[str, Limit]) -> str:
    """Set them; the words of what stands against it."""
    try:
        with transaction() as db:
            done = rights.set_limits(db, _account(db, account_id), wanted, entry.clerk())
    except (rights.NoLimits, rights.NoDepartments) as error:
        return str(gettext(error.message))
    words = (
        gettext("The limits are kept.")
        if done
        else gettext("This gives rights over people's data: another administrator must agree.")
    )
    flash(words, "success")
    return ""


def _decide(proposal_id: UUID, agreed: bool, words: str) -> Response:
    back = url_for("staff_roles.index")
    if not_fresh := entry.fresh_or(back):
        return not_fresh
    try:
        with transaction() as db:
            rights.decide(db, proposal_id, entry.clerk(), agreed=agreed)
    except LastAdministrator as error:
        flash(gettext(error.message), "error")
    else:
        flash(words, "success")
    return redirect(back, 303)


def _account(db: Any, account_id: UUID) -> StaffAccount:
    found: StaffAccount | None = db.get(StaffAccount, account_id)
    if found is None:
        raise NotFound()
    return found


def _told(one: RightProposal, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "id": one.id,
        "staff_id": one.staff_id,
        "clerk": names.get(one.staff_id, ""),
        "roles": one.values.get("roles"),
        "limits": "limits" in one.values,
        "day": one.values.get("day"),
        "asked_by": names.get(one.asked_by, ""),
        "asked_by_id": one.asked_by,
        "asked_at": one.asked_at,
    }
