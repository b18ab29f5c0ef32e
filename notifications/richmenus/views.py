"""Clerks' pages of menus: the list, one menu with its history, handing in, approving, modes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from notifications.notices.reading import clerks
from notifications.notices.views import me
from notifications.richmenus import (
    drawing,
    finishing,
    keeping,
    listing,
    pictures,
    reading,
    self_testing,
    switching,
)
from notifications.richmenus.forms import UPLOAD, ModeForm, NewForm, ReturnForm
from notifications.richmenus.listing import Shown
from notifications.richmenus.showing import menu_page
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.web.access import staff

bp = Blueprint("menus", __name__, url_prefix="/staff/menus")
Page = Answer | str | tuple[str, int]


@bp.route("")
@staff("notices.view")
def index() -> str:
    """What LINE shows now, and every menu."""
    plan = reading.plan()
    menus = listing.menus(plan)
    shown = {each.id: each for many in menus.values() for each in many}
    return render_template(
        "notifications/richmenus/index.html",
        plan=plan,
        menus=menus,
        offered=[shown[each.id] for each in plan.offered if each.id in shown],
        state=reading.state(),
        taps=listing.all_taps(),
        statuses=listing.STATUS,
        modes=listing.MODES,
    )


@bp.route("/new", methods=["GET", "POST"])
@staff("notices.write")
def new() -> Page:
    """A new menu, with the picture of a template or none yet."""
    form = NewForm()
    if not form.valid():
        return _new_page(form)
    template = drawing.templates().get(form.start.data or UPLOAD)
    try:
        with transaction() as session:
            version = keeping.draw(session, me(), form.name.data or "", form.bar.data or "")
            if template is not None:
                said = template.drawing()
                picture = pictures.check(drawing.png(said))
                version.mode = template.mode
                keeping.put_picture(session, version, picture, said)
                keeping.put_areas(session, version, template.areas(said))
            else:
                version.mode = "normal"
    except keeping.NameTaken as taken:
        form.name.errors = [gettext(taken.message)]
        return _new_page(form)
    except drawing.NoFont as fault:
        form.start.errors = [gettext(fault.message)]
        return _new_page(form)
    flash(gettext("Drawn. Nobody sees it before it is approved."), "success")
    return redirect(url_for("menus.show", menu_id=version.menu_id), 303)


@bp.route("/<uuid:menu_id>")
@staff("notices.view")
def show(menu_id: UUID) -> str:
    """One menu: the newest version, taps, every version."""
    return menu_page(menu_id, ReturnForm(formdata=None))


@bp.route("/<uuid:menu_id>/versions/<uuid:version_id>/picture")
@staff("notices.view")
def picture(menu_id: UUID, version_id: UUID) -> Response:
    """A version's picture."""
    found = listing.picture(version_id)
    if found is None:
        raise NotFound()
    return Response(found[0], mimetype=found[1])


@bp.route("/template-pictures/<key>.png")
@staff("notices.write")
def template_picture(key: str) -> Response:
    """What a template looks like, for choosing."""
    template = drawing.templates().get(key)
    if template is None:
        raise NotFound()
    answer = Response(_template_png(key), mimetype="image/png")
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@bp.route("/<uuid:menu_id>/submission", methods=["POST"])
@staff("notices.write")
def submit(menu_id: UUID) -> Answer:
    """To another clerk."""
    version = newest(menu_id)
    faults = finishing.faults(version, listing.names(but=menu_id))
    with transaction() as session:
        keeping.submit(session, version.id, me(), faults)
    flash(gettext("Handed in. Another clerk must approve it now."), "success")
    return _to(menu_id)


@bp.route("/<uuid:menu_id>/versions/<uuid:version_id>/approval", methods=["POST"])
@staff("notices.approve")
def approve(menu_id: UUID, version_id: UUID) -> Answer:
    """The version that was looked at may be shown."""
    with transaction() as session:
        keeping.approve(session, version_id, me())
    flash(gettext("Approved. LINE shows it from its time on, usually within a minute."), "success")
    return _to(menu_id)


