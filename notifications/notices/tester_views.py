"""The clerk's page of the test phone, and the resident's page where its code is typed."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import StringField

from notifications.inbox.pages import bp as inbox
from notifications.notices import testers, testing
from notifications.notices.testers import WrongCode
from notifications.notices.views import bp, me
from portal.core.db import transaction
from portal.core.web.access import current_viewer, resident, staff
from portal.core.web.app import limiter
from portal.core.web.forms import Form, Required, digits


class CodeForm(Form):
    """The eight digits of the clerk's page."""

    code = StringField(lazy_gettext("Number of the staff page"), [Required()], filters=[digits])


@bp.context_processor
def _phone() -> dict[str, object]:
    """Whether the clerk of the page has a test phone."""
    return {"has_test_phone": _linked}


@bp.route("/test-phone", methods=["GET", "POST"])
@staff("notices.write")
def test_phone() -> str:
    """Whether a phone is linked; a POST shows a code for linking one."""
    form, code = Form(), None
    if form.valid():
        with transaction() as session:
            code = testers.new_code(session, me())
    return render_template(
        "notifications/test_phone.html",
        code=code,
        linked=_linked(),
        address=url_for("inbox.test_phone_code", _external=False),
    )


@bp.post("/test-phone/removal")
@staff("notices.write")
def test_phone_away() -> Response:
    """Tests by mail only again."""
    with transaction() as session:
        testers.forget(session, me())
    flash(gettext("The test phone is forgotten."), "success")
    return redirect(url_for("notices.test_phone"), 303)


@bp.post("/<uuid:notice_id>/line-test")
@staff("notices.write")
def line_test(notice_id: UUID) -> Response:
    """To the clerk's own phone."""
    with transaction() as session:
        testing.send_line(session, notice_id, me())
    flash(gettext("A test is on its way to your test phone."), "success")
    return redirect(url_for("notices.show", notice_id=notice_id), 303)


@inbox.route("/test-phone", methods=["GET", "POST"])
@limiter.limit("10 per 10 minutes", methods=["POST"])
@resident
def test_phone_code() -> Response | str | tuple[str, int]:
    """Where a clerk types the code on the phone, signed in as the resident they are."""
    form = CodeForm()
    if form.valid():
        who = current_viewer().id
        assert who is not None  # noqa: S101  (the route is for signed-in residents)
        try:
            with transaction() as session:
                testers.link(session, form.code.data or "", who)
            flash(gettext("This phone's LINE now gets tests of notices."), "success")
            return redirect(url_for("inbox.index"), 303)
        except WrongCode as fault:
            form.code.errors = [gettext(fault.message)]
    page = render_template("notifications/test_phone_code.html", form=form)
    return (page, 422) if form.errors else page


def _linked() -> bool:
    with transaction() as session:
        return testers.of(session, me()) is not None
