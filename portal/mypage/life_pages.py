"""Pages of life events: what happened, since when, what is to be done, and the visit sheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from portal.catalogue.load import load_catalogue
from portal.catalogue.model import Relation, Service
from portal.core.clock import today
from portal.core.db import transaction
from portal.core.errors import N_, NotFound
from portal.core.i18n import current_language
from portal.core.web.access import resident, resident_proven_to_change
from portal.core.web.forms import AtMost, trimmed
from portal.mypage import living
from portal.mypage.life_events import BY_KEY, EVENTS, LifeEvent, services_of
from portal.mypage.own_models import LifeEventEntry
from portal.mypage.personal import AFTER, STATES
from portal.mypage.picking import pick_value
from portal.mypage.relatives import Relative, relatives_of
from portal.mypage.todos import Todo, everything
from portal.mypage.visits.plan import is_counter
from portal.mypage.words import Shown, shown
from portal.residents.days import said
from portal.residents.fields import DayField
from portal.residents.forms import NICKNAME, Cautious
from portal.residents.pages import offer_undo, take_undo, viewer_id

bp = Blueprint("life", __name__)

# Said when an event was told; no exclamation where somebody may be in grief.
SAVED = N_("Saved. What there is to do is on this page.")
ANSWERS = {
    "birth": N_("Congratulations! What there is to do now is on this page."),
    "marriage": N_("Congratulations! What there is to do now is on this page."),
    "bereavement": N_(
        "We are sorry for your loss. Here is what has to be done, and until when. You need not do"
        " it all at once, and the desk will help you."
    ),
    "disaster": N_("We hope you are safe. Here is what can be claimed. The desk will help you."),
}


class EventForm(Cautious):
    """The day, and who it is about where that matters."""

    day = DayField("", required=True, check=lambda day: None)
    person = SelectField(lazy_gettext("About whom"), default="")
    nickname = StringField(
        lazy_gettext("What we should call the child"), [AtMost(NICKNAME)], [trimmed]
    )

    def __init__(self, event: LifeEvent, people: list[Relative], **more: Any) -> None:
        super().__init__(**more)
        self.day.label.text = gettext(event.day_label)
        self.day.check = self._check_day
        self.event = event
        about = [each for each in people if each.person.relation in event.about]
        self.person.choices = [
            SelectChoice("", gettext("Rather not say") if event.fact else gettext("A new card")),
            *(SelectChoice(each.ref, each.name) for each in about),
        ]

    def _check_day(self, day: date) -> None:
        first = today() - timedelta(days=self.event.behind)
        if not first <= day <= today() + timedelta(days=self.event.ahead):
            raise ValidationError(gettext("Please choose a day within a year from today."))

    @property
    def chosen(self) -> date:
        """The day; it is required."""
        assert self.day.data is not None  # noqa: S101
        return self.day.data

    @property
    def about(self) -> UUID | None:
        """Whose card was chosen."""
        return UUID(self.person.data) if self.person.data else None


@dataclass(frozen=True)
class Duty:
    """A to-do of an event: its state, and the box that puts it on a visit sheet ("" for none)."""

    shown: Shown
    state: str
    pick: str


@bp.route("/my/life-events")
@resident
def index() -> str:
    """What was told, and what can be."""
    language = current_language()
    return render_template(
        "portal/life_events.html",
        events=[(each, gettext(each.title)) for each in EVENTS],
        told=[
            (each.id, gettext(BY_KEY[each.kind].title), said(each.day, language))
            for each in living.told(viewer_id())
        ],
        undo=take_undo(),
    )


@bp.route("/my/life-events/new/<kind>", methods=["GET", "POST"])
@resident_proven_to_change
def new(kind: str) -> str | Response:
    """Tell one."""
    event = BY_KEY.get(kind)
    if event is None:
        raise NotFound()
    me, people = viewer_id(), relatives_of(viewer_id(), today())
    form = EventForm(event, people, data={"day": today()})
    if not form.valid():
        return render_template(
            "portal/life_event_form.html", form=form, event=event, title=gettext(event.title)
        )
    day = form.chosen
    with transaction() as session:
        if kind == "birth":
            entry = living.tell_birth(session, me, day, form.nickname.data or None, form.about)
        else:
            entry = living.tell(session, me, event, day, form.about)
    flash(gettext(ANSWERS.get(kind, SAVED)), "success")
    return redirect(url_for("life.show", entry_id=entry.id), 303)


@bp.route("/my/life-events/<uuid:entry_id>")
@resident
def show(entry_id: UUID) -> str:
    """What an event asks, and what goes with it."""
    entry = living.told_one(viewer_id(), entry_id)
    event, language = BY_KEY[entry.kind], current_language()
    family = relatives_of(viewer_id(), today())
    services = services_of(event, load_catalogue(), today())
    duties = duties_of(entry, family, services)
    there = {duty.shown.key for duty in duties}
    me = next((each for each in family if each.person.relation is Relation.SELF), None)
    return render_template(
        "portal/life_event.html",
        entry=entry,
        title=gettext(event.title),
        day=said(entry.day, language),
        duties=duties,
        others=[_other(each, me, language) for each in services if each.key not in there],
        undo=take_undo(),
    )


@bp.route("/my/life-events/<uuid:entry_id>/removal", methods=["POST"])
@resident
def remove(entry_id: UUID) -> Response:
    """It is not so, or over."""
    with transaction() as session:
        living.take_back(session, viewer_id(), entry_id)
    flash(gettext("Removed. Its to-dos are no longer shown."), "success")
    offer_undo(url_for("life.restore", entry_id=entry_id))
    return redirect(url_for("life.index"), 303)


@bp.route("/my/life-events/<uuid:entry_id>/removal/undo", methods=["POST"])
@resident
def restore(entry_id: UUID) -> Response:
    """Undo."""
    with transaction() as session:
        living.put_back(session, viewer_id(), entry_id)
    flash(gettext("It is back as it was."), "success")
    return redirect(url_for("life.show", entry_id=entry_id), 303)


def duties_of(entry: LifeEventEntry, family: list[Relative], services: list[Service]) -> list[Duty]:
    """To-dos of the family that go with the event; of a birth, those about the child."""
    keys = {each.key for each in services}
    child = str(entry.person_id) if entry.kind == "birth" else ""
    return [
        _duty(todo)
        for todo in everything(family, today())
        if todo.service.key in keys and child in ("", todo.relative.ref)
    ]


def _duty(todo: Todo) -> Duty:
    words = shown(todo, today(), current_language())
    act = todo.relative.acts.get((todo.service.key, todo.occurrence))
    aside = act is not None and act.hides(today())
    state = AFTER[act.kind] if act and aside else STATES[todo.group]  # type: ignore[index]
    open_counter = is_counter(todo.service) and not aside
    pick = pick_value(words.ref, words.key, words.occurrence) if open_counter else ""
    return Duty(words, state, pick)


def _other(service: Service, me: Relative | None, language: str) -> dict[str, str]:
    """A service that goes with the event without a day of its own."""
    mine = me is not None and is_counter(service) and Relation.SELF in service.who.relations
    return {
        "key": service.key,
        "title": service.title.say(language),
        "summary": service.summary.say(language),
        "pick": pick_value(me.ref, service.key, "") if me and mine else "",
    }
