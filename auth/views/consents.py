"""What one agreed to, and guardians: the ledger, its CSV, a child's code, a guardian's yes."""

from __future__ import annotations

import csv
import io
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from auth import consents, guardians
from auth.forms import EmptyForm, GuardianCodeForm, GuardianForm
from auth.guardians import Age
from auth.views import bp, here
from portal.core.clock import in_tokyo
from portal.core.db import transaction
from portal.core.errors import N_, Conflict
from portal.core.i18n import LANGUAGES, current_language
from portal.core.web.access import resident

RELATIONS = {"parent": N_("Mother or father"), "guardian": N_("Another legal guardian")}
BASES = {
    "own_account": N_("with the guardian's own account"),
    "stated": N_("the guardian sat beside"),
}


@bp.get("/account/consents")
@resident
def consent_ledger() -> ResponseReturnValue:
    """Every version one agreed to, when and in which language."""
    with transaction() as db:
        rows = _rows(here.subject())
        age = guardians.age(db, here.subject())
        missing = guardians.is_missing(db, here.subject())
    return render_template(
        "auth/consents/ledger.html",
        rows=rows,
        adult=age is Age.ADULT,
        minor=age is Age.MINOR,
        missing=missing,
        changes={one.name: gettext(one.changed) for one in consents.VERSIONS},
    )


@bp.get("/account/consents.csv")
@resident
def consent_ledger_csv() -> ResponseReturnValue:
    """The same to keep, with a BOM (spreadsheets read it as UTF-8)."""
    text = io.StringIO()
    table = csv.writer(text)
    heads = (N_("Terms"), N_("Agreed at"), N_("Language"), N_("Who agreed"))
    table.writerow([gettext(head) for head in heads])
    table.writerows(_rows(here.subject()))
    response = make_response("\ufeff" + text.getvalue())
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="terms.csv"'
    return response


@bp.get("/account/terms")
@resident
def terms_now() -> ResponseReturnValue:
    """The terms of today, to read again."""
    return render_template("auth/consents/terms.html", version=consents.TERMS_VERSION)


@bp.route("/account/guardian", methods=["GET", "POST"])
@resident
def guardian() -> ResponseReturnValue:
    """A child's page: the guardian agrees here, or with the own account by a code."""
    form = GuardianForm()
    with transaction() as db:
        missing = guardians.is_missing(db, here.subject())
        if not missing and request.method == "POST":
            raise Conflict(N_("Your guardian has agreed already, or need not."))
        if missing and form.valid():
            guardians.state(db, here.subject(), form.relation.data, current_language())
            missing = False
            flash(gettext("Thank you. It is written down."), "success")
    if not missing:
        return redirect(here.HOME, 303)
    return render_template("auth/consents/guardian.html", form=form, again=EmptyForm(), code=None)


@bp.post("/account/guardian/code")
@resident
def guardian_code() -> ResponseReturnValue:
    """A code for the guardian; shown once, good for a week."""
    with transaction() as db:
        code = guardians.ask(db, here.subject())
    return render_template(
        "auth/consents/guardian.html",
        form=GuardianForm(formdata=None),
        again=EmptyForm(),
        code=code,
    )


@bp.route("/account/children", methods=["GET", "POST"])
@resident
def agree_for_child() -> ResponseReturnValue:
    """A guardian's page: the child's code, then the terms and the yes."""
    wait = here.fresh_or(url_for("auth.agree_for_child"))
    if wait is not None:
        return wait
    form = GuardianCodeForm()
    if not form.valid():
        return render_template("auth/consents/child_code.html", form=form)
    with transaction() as db:
        child = guardians.child_of(db, here.subject(), form.code.data or "")
    if child is None:
        form.code.errors = [gettext("This code is not right, or it is over. Ask for a new one.")]
        return render_template("auth/consents/child_code.html", form=form)
    yes = GuardianForm() if "relation" in request.form else GuardianForm(formdata=None)
    if "relation" in request.form and yes.valid():
        return _agreed(form.code.data or "", yes.relation.data)
    return render_template(
        "auth/consents/child.html", form=yes, code=form.code.data, nickname=child.nickname
    )


def _agreed(code: str, relation: str) -> ResponseReturnValue:
    with transaction() as db:
        guardians.agree(db, here.subject(), code, relation, current_language())
    flash(gettext("Thank you. It is written down."), "success")
    return redirect(url_for("auth.consent_ledger"), 303)


def guardian_first(resident_id: UUID) -> str | None:
    """After the own card was saved: a child first lets the guardian agree."""
    with transaction() as db:
        return url_for("auth.guardian") if guardians.is_missing(db, resident_id) else None


def _rows(resident_id: UUID) -> list[tuple[str, str, str, str]]:
    """(version, moment, language, who) of the ledger, the newest first."""
    with transaction() as db:
        own = [
            (one.at, one.version, one.language, gettext("You"))
            for one in consents.of(db, resident_id)
        ]
        for_me = [
            (one.at, one.version, one.language, _guardian(one.relation, one.basis))
            for one in guardians.of(db, resident_id)
        ]
        given = [
            (one.at, one.version, one.language, gettext("You, for a child"))
            for one in guardians.given_by(db, resident_id)
        ]
    found = sorted([*own, *for_me, *given], reverse=True)
    return [
        (version, in_tokyo(at).strftime("%Y-%m-%d %H:%M"), LANGUAGES.get(language, language), who)
        for at, version, language, who in found
    ]


def _guardian(relation: str, basis: str) -> str:
    return f"{gettext(RELATIONS[relation])} ({gettext(BASES[basis])})"
