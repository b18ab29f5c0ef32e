"""Person cards as segments see them in SQL: a resident's own, and those shared with them.

A shared child is one person on the pages of several accounts; what stands on the card about the
owner's home (district, dates, interests) is not the other parent's (portal.residents.rights), and
a silenced card is on no page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, FromClause, Text, and_, case, cast, func, or_, select
from sqlalchemy import literal_column as said
from sqlalchemy.orm import aliased

from portal.residents.models import Person
from portal.residents.sharing_models import CardShare

HOME = aliased(Person, name="me")  # the card of the resident on whose page this is
EXPECTED_DATE = "expected_date"
# What the rules take for "not entered" (bool() of the value), as JSON writes it.
NOTHING = ("null", "false", '""', "0")


@dataclass(frozen=True)
class Cards:
    """One of the two kinds of cards: where they are, and what each column is."""

    source: FromClause | Any
    where: Sequence[ColumnElement[bool]]
    resident_id: Any
    id: Any
    relation: Any
    district: Any
    interests: Any
    own_facts: Any | None  # None: nothing of the card's own facts is this resident's
    birthdate: Any
    sex: Any

    def entered(self, name: str) -> ColumnElement[bool]:
        """Whether this fact is known: the person's own dates over those of the household."""
        home = self.resident_id.in_(
            # Of all cards a few have such dates: an index knows them.
            select(HOME.resident_id)
            .where(
                HOME.relation == "self",
                HOME.facts != said("'{}'::jsonb"),
                _is_something(HOME.facts, name),
            )
            .correlate(None)
        )
        if self.own_facts is None:
            entered = home
        else:
            own = and_(self.own_facts.has_key(name), _is_something(self.own_facts, name))
            entered = or_(own, and_(~self.own_facts.has_key(name), home))
        return or_(Person.expected_on.is_not(None), entered) if name == EXPECTED_DATE else entered


def _is_something(facts: Any, name: str) -> ColumnElement[bool]:
    said: ColumnElement[str] = func.coalesce(cast(facts[name], Text), "null")
    return said.not_in(NOTHING)


OWN = Cards(
    source=Person.__table__,
    where=(Person.silenced_at.is_(None),),
    resident_id=Person.resident_id,
    id=Person.id,
    relation=Person.relation,
    district=Person.district,
    interests=Person.interests,
    own_facts=Person.facts,
    birthdate=Person.birthdate,
    sex=Person.sex,
)
_DISTRICT = (
    select(HOME.district)
    .where(HOME.resident_id == CardShare.resident_id, HOME.relation == "self")
    .correlate_except(HOME)
    .scalar_subquery()
)
SHARED = Cards(
    source=CardShare.__table__.join(Person.__table__, Person.id == CardShare.person_id),
    where=(
        CardShare.silenced_at.is_(None),
        Person.resident_id != CardShare.resident_id,
        ~and_(Person.relation == "expected", Person.silenced_at.is_not(None)),
    ),
    resident_id=CardShare.resident_id,
    id=Person.id,
    relation=case((Person.relation == "expected", "expected"), else_="child"),
    district=_DISTRICT,
    interests=cast(said("'{}'"), ARRAY(Text)),
    own_facts=None,
    birthdate=Person.birthdate,
    sex=Person.sex,
)
BOTH = (OWN, SHARED)
