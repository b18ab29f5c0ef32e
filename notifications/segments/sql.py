"""The same tests said to PostgreSQL, over residents and the persons of their families."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from notifications.channels.reach import CHANNELS
from notifications.segments import tests
from portal.core.clock import TOKYO
from portal.residents.models import Person, Resident

PERSON_FIELDS: dict[str, InstrumentedAttribute[str | None]] = {
    "relation": Person.relation,
    "sex": Person.sex,
    "district": Person.district,
}


def matching(test: tests.Test) -> ColumnElement[bool]:
    """A condition on `residents`: still here, and the test holds."""
    return and_(Resident.left_at.is_(None), _said(test))


def _said(test: tests.Test) -> ColumnElement[bool]:
    match test:
        case tests.All(parts):
            return and_(true(), *map(_said, parts))
        case tests.Any(parts):
            return or_(false(), *map(_said, parts))
        case tests.Not(part):
            return not_(_said(part))
        case tests.HasPerson(inner):
            return exists().where(
                Person.resident_id == Resident.id, Person.silenced_at.is_(None), _said(inner)
            )
        case tests.Among(field, values):
            return _among(field, values)
        case tests.Overlaps(field, values):
            return _overlaps(field, values)
        case tests.Between(field, first, last):
            return _between(field, first, last)


# Each leaf says IS NOT NULL first: false AND null is false, so that NOT of an unknown is true in
# SQL as it is in Python.


def _among(field: str, values: tuple[str, ...]) -> ColumnElement[bool]:
    if field == "language":
        return Resident.language.in_(values)
    column = PERSON_FIELDS[field]
    return and_(column.is_not(None), column.in_(values))


def _overlaps(field: str, values: tuple[str, ...]) -> ColumnElement[bool]:
    if field == "channels":
        return or_(*(CHANNELS[name].reaches(Resident.id) for name in values))
    if field == "facts":
        return or_(*(_entered(name) for name in values))
    return Person.interests.bool_op("&&")(list(values))


def _entered(name: str) -> ColumnElement[bool]:
    """The person has this fact and it is not `false` or `null`."""
    value = func.coalesce(Person.facts[name].as_string(), "false")
    return value != "false"


def _between(field: str, first: date | None, last: date | None) -> ColumnElement[bool]:
    if field == "registered_on":
        joined = Resident.created_at
        bounds = [] if first is None else [joined >= _midnight(first)]
        bounds += [] if last is None else [joined < _midnight(last + timedelta(days=1))]
        return and_(true(), *bounds)
    birth = Person.birthdate
    after = [] if first is None else [birth >= first]
    before = [] if last is None else [birth <= last]
    return and_(birth.is_not(None), *after, *before)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), TOKYO).astimezone(UTC)
