"""My Page: to-dos and recommendations of the family, and the acts about them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal.catalogue.load import load_catalogue
from portal.core.clock import in_tokyo, today
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.i18n import current_language
from portal.core.registries import registries
from portal.core.web.access import came_from, resident
from portal.insight import asking
from portal.mypage import acts, history, own, written
from portal.mypage.forms import LaterForm
from portal.mypage.fragments import Around, filled
from portal.mypage.models import Kind
from portal.mypage.relatives import Relative, relatives_and_parts
from portal.mypage.todos import todos_of
from portal.mypage.words import shown
from portal.residents import ages18
from portal.residents.days import said, said_short
from portal.residents.pages import offer_undo, take_undo, viewer_id
from portal.residents.reading import card_of
from portal.residents.rights import Role

bp = Blueprint("mypage", __name__)

SAID = {
    Kind.DONE: lazy_gettext("Done: %(title)s"),
    Kind.DISMISSED: lazy_gettext("Hidden: %(title)s"),
    Kind.POSTPONED: lazy_gettext("Put off: %(title)s"),
}


@bp.route("/my")
@resident
def home() -> str:
    """What everybody in the family can or must do now."""
    me, day, language = viewer_id(), today(), current_language()
    sections = sorted_sections()
    family, parts = relatives_and_parts(me, day, tuple(each.sql for each in sections))
    chosen = request.args.get("person")
    back = url_for("mypage.home", person=chosen)
    around = Around(language, day, generate_csrf(), back, written.notes(family))
    found = todos_of([each for each in family if chosen in (None, each.ref)], day)
    lines = [each for each in written.own_lines(family) if chosen in (None, each.person)]
    mine = written.cards(lines, family, day, language, back) if lines else {}
    return render_template(
        "portal/my.html",
        family=family,
        chosen=chosen,
        groups={
            name: [filled(shown(todo, day, language), name, around) for todo in todos]
            + mine.get(name, [])
            for name, todos in found.groups.items()
        },
        found=found,
        nothing=found.empty and not mine,
        missing=missing_birthdates(family),
        grown=grown_up(family, day),
        news=news_of([each for each in family if chosen in (None, each.ref)], language),
        day=said(day, language),
        sections=[
            Markup(each.render(part))  # noqa: S704  (rendered by the package's own template)
            for each, part in zip(sections, parts, strict=True)
        ],
        undo=take_undo(),
    )


def missing_birthdates(family: list[Relative]) -> list[tuple[str, str]]:
    """(name, address of the card) of people nothing can be worked out for; "" is oneself."""
    welcome = ("", url_for("residents.welcome"))
    if not any(each.person.relation == "self" for each in family):
        return [welcome]
    return [
        welcome
        if each.person.relation == "self"
        else (each.called, url_for("residents.person", person_id=each.id))
        for each in family
        if not each.has_date and not each.person.silenced
    ]


def grown_up(family: list[Relative], day: date) -> list[tuple[str, bool, str]]:
    """(name, whether it can be done now, address) of children whose card is to be handed over."""
    found = []
    for each in family:
        if each.role is Role.OWNER and each.person.relation == "child" and not each.person.silenced:
            stage = ages18.to_tell(each.person.birthdate, day)
            if stage:
                url = url_for("sharing.hand_over", person_id=each.id)
                found.append((each.called, stage is ages18.Stage.GROWN, url))
    return found


def news_of(family: list[Relative], language: str) -> list[tuple[str, str]]:
    """(name, title) of what another parent has checked off for a shared child lately."""
    catalogue = load_catalogue()
    return [
        (each.called, catalogue.service(key).title.say(language))
        for each in family
        if not each.person.silenced
        for key in each.news
    ]


def sorted_sections() -> list[Any]:
    """Parts other packages add to My Page, in order."""
    return sorted(registries().sections, key=lambda section: section.order)


@bp.route("/my/done")
@resident
def finished() -> str:
    """What was checked off, hidden or put off; each can be brought back."""
    return render_template(
        "portal/my_done.html",
        rows=history.standing_acts(viewer_id(), today(), current_language()),
        own=own.put_aside(viewer_id()),
        said_short=lambda moment: said_short(in_tokyo(moment).date(), today(), current_language()),
        undo=take_undo(),
    )


@bp.route("/todos/<uuid:person_id>/<key>/completion", methods=["POST"])
@resident
def complete(person_id: UUID, key: str) -> Response:
    """It is done."""
    with transaction() as session_:
        acts.complete(session_, viewer_id(), person_id, key, occurrence())
    return _back(Kind.DONE, person_id, key)


@bp.route("/todos/<uuid:person_id>/<key>/dismissal", methods=["POST"])
@resident
def dismiss(person_id: UUID, key: str) -> Response:
    """It does not concern this person."""
    with transaction() as session_:
        acts.dismiss(session_, viewer_id(), person_id, key, occurrence())
    return _back(Kind.DISMISSED, person_id, key)


@bp.route("/todos/<uuid:person_id>/<key>/postponement", methods=["GET", "POST"])
@resident
def postpone(person_id: UUID, key: str) -> str | Response:
    """Put it off until a day one chooses."""
    service = load_catalogue().find(key)
    if service is None or service.sensitive or card_of(viewer_id(), person_id) is None:
        raise NotFound()
    form = LaterForm()
    if not form.valid():
        return render_template(
            "portal/later.html",
            form=form,
            title=service.title.say(current_language()),
            occurrence=request.values.get("occurrence", ""),
        )
    with transaction() as session_:
        acts.postpone(
            session_,
            viewer_id(),
            person_id,
            key,
            occurrence(),
            until=form.until,
            today=today(),
        )
    return _back(Kind.POSTPONED, person_id, key)


@bp.route("/todos/<uuid:person_id>/<key>/undo", methods=["POST"])
@resident
def undo(person_id: UUID, key: str) -> Response:
    """Take the last act back."""
    with transaction() as session_:
        acts.undo(session_, viewer_id(), person_id, key, occurrence())
    flash(gettext("It is back as it was."), "success")
    return redirect(_target(), 303)


def occurrence() -> str:
    """Which time of a service that comes again."""
    return request.form.get("occurrence", "")


def _target() -> str:
    return came_from(url_for("mypage.home"))


def _back(kind: Kind, person_id: UUID, key: str) -> Response:
    title = load_catalogue().service(key).title.say(current_language())
    if kind is Kind.DONE:
        asking.after("todo")
    flash(SAID[kind] % {"title": title}, "success")
    offer_undo(url_for("mypage.undo", person_id=person_id, key=key), occurrence=occurrence())
    return redirect(_target(), 303)
