"""The same tests said to PostgreSQL, over residents and the persons of their families.

Each condition on a family is one subquery of its own that names residents (`id IN …`), never one
that is asked again for every resident: 50,000 families are looked through once.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Text,
    Uuid,
    and_,
    cast,
    collate,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    tuple_,
)

from auth.provider.models import ToolConsent
from notifications.channels.reach import CHANNELS
from notifications.segments import tests
from notifications.segments.cards import OWN, SHARED, Cards
from portal.core.clock import TOKYO, now
from portal.mypage.favourite_models import Favourite
from portal.mypage.models import TodoAct
from portal.residents.models import Resident


def matching(test: tests.Test) -> ColumnElement[bool]:
    """A condition on `residents`: still here, and the test holds."""
    return and_(Resident.left_at.is_(None), _said(test, None))


def _said(test: tests.Test, cards: Cards | None) -> ColumnElement[bool]:
    match test:
        case tests.All(parts):
            return and_(true(), *(_said(part, cards) for part in parts))
        case tests.Any(parts):
            return or_(false(), *(_said(part, cards) for part in parts))
        case tests.Not(part):
            return not_(_said(part, cards))
        case tests.HasPerson(inner):
            return Resident.id.in_(_having(inner, OWN).union_all(_having(inner, SHARED)))
    return _of_resident(test) if cards is None else _of_card(test, cards)


def _having(inner: tests.Test, cards: Cards) -> Any:
    return (
        select(cards.resident_id)
        .select_from(cards.source)
        .where(*cards.where, _said(inner, cards))
        .correlate(None)
    )


# Each leaf says IS NOT NULL first: false AND null is false, so that NOT of an unknown is true in
# SQL as it is in Python.


def _of_resident(test: tests.Test) -> ColumnElement[bool]:
    match test:
        case tests.Among("language", values):
            return Resident.language.in_(values)
        case tests.Overlaps("channels", values):
            return or_(*(CHANNELS[name].reaches(Resident.id) for name in values))
        case tests.Overlaps("favourites", values):
            return Resident.id.in_(_starred(values))
        case tests.Overlaps("tools", values):
            return Resident.id.in_(_connected(values))
        case tests.Between("registered_on", first, last):
            return _registered(first, last)
    raise AssertionError(f"no resident is asked {test!r}")


def _of_card(test: tests.Test, cards: Cards) -> ColumnElement[bool]:
    match test:
        case tests.Among(field, values):
            column: Any = getattr(cards, field)
            return and_(column.is_not(None), column.in_(values))
        case tests.Overlaps("facts", values):
            return or_(*(cards.entered(name) for name in values))
        case tests.Overlaps(_, values):
            shared: ColumnElement[bool] = cards.interests.bool_op("&&")(
                cast(list(values), ARRAY(Text))
            )
            return shared
        case tests.Between(_, first, last):
            after = [] if first is None else [cards.birthdate >= first]
            before = [] if last is None else [cards.birthdate <= last]
            return and_(cards.birthdate.is_not(None), *after, *before)
        case tests.Marked():
            return _marked(test, cards)
        case tests.Listed(listed):
            return _listed(listed, cards)
    raise AssertionError(f"no card is asked {test!r}")


def _marked(test: tests.Marked, cards: Cards) -> ColumnElement[bool]:
    """By anybody: what the other parent did is done."""
    occurrence = collate(TodoAct.occurrence, "C")
    if test.first is not None and test.first == test.last:
        span = [TodoAct.occurrence == test.first]
    else:
        span = [] if test.first is None else [occurrence >= test.first]
        span += [] if test.last is None else [occurrence <= test.last]
    done = and_(TodoAct.kind == "done", TodoAct.undone_at.is_(None))
    return exists().where(
        TodoAct.person_id == cards.id, TodoAct.service == test.service, done, *span
    )


def _listed(listed: frozenset[tests.Held], cards: Cards) -> ColumnElement[bool]:
    residents, persons = ([each[n] for each in sorted(listed)] for n in (0, 1))
    rows = (
        func.unnest(
            cast(literal(residents, ARRAY(Uuid)), ARRAY(Uuid)),
            cast(literal(persons, ARRAY(Uuid)), ARRAY(Uuid)),
        )
        .table_valued("resident_id", "person_id")
        .render_derived()
    )
    # The ids alone as well: an index finds them, which it can not for the pairs.
    near = cards.id == func.any(cast(literal(sorted(set(persons)), ARRAY(Uuid)), ARRAY(Uuid)))
    pairs = tuple_(cards.resident_id, cards.id)
    return and_(near, pairs.in_(select(rows.c.resident_id, rows.c.person_id)))


def _starred(values: tuple[str, ...]) -> Any:
    things = [tuple(each.split("/", 1)) for each in values]
    return select(Favourite.resident_id).where(tuple_(Favourite.kind, Favourite.key).in_(things))


def _connected(values: tuple[str, ...]) -> Any:
    return select(ToolConsent.resident_id).where(
        ToolConsent.client_id.in_(values),
        ToolConsent.ended_at.is_(None),
        ToolConsent.until > now(),
    )


def _registered(first: date | None, last: date | None) -> ColumnElement[bool]:
    joined = Resident.created_at
    bounds = [] if first is None else [joined >= _midnight(first)]
    bounds += [] if last is None else [joined < _midnight(last + timedelta(days=1))]
    return and_(true(), *bounds)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), TOKYO).astimezone(UTC)
