"""What the portal itself lets clerks extract."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Date, bindparam, func, select

from portal.core.clock import today
from portal.core.errors import N_
from portal.core.extracting import CHOICE, DAY, FLAG, MOMENT, NUMBER, TEXT, Column, Subject
from portal.core.i18n import gettext
from portal.core.languages import LANGUAGES
from portal.mypage.models import TodoAct
from portal.operations.tickets.records import Ticket
from portal.operations.tickets.words import TOPIC_WORDS
from portal.residents.models import Person, Resident
from portal.search.models import SearchMiss

RELATIONS = {
    "self": N_("The resident"),
    "spouse": N_("Spouse"),
    "child": N_("Child"),
    "parent": N_("Parent"),
    "other": N_("Other person"),
}
ACTS = {"done": N_("Done"), "dismissed": N_("Put away"), "postponed": N_("Later")}
_cards = (
    select(func.count())
    .select_from(Person)
    .where(Person.resident_id == Resident.id, Person.relation != "expected")
    .correlate(Resident)
    .scalar_subquery()
)
# In whole years; bands of five years say of nobody when they were born.
_age = func.date_part(
    "year",
    func.age(bindparam("today", callable_=today, type_=Date), Person.birthdate),
)


def _named(words: Mapping[str, str]) -> dict[str, str]:
    return {key: gettext(word) for key, word in words.items()}


RESIDENTS = Subject(
    "residents",
    N_("Registered residents"),
    Resident.__table__,
    (
        Column("id", N_("Resident's number"), TEXT, Resident.id, personal=True),
        Column("language", N_("Language"), CHOICE, Resident.language, values=lambda: LANGUAGES),
        Column("registered", N_("Registered at"), MOMENT, Resident.created_at),
        Column("left", N_("Left at"), MOMENT, Resident.left_at),
        Column("cards", N_("Family cards"), NUMBER, _cards),
    ),
    (Resident.id,),
    resident=Resident.id,
)
PEOPLE = Subject(
    "people",
    N_("Family cards"),
    Person.__table__,
    (
        Column("resident", N_("Resident's number"), TEXT, Person.resident_id, personal=True),
        Column("nickname", N_("Nickname"), TEXT, Person.nickname, personal=True),
        Column("birthdate", N_("Birthdate"), DAY, Person.birthdate, personal=True),
        Column("relation", N_("Relation"), CHOICE, Person.relation,
               values=lambda: _named(RELATIONS)),
        Column("age", N_("Age, the lower end of five years"), NUMBER, func.floor(_age / 5) * 5),
        Column("district", N_("District"), TEXT, Person.district),
        Column("made", N_("Card made at"), MOMENT, Person.created_at),
    ),
    (Person.id,),
    where=(Person.relation != "expected",),  # a child to come tells of a person's body
    resident=Person.resident_id,
)  # fmt: skip
TODO_ACTS = Subject(
    "todo_acts",
    N_("What was done with to-dos"),
    TodoAct.__table__,
    (
        Column("service", N_("Service"), TEXT, TodoAct.service),
        Column("act", N_("Act"), CHOICE, TodoAct.kind, values=lambda: _named(ACTS)),
        Column("until", N_("Until"), DAY, TodoAct.until),
        Column("at", N_("Date"), MOMENT, TodoAct.at),
        Column("undone", N_("Taken back"), FLAG, TodoAct.undone_at.is_not(None)),
    ),
    (TodoAct.at, TodoAct.id),
)
MISSES = Subject(
    "misses",
    N_("Searches in vain"),
    SearchMiss.__table__,
    (
        Column("day", N_("Day"), DAY, SearchMiss.day),
        Column("words", N_("Words"), TEXT, SearchMiss.words),
        Column("language", N_("Language"), CHOICE, SearchMiss.language, values=lambda: LANGUAGES),
        Column("times", N_("Times"), NUMBER, SearchMiss.times),
    ),
    (SearchMiss.day, SearchMiss.words),
)
TICKETS = Subject(
    "tickets",
    N_("Contact tickets"),
    Ticket.__table__,
    (
        Column("number", N_("Receipt number"), TEXT, Ticket.number),
        Column("topic", N_("What is it about?"), CHOICE, Ticket.topic,
               values=lambda: _named(TOPIC_WORDS)),
        Column("at", N_("Sent on"), MOMENT, Ticket.created_at),
        Column("mail", N_("E-mail address"), TEXT, Ticket.mail, personal=True),
    ),
    (Ticket.id,),
)  # fmt: skip
SUBJECTS = (RESIDENTS, PEOPLE, TODO_ACTS, MISSES, TICKETS)
