"""Staff's pages of the hub of links."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from portal.core import audit, jobs
from portal.core.db import rows, transaction
from portal.core.errors import NotFound
from portal.core.i18n import current_language
from portal.core.web.access import staff
from portal.core.web.forms import AtMost, Form, Required, trimmed
from portal.guide.city_pages.reports import reason_key
from portal.guide.links import GROUPS
from portal.guide.links_kept import checking, keeping
from portal.guide.links_kept.keeping import BadLink
from portal.guide.links_kept.models import LinkCheck

bp = Blueprint("kept_links", __name__)
VIEW, EDIT = "catalogue.view", "catalogue.edit"
KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")


class LinkForm(Form):
    """A link in both languages."""

    key = StringField(_("Key"), [Required(), AtMost(40)], filters=[trimmed])
    group = SelectField(_("Group"))
    url = StringField(_("Web address"), [Required(), AtMost(500)], filters=[trimmed])
    title_ja = StringField(_("Title in Japanese"), [Required(), AtMost(60)], filters=[trimmed])
    title_en = StringField(_("Title in English"), [Required(), AtMost(80)], filters=[trimmed])
    summary_ja = StringField(
        _("Sentence in Japanese"), [Required(), AtMost(120)], filters=[trimmed]
    )
    summary_en = StringField(_("Sentence in English"), [Required(), AtMost(200)], filters=[trimmed])
    system_browser = BooleanField(_("Opens in the phone's own browser (signatures need it)"))
    hidden = BooleanField(_("Hidden from residents"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        choices: Any = [
            SelectChoice(key, name.say(current_language())) for key, name in GROUPS.items()
        ]
        self.group.choices = choices

    def values(self) -> dict[str, Any]:
        """In the words of the record."""
        return {name: self[name].data for name in keeping.FIELDS}


@bp.get("/staff/links")
@staff(VIEW)
def index() -> ResponseReturnValue:
    """All links in their order, and how each was last found."""
    return render_template(
        "portal/links_kept/links.html",
        links=keeping.every(),
        groups={key: name.say(current_language()) for key, name in GROUPS.items()},
        last={row[0]: row for row in rows(checking.LAST, {})},
        broken=checking.broken(),
        reason_key=reason_key,
    )


@bp.route("/staff/links/new", methods=["GET", "POST"])
@staff(EDIT)
def new() -> ResponseReturnValue:
    """A further link."""
    form = LinkForm()
    if form.valid():
        if not KEY.fullmatch(form.key.data or "") or form.key.data in keeping.every():
            form.key.errors = [gettext("Please use small letters and figures, not in use yet.")]
        elif _kept(form, str(form.key.data)):
            return redirect(url_for("kept_links.index"), 303)
    return render_template("portal/links_kept/form.html", form=form, key=None)


@bp.route("/staff/links/<key>/edit", methods=["GET", "POST"])
@staff(EDIT)
def edit(key: str) -> ResponseReturnValue:
    """Change a link's words, or hide it."""
    kept = keeping.every().get(key)
    if kept is None:
        raise NotFound()
    form = LinkForm(data={"key": key} | keeping.said_of(kept))
    if form.valid() and _kept(form, key):
        return redirect(url_for("kept_links.index"), 303)
    return render_template("portal/links_kept/form.html", form=form, key=key)


@bp.post("/staff/links/<key>/up")
@staff(EDIT)
def up(key: str) -> ResponseReturnValue:
    """One place earlier."""
    with transaction() as session:
        keeping.move(session, key, -1)
    return redirect(url_for("kept_links.index"), 303)


@bp.post("/staff/links/<key>/down")
@staff(EDIT)
def down(key: str) -> ResponseReturnValue:
    """One place later."""
    with transaction() as session:
        keeping.move(session, key, 1)
    return redirect(url_for("kept_links.index"), 303)


@bp.post("/staff/links/<key>/check")
@staff(EDIT)
def check(key: str) -> ResponseReturnValue:
    """Look at a link now."""
    if key not in keeping.shown():
        raise NotFound()
    with transaction() as session:
        jobs.ring(session, checking.JOB, key, queue="tick")
        audit.record(session, "link.check_ordered", ("link", key))
    flash(gettext("The link is being looked at. Please open this page again in a moment."), "info")
    return redirect(url_for("kept_links.history", key=key), 303)


@bp.get("/staff/links/<key>")
@staff(VIEW)
def history(key: str) -> ResponseReturnValue:
    """One link and every look at it."""
    kept = keeping.every().get(key)
    if kept is None:
        raise NotFound()
    with transaction() as session:
        checks = session.scalars(
            select(LinkCheck).where(LinkCheck.key == key).order_by(LinkCheck.at.desc()).limit(100)
        ).all()
    return render_template(
        "portal/links_kept/link.html", kept=kept, checks=checks, reason_key=reason_key
    )


def _kept(form: LinkForm, key: str) -> bool:
    try:
        with transaction() as session:
            keeping.keep(session, key, **form.values())
    except BadLink as error:
        form[error.field].errors = [gettext(error.message)]
        return False
    flash(gettext("The link is kept."), "success")
    return True
