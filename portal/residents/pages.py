"""Profile and family: welcome, person cards, removing and silencing with undo."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.core.clock import today
from portal.core.db import transaction
from portal.core.errors import Forbidden, NotFound
from portal.core.i18n import LANGUAGES, current_language, remember_language
from portal.core.registries import registries
from portal.core.web.access import (
    current_viewer,
    proven_resident,
    resident,
    resident_proven_to_change,
    safe_next,
)
from portal.residents import family, sharing_reading
from portal.residents.forms import (
    FAMILY_RELATIONS,
    ExpectedForm,
    PersonForm,
    ProfileForm,
    values_of,
)
from portal.residents.holding import Held, held
from portal.residents.interests import INTERESTS, interest_name
from portal.residents.models import Relation
from portal.residents.reading import (
    CardRow,
    birthdate_words,
    card_of,
    cards_of,
    family_of,
    language_of,
)
from portal.residents.rights import Act, Role, may
from portal.residents.room import MOST_PEOPLE

bp = Blueprint("residents", __name__)
ASKED_AFTER = timedelta(days=14)  # births come up to two weeks after the expected day


def viewer_id() -> UUID:
    """The signed-in resident."""
    found = current_viewer().id
    if found is None:
        raise NotFound()
    return found


def url_of(endpoint: str) -> str | None:
    """Address of a page another package may have."""
    return url_for(endpoint) if endpoint in current_app.view_functions else None


def offer_undo(url: str, **fields: str) -> None:
    """Let the next page offer to take back what was just done."""
    session["undo"] = {"url": url, "fields": fields}


def take_undo() -> dict[str, Any] | None:
    """The form that takes back the last act, offered once."""
    return session.pop("undo") if "undo" in session else None


@bp.route("/welcome", methods=["GET", "POST"])
@resident
def welcome() -> str | Response:
    """After the first sign-in: who are you, so that the right things are shown."""
    return _profile_form("portal/welcome.html", url_for("mypage.home"))


@bp.route("/account/profile/edit", methods=["GET", "POST"])
@proven_resident
def edit_profile() -> str | Response:
    """The same card later."""
    return _profile_form("portal/profile_edit.html", url_for("residents.profile"))


def _profile_form(template: str, done: str) -> str | Response:
    me = viewer_id()
    card = card_of(me)
    values = values_of(card) if card else {}
    form = ProfileForm(data=values | {"language": current_language()})
    if not form.valid():
        target = safe_next(request.args.get("next"), "")
        return render_template(template, form=form, next=target)
    with transaction() as session_:
        family.set_profile(
            session_,
            me,
            nickname=form.nickname.data or None,
            birthdate=form.birthdate.data,
            sex=form.sex.data or None,
            district=form.district.data or None,
            language=form.language.data,
            interests=[each for each in form.interests.data or () if each in INTERESTS],
        )
    remember_language(form.language.data)
    flash(gettext("Saved."), "success")
    asked = (ask(me) for ask in registries().after_profile)
    first = next((url for url in asked if url), None)
    return redirect(first or safe_next(request.form.get("next"), done), 303)


@bp.route("/account/profile")
@resident
def profile() -> str:
    """What is kept about oneself, and where to change it."""
    me = viewer_id()
    people, card = family_of(me, today()), card_of(me)
    return render_template(
        "portal/profile.html",
        me=next((each for each in people if each.relation == Relation.SELF), None),
        people=people,
        language=LANGUAGES.get(language_of(me), ""),
        security_url=url_of("auth.security"),
        interests=[interest_name(each) for each in (card.interests if card else ())],
        birthdate_words=birthdate_words,
    )


@bp.route("/family")
@resident
def people() -> str:
    """Everybody one cares for, a card each."""
    me = viewer_id()
    return render_template(
        "portal/family.html",
        people=family_of(me, today()),
        relations=FAMILY_RELATIONS,
        most=MOST_PEOPLE,
        birthdate_words=birthdate_words,
        sharing=sharing_reading.sharing_of(me),
        changes=sharing_reading.changes_for(me, today()),
        ends=sharing_reading.ends_for(me),
        late=late_births(me),
        undo=take_undo(),
    )


def late_births(me: UUID) -> list[CardRow]:
    """Children whose expected day is past by two weeks, so that one gentle question is in place."""
    return [
        row
        for row in cards_of(me)
        if row.expected_on and not row.silenced_at and row.expected_on + ASKED_AFTER <= today()
    ]


@bp.route("/family/new/<relation>", methods=["GET", "POST"])
@proven_resident
def new_person(relation: str) -> str | Response:
    """Add a card."""
    if relation not in FAMILY_RELATIONS:
        raise NotFound()
    me = card_of(viewer_id())
    district = me.district if me else None
    form = _form_for(relation, {"district": district or ""})
    if not form.valid():
        return _person_page(form, relation, None)
    with transaction() as session_:
        family.add_person(session_, viewer_id(), _card_of(form, relation, {}, district))
    flash(gettext("The card was added."), "success")
    return redirect(url_for("residents.people"), 303)


@bp.route("/family/<uuid:person_id>", methods=["GET", "POST"])
@resident_proven_to_change
def person(person_id: UUID) -> str | Response:
    """Change a card."""
    card = card_of(viewer_id(), person_id)
    if card is None:
        raise NotFound()
    if card.relation == Relation.SELF:
        return redirect(url_for("residents.edit_profile"), 303)
    if not may(Role(card.role), Act.EDIT):
        raise Forbidden()
    form = _form_for(card.relation, values_of(card))
    if not form.valid():
        return _person_page(form, card.relation, card)
    with transaction() as session_:
        held_ = held(session_, viewer_id(), person_id, Act.EDIT)
        typed = _card_of(form, held_.person.relation, held_.person.facts, held_.person.district)
        family.change_person(session_, held_.person, _theirs(held_, typed), viewer_id())
    flash(gettext("Saved."), "success")
    return redirect(url_for("residents.people"), 303)


@bp.route("/family/<uuid:person_id>/birth", methods=["GET", "POST"])
@proven_resident
def birth(person_id: UUID) -> str | Response:
    """An expected child has been born: the card goes on as a child's."""
    card = card_of(viewer_id(), person_id)
    if card is None or card.relation != Relation.EXPECTED:
        raise NotFound()
    if not may(Role(card.role), Act.EDIT):
        raise Forbidden()
    form = PersonForm(data=values_of(card))
    if not form.valid():
        return _person_page(form, Relation.CHILD, card)
    with transaction() as session_:
        held_ = held(session_, viewer_id(), person_id, Act.EDIT)
        typed = form.card(Relation.CHILD, held_.person.facts)
        family.change_person(session_, held_.person, _theirs(held_, typed), viewer_id())
    flash(gettext("Congratulations! The card is now your child's."), "success")
    return redirect(url_for("residents.people"), 303)