@bp.route("/<uuid:menu_id>/versions/<uuid:version_id>/return", methods=["POST"])
@staff("notices.approve")
def give_back(menu_id: UUID, version_id: UUID) -> Page:
    """Not like this."""
    form = ReturnForm()
    if not form.valid():
        return menu_page(menu_id, form), 422
    with transaction() as session:
        keeping.give_back(session, version_id, form.reason.data or "")
    flash(gettext("Sent back."), "success")
    return _to(menu_id)


@bp.route("/<uuid:menu_id>/versions/<uuid:version_id>/withdrawal", methods=["POST"])
@staff("notices.write")
def withdraw(menu_id: UUID, version_id: UUID) -> Answer:
    """Shown no more."""
    with transaction() as session:
        keeping.withdraw(session, version_id)
    flash(
        gettext("Withdrawn. The version before it is shown again, where there is one."), "success"
    )
    return _to(menu_id)


@bp.route("/<uuid:menu_id>/versions/<uuid:version_id>/again", methods=["POST"])
@staff("notices.write")
def go_back(menu_id: UUID, version_id: UUID) -> Answer:
    """A new version like an earlier one."""
    with transaction() as session:
        made = keeping.go_back(session, version_id, me())
    words = gettext(
        "Version %(number)s is like the earlier one. Please hand it in.", number=made.number
    )
    flash(words, "success")
    return _to(menu_id)


@bp.route("/<uuid:menu_id>/test", methods=["POST"])
@staff("notices.write")
def test(menu_id: UUID) -> Answer:
    """The newest version on the clerk's own LINE."""
    self_testing.show_to_me(newest(menu_id).id, me())
    flash(gettext("It is on your own LINE until the coming night."), "success")
    return _to(menu_id)


@bp.route("/<uuid:menu_id>/putting-away", methods=["POST"])
@staff("notices.approve")
def put_away(menu_id: UUID) -> Answer:
    """Offered nowhere."""
    with transaction() as session:
        keeping.put_away(session, menu_id)
    flash(gettext("Put away."), "success")
    return redirect(url_for("menus.index"), 303)


@bp.route("/modes")
@staff("notices.view")
def modes() -> str:
    """Which mode is on, and the times clerks gave."""
    return _modes_page(ModeForm(formdata=None))


@bp.route("/modes/begin", methods=["POST"])
@staff("notices.approve")
def begin_mode() -> Page:
    """The menus of a mode, from now or later."""
    form = ModeForm()
    if not form.valid():
        return _modes_page(form), 422
    starts_at, ends_at = form.moments()
    with transaction() as session:
        switching.begin(session, me(), form.mode.data or "", starts_at, ends_at)
    flash(gettext("Kept. The menus change at that time."), "success")
    return redirect(url_for("menus.modes"), 303)


@bp.route("/modes/<uuid:period_id>/end", methods=["POST"])
@staff("notices.approve")
def end_mode(period_id: UUID) -> Answer:
    """Back to what else holds."""
    with transaction() as session:
        switching.end(session, period_id, me())
    flash(gettext("Ended."), "success")
    return redirect(url_for("menus.modes"), 303)


def newest(menu_id: UUID) -> Shown:
    """The newest version of a menu that is not put away."""
    found = listing.versions(menu_id, reading.plan())
    if not found or found[0].put_away_at is not None:
        raise NotFound()
    return found[0]


def _to(menu_id: UUID) -> Answer:
    return redirect(url_for("menus.show", menu_id=menu_id), 303)


def _new_page(form: NewForm) -> Page:
    page = render_template(
        "notifications/richmenus/new.html", form=form, templates=drawing.templates()
    )
    return (page, 422) if form.errors else page


def _modes_page(form: ModeForm) -> str:
    periods: list[Any] = listing.periods()
    return render_template(
        "notifications/richmenus/modes.html",
        form=form,
        mode=reading.plan().mode,
        modes=listing.MODES,
        periods=[(each, listing.is_over(each)) for each in periods],
        names=clerks({each.by for each in periods}),
    )


_template_pngs: dict[str, bytes] = {}  # six small pictures, the same in every process


def _template_png(key: str) -> bytes:
    if key not in _template_pngs:
        _template_pngs[key] = drawing.png(drawing.templates()[key].drawing())
    return _template_pngs[key]
