"""Who shares which card, what was changed and what has ended, for the pages about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import ColumnElement, or_, select

from portal.core.clock import in_tokyo, now
from portal.core.db import read
from portal.core.i18n import current_language
from portal.residents.days import said_short, said_with_era
from portal.residents.models import Person
from portal.residents.reading import name_of
from portal.residents.rights import Act, Role, may
from portal.residents.sharing import SHOWN_FOR
from portal.residents.sharing_models import CardChange, CardInvitation, CardShare, SharingEnd


@dataclass(frozen=True)
class Sharer:
    """Somebody else who has a card, by the name they chose to show."""

    id: UUID | None  # of the share; the owner has none
    person_id: UUID
    name: str
    role: Role


@dataclass(frozen=True)
class Open:
    """An invitation that can still be accepted."""

    id: UUID
    kind: str
    name: str
    agreed: bool
    mine: bool
    until: str


@dataclass(frozen=True)
class Change:
    """What somebody else changed on a shared card."""

    id: UUID
    words: str
    lines: list[tuple[str, str, str]]  # what, before, now


def _mine(me: UUID) -> ColumnElement[bool]:
    shared = select(CardShare.person_id).where(CardShare.resident_id == me)
    return or_(Person.resident_id == me, Person.id.in_(shared))


def sharing_of(me: UUID) -> dict[UUID, list[Sharer]]:
    """Of each shared card one has: everybody else who has it."""
    rows = read().execute(
        select(CardShare, Person.resident_id)
        .join(Person, Person.id == CardShare.person_id)
        .where(_mine(me))
        .order_by(CardShare.at)
        .with_only_columns(
            CardShare.id,
            CardShare.person_id,
            CardShare.resident_id,
            CardShare.role,
            CardShare.name,
            CardShare.owner_name,
            Person.resident_id.label("owner"),
        )
    )
    found: dict[UUID, list[Sharer]] = {}
    for row in rows:
        others = found.setdefault(row.person_id, [])
        if row.resident_id != me:
            others.append(Sharer(row.id, row.person_id, row.name, Role(row.role)))
        elif row.owner != me:
            others.insert(0, Sharer(None, row.person_id, row.owner_name, Role.OWNER))
    return found


def open_invitations(me: UUID, role: Role, person_id: UUID) -> list[Open]:
    """Those one may end: every one for the owner, else one's own."""
    wanted = [CardInvitation.person_id == person_id, CardInvitation.until > now()]
    if not may(role, Act.AGREE_TO_INVITE):
        wanted.append(CardInvitation.invited_by == me)
    rows = read().execute(select(*CardInvitation.__table__.c).where(*wanted))
    return [
        Open(
            row.id,
            row.kind,
            row.name,
            row.agreed,
            row.invited_by == me,
            said_short(in_tokyo(row.until).date(), in_tokyo(now()).date(), current_language()),
        )
        for row in rows
    ]


def changes_for(me: UUID, today: date) -> list[Change]:
    """What others changed on cards one has, newest first."""
    rows = (
        read()
        .execute(
            select(
                CardChange.id,
                CardChange.by,
                CardChange.at,
                CardChange.before,
                Person.id.label("person_id"),
                Person.resident_id.label("owner"),
                Person.relation,
                Person.nickname,
                Person.birthdate,
                Person.expected_on,
                Person.sex,
            )
            .join(Person, Person.id == CardChange.person_id)
            .where(_mine(me), CardChange.by != me, CardChange.at > now() - SHOWN_FOR)
            .order_by(CardChange.at.desc())
        )
        .all()
    )
    if not rows:
        return []
    names = _names(me)
    return [_change(row, names.get((row.person_id, row.by), ""), me, today) for row in rows]


def _names(me: UUID) -> dict[tuple[UUID, UUID], str]:
    """(card, resident) → the name they chose to show me."""
    rows = read().execute(
        select(
            CardShare.person_id,
            CardShare.resident_id,
            CardShare.name,
            CardShare.owner_name,
            CardShare.role,
            Person.resident_id.label("owner"),
        )
        .join(Person, Person.id == CardShare.person_id)
        .where(_mine(me))
    )
    found: dict[tuple[UUID, UUID], str] = {}
    for row in rows:
        found[row.person_id, row.resident_id] = row.name
        if row.resident_id == me:
            found[row.person_id, row.owner] = row.owner_name
    return found


def _change(row: Any, name: str, me: UUID, today: date) -> Change:
    day = said_short(in_tokyo(row.at).date(), today, current_language())
    about = name_of(row.relation, row.nickname)
    words = (
        gettext(
            "%(name)s changed the card of %(about)s on %(day)s", name=name, about=about, day=day
        )
        if name
        else gettext(
            "The other parent changed the card of %(about)s on %(day)s", about=about, day=day
        )
    )
    return Change(row.id, words, _lines(row))


def _lines(row: Any) -> list[tuple[str, str, str]]:
    before = row.before
    sexes = {"F": gettext("Female"), "M": gettext("Male")}
    found = [
        (gettext("What we should call them"), before["nickname"] or "", row.nickname or ""),
        (gettext("Birthdate"), _day(before["birthdate"]), _day(row.birthdate)),
        (gettext("Expected date of birth"), _day(before["expected_on"]), _day(row.expected_on)),
        (gettext("Sex"), sexes.get(before["sex"], ""), sexes.get(row.sex, "")),
    ]
    return [line for line in found if line[1] != line[2]]


def _day(value: str | date | None) -> str:
    if not value:
        return ""
    day = value if isinstance(value, date) else date.fromisoformat(value)
    return said_with_era(day, current_language())


def ends_for(me: UUID) -> list[tuple[UUID, str]]:
    """What is told once of cards that are no longer here."""
    words = {
        "ended": gettext(
            "The sharing of a card was ended. You can make a card of your own for the child."
        ),
        "handed-over": gettext("A card was handed over to your child, who is grown up now."),
    }
    rows = read().execute(
        select(SharingEnd.id, SharingEnd.why)
        .where(SharingEnd.resident_id == me)
        .order_by(SharingEnd.at.desc())
    )
    return [(row.id, words.get(row.why, "")) for row in rows]