@bp.route("/family/<uuid:person_id>/removal", methods=["POST"])
@resident_proven_to_change
def remove(person_id: UUID) -> Response:
    """Take a card away."""
    with transaction() as session_:
        card = held(session_, viewer_id(), person_id, Act.REMOVE).person
        removal = family.remove_person(session_, card)
    if removal is None:
        flash(gettext("The card is with the other parent only now."), "success")
    else:
        flash(gettext("The card was removed. You can undo this for 7 days."), "success")
        offer_undo(url_for("residents.restore", removal_id=removal.id))
    return redirect(url_for("residents.people"), 303)


@bp.route("/family/removals/<uuid:removal_id>/undo", methods=["POST"])
@resident_proven_to_change
def restore(removal_id: UUID) -> Response:
    """Put a removed card back."""
    with transaction() as session_:
        family.restore_person(session_, viewer_id(), removal_id)
    flash(gettext("The card is back."), "success")
    return redirect(url_for("residents.people"), 303)


def _form_for(relation: str, values: dict[str, Any]) -> PersonForm | ExpectedForm:
    kind = ExpectedForm if relation == Relation.EXPECTED else PersonForm
    return kind(data=values)


def _card_of(
    form: PersonForm | ExpectedForm, relation: str, facts: dict[str, Any], district: str | None
) -> family.Card:
    if isinstance(form, ExpectedForm):
        return form.card(relation, facts, district)
    return form.card(relation, facts)


def _theirs(card: Held, typed: family.Card) -> family.Card:
    """Of another's card the district is not mine to say."""
    return typed if card.share is None else replace(typed, district=card.person.district)


def _person_page(form: PersonForm | ExpectedForm, relation: str, card: CardRow | None) -> str:
    return render_template(
        "portal/person.html",
        form=form,
        relation_name=FAMILY_RELATIONS.get(Relation(relation), ""),
        expected=isinstance(form, ExpectedForm),
        card=card,
        mine=card is None or card.role == Role.OWNER,
    )
