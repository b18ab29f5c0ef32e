"""Lean reads of a family, and how its people are called on pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import Row, Select, case, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import aliased
from sqlalchemy.types import Text

from portal.catalogue.load import load_catalogue
from portal.core.db import read
from portal.core.i18n import current_language
from portal.residents.ages18 import Stage, stage
from portal.residents.days import said_with_era
from portal.residents.models import Person, Relation, Resident
from portal.residents.rights import Act, Role, may
from portal.residents.sharing import ELSEWHERE
from portal.residents.sharing_models import CardShare

COLUMNS = (
    Person.id,
    Person.relation,
    Person.nickname,
    Person.birthdate,
    Person.sex,
    Person.district,
    Person.expected_on,
    Person.interests,
    Person.facts,
    Person.silenced_at,
    literal(Role.OWNER.value).label("role"),
)
CardRow = Row[Any]
BABY_MONTHS = 24  # babies' ages are told in months


@dataclass(frozen=True)
class Member:
    """A person card as pages show it."""

    id: UUID
    relation: str
    name: str
    age: str
    birthdate: date | None
    expected_on: date | None
    district: str
    silenced_at: datetime | None
    kind: str
    role: Role = Role.OWNER
    elsewhere: bool = False
    grown: Stage = Stage.CHILD

    def may(self, act: str) -> bool:
        """Whether the table of rights lets the resident do this."""
        return may(self.role, Act(act))

    @property
    def shareable(self) -> bool:
        """Whether another parent can have the card."""
        return self.relation in (Relation.CHILD, Relation.EXPECTED)


def family_of(resident_id: UUID, today: date) -> list[Member]:
    """The cards of a resident's family, the resident first, shared ones last."""
    return [member_of(row, today) for row in cards_of(resident_id)]


def cards_of(resident_id: UUID) -> list[CardRow]:
    """The same as they are kept."""
    own = (
        select(*COLUMNS)
        .where(Person.resident_id == resident_id)
        .order_by(Person.position, Person.created_at)
    )
    return [*read().execute(own), *read().execute(_shared(resident_id).order_by(CardShare.at))]


def card_of(resident_id: UUID, person_id: UUID | None = None) -> CardRow | None:
    """One's own card, or the one with this id if it is one's own or shared with one."""
    wanted = Person.relation == Relation.SELF if person_id is None else Person.id == person_id
    own = select(*COLUMNS).where(wanted, Person.resident_id == resident_id)
    found = read().execute(own).first()
    if found is None and person_id is not None:
        found = read().execute(_shared(resident_id).where(wanted)).first()
    return found


def _shared(resident_id: UUID) -> Select[Any]:
    """Cards of others as this resident may see them: nothing of the owner's home is read."""
    mine = aliased(Person)
    district = (
        select(mine.district)
        .where(mine.resident_id == resident_id, mine.relation == Relation.SELF)
        .scalar_subquery()
    )
    expected = Person.relation == Relation.EXPECTED
    hushed = case((expected, Person.silenced_at))  # a pregnancy's end is hushed for both parents
    return (
        select(
            Person.id,
            case((expected, Relation.EXPECTED.value), else_=Relation.CHILD.value).label("relation"),
            Person.nickname,
            Person.birthdate,
            Person.sex,
            district.label("district"),
            Person.expected_on,
            literal([], ARRAY(Text)).label("interests"),
            literal({}, JSONB).label("facts"),
            func.coalesce(CardShare.silenced_at, hushed).label("silenced_at"),
            CardShare.role,
        )
        .join(CardShare, CardShare.person_id == Person.id)
        .where(CardShare.resident_id == resident_id, Person.resident_id != resident_id)
    )


def language_of(resident_id: UUID) -> str:
    """The language a resident has chosen."""
    found = read().execute(select(Resident.language).where(Resident.id == resident_id)).scalar()
    return str(found or "ja")


def member_of(row: CardRow, today: date) -> Member:
    """A card from its row."""
    district = load_catalogue().districts.get(row.district or "")
    return Member(
        id=row.id,
        relation=row.relation,
        name=name_of(row.relation, row.nickname),
        age=age_words(row.birthdate, today),
        birthdate=row.birthdate,
        expected_on=row.expected_on,
        district=district.name.say(current_language()) if district else "",
        silenced_at=row.silenced_at,
        kind=kind_of(row.relation, row.birthdate, today),
        role=Role(row.role),
        elsewhere=bool(row.facts.get(ELSEWHERE)),
        grown=stage(row.birthdate, today),
    )


def name_of(relation: str, nickname: str | None) -> str:
    """The nickname, or what the person is to the resident."""
    if nickname:
        return nickname
    names: dict[Relation, Callable[[], str]] = {
        Relation.SELF: lambda: gettext("You"),
        Relation.SPOUSE: lambda: gettext("Partner"),
        Relation.CHILD: lambda: gettext("Child"),
        Relation.PARENT: lambda: gettext("Parent"),
        Relation.EXPECTED: lambda: gettext("Child to be born"),
    }
    said = names.get(Relation(relation))
    return said() if said else str(gettext("Somebody else"))


def kind_of(relation: str, birthdate: date | None, today: date) -> str:
    """The sign of the person's chip."""
    is_baby = birthdate is not None and months_old(birthdate, today) < BABY_MONTHS
    return "baby" if relation == Relation.CHILD and is_baby else relation


def months_old(birthdate: date, today: date) -> int:
    """Whole months since birth, as families count them."""
    return (
        (today.year - birthdate.year) * 12
        + today.month
        - birthdate.month
        - (today.day < birthdate.day)
    )


def age_words(birthdate: date | None, today: date) -> str:
    """ "1歳5か月" for the small, "6歳" for the others, "" when not known."""
    if birthdate is None:
        return ""
    years, months = divmod(max(months_old(birthdate, today), 0), 12)
    if years == 0:
        return str(gettext("%(num)s months old", num=months))
    if years * 12 < BABY_MONTHS * 2:
        return str(gettext("%(years)s years and %(months)s months", years=years, months=months))
    return str(gettext("%(num)s years old", num=years))


def birthdate_words(day: date | None) -> str:
    """A birthdate with its era, in the page's language."""
    return said_with_era(day, current_language()) if day else ""
