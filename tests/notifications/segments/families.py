"""Thousands of random families with all a segment can ask about, and random segments."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, text, update

from auth.provider.clients import Client
from auth.provider.models import ToolConsent
from launcher.population import Population, load
from notifications.channels.models import ChannelStop
from notifications.segments import city
from notifications.segments.conditions import RELATIONS, STAGES
from portal.catalogue.load import load_catalogue
from portal.core.clock import now, today
from portal.core.db import read, transaction
from portal.core.ids import new_id
from portal.mypage.favourite_models import Favourite
from portal.mypage.models import TodoAct
from portal.residents.models import Person, Resident
from portal.residents.sharing_models import CardShare
from portal.search.models import SearchDocument

DISTRICTS = list(load_catalogue().districts)
TOPICS = ("childcare", "health", "events", "sports")
STARS = (("page", "library"), ("facility", "hall"), ("service", "check_18m"))
DATES = ("moved_in", "move_date", "married_on", "death_known", "card_issued", "licence_expiry")
FLAGS = ("enrolled", "married", "other_insurer")
NOTHING = (None, False, "", 0)


def populate(many: int, seed: int) -> list[str]:
    """Families by launcher.population, then what residents do; gives the ids of two tools."""
    load(Population(today(), DISTRICTS, seed=seed).households(many))
    dice = random.Random(seed)
    tools = [_tool(name) for name in ("図書館の予約", "施設の予約")]
    with transaction() as session:
        residents = list(session.scalars(select(Resident.id).order_by(Resident.id)))
        persons = list(session.execute(select(Person.id, Person.resident_id, Person.relation)))
        for key in STARS:
            session.add_all(_star(who, *key) for who in dice.sample(residents, many // 8))
        for tool in tools:
            session.add_all(_consent(dice, who, tool) for who in dice.sample(residents, many // 9))
        for who in dice.sample(residents, many // 20):
            session.add(ChannelStop(resident_id=who, channel="line", reason="blocked"))
        _enter(session, dice, [each.id for each in persons])
        _share(session, dice, persons, residents)
        session.flush()
        gone = dice.sample(residents, many // 30)
        session.execute(update(Resident).where(Resident.id.in_(gone)).values(left_at=now()))
        session.add_all(act for each in dice.sample(persons, many) for act in _acts(dice, each))
    read().execute(text("ANALYZE"))  # as autovacuum does soon after a load
    return tools


def _enter(session: Any, dice: random.Random, persons: list[UUID]) -> None:
    """Dates and flags of their own, unknown birthdates, silenced cards."""
    for who in dice.sample(persons, len(persons) // 6):
        facts: dict[str, Any] = {}
        for name in dice.sample(DATES, 2):
            day = today() + timedelta(days=dice.randrange(-400, 200))
            facts[name] = dice.choice([day.isoformat(), day.isoformat(), *NOTHING, "soon"])
        for name in dice.sample(FLAGS, 2):
            facts[name] = dice.choice([True, *NOTHING])
        session.execute(update(Person).where(Person.id == who).values(facts=facts))
    some = dice.sample(persons, len(persons) // 15)
    session.execute(update(Person).where(Person.id.in_(some)).values(silenced_at=now()))
    some = dice.sample(persons, len(persons) // 20)
    values = {"birthdate": None, "district": None}
    session.execute(update(Person).where(Person.id.in_(some)).values(values))


def _share(session: Any, dice: random.Random, persons: list[Any], residents: list[UUID]) -> None:
    """Children (and some who are expected) on the page of another account too."""
    young = [each for each in persons if each.relation in ("child", "expected")]
    for each in dice.sample(young, len(young) // 3):
        session.add(
            CardShare(
                person_id=each.id,
                resident_id=dice.choice(residents),
                role=dice.choice(["co-parent", "viewer"]),
                name="うめ",
                owner_name="もも",
                silenced_at=now() if dice.random() < 0.2 else None,
            )
        )


def _acts(dice: random.Random, person: Any) -> list[TodoAct]:
    services = dice.sample(["check_18m", "tokutei", "dental", "child_allowance", "vac_flu"], 2)
    return [
        TodoAct(
            person_id=person.id,
            service=service,
            occurrence=dice.choice(["", "2026", "2025", "2026-04-01", "2025-04-01"]),
            kind=dice.choice(["done", "done", "dismissed"]),
            by=person.resident_id,
            undone_at=now() if dice.random() < 0.2 else None,
        )
        for service in services
    ]


def _star(who: UUID, kind: str, key: str) -> Favourite:
    return Favourite(resident_id=who, kind=kind, key=key, title=key)


def _consent(dice: random.Random, who: UUID, tool: str) -> ToolConsent:
    ended = now() if dice.random() < 0.2 else None
    return ToolConsent(
        resident_id=who,
        client_id=UUID(tool),
        scopes=["openid"],
        language="ja",
        until=now() + timedelta(days=dice.choice([-5, 90])),
        ended_at=ended,
        ended_why="withdrawn" if ended else None,
    )


def _tool(name: str) -> str:
    with transaction() as session:
        client = Client(
            id=new_id(),
            name=name,
            redirect_uris=["https://tool.example/back"],
            auth_method="none",
            scopes=["openid"],
            sector="tool.example",
        )
        session.add(client)
        session.flush()
    return str(client.id)


def tree(dice: random.Random, tools: list[str], depth: int = 0) -> dict[str, Any]:
    """A random segment."""
    if depth < 3 and dice.random() < 0.45:
        parts = [tree(dice, tools, depth + 1) for _ in range(dice.randrange(0, 4))]
        return dice.choice([{"all": parts}, {"any": parts}, {"not": {"any": parts}}])
    if dice.random() < 0.7:
        return {"has_person": of_person(dice, depth)}
    days = today() - timedelta(days=dice.randrange(700))
    return dice.choice(
        [
            {"language": [dice.choice(["ja", "en"])]},
            {"channel": dice.sample(["line", "mail"], dice.randrange(1, 3))},
            {"registered": {dice.choice(["from", "to"]): days.isoformat()}},
            {"favourite": [dict(zip(("kind", "key"), dice.choice(STARS), strict=True))]},
            {"tool": dice.sample(tools, dice.randrange(1, 3))},
        ]
    )


def of_person(dice: random.Random, depth: int) -> dict[str, Any]:
    """Random conditions on one person."""
    if depth < 4 and dice.random() < 0.5:
        parts = [of_person(dice, depth + 1) for _ in range(dice.randrange(1, 4))]
        return dice.choice([{"all": parts}, {"any": parts}, {"not": parts[0]}])
    first = dice.randrange(0, 90)
    span = dice.choice([{"from": first}, {"to": first}, {"from": first, "to": first + 15}])
    services = [each.key for each in city.askable_services(today())]
    due = [each.key for each in city.askable_services(today()) if each.confirmed]
    done = dice.choice(["no", "yes", "any"])
    return dice.choice(
        [
            {"relation": dice.sample(RELATIONS, dice.randrange(1, 4))},
            {"age": span},
            {"fiscal_age": span},
            {"school": dice.sample(list(STAGES), 2)},
            {"sex": [dice.choice(["F", "M"])]},
            {"district": dice.sample(DISTRICTS, 2)},
            {"interest": dice.sample(TOPICS, 2)},
            {"service_open": {"service": dice.choice(services), "done": done}},
            {"service_open": {"service": dice.choice(["tokutei", "dental"]), "done": done}},
            {"service_due": {"service": dice.choice(due), "done": done}},
            {"done": dice.choice(["check_18m", "tokutei", "dental"])},
        ]
    )


def known(*, kind: str = "page", key: str, sensitive: bool) -> None:
    """A document of the search index."""
    with transaction() as session:
        session.execute(
            insert(SearchDocument).values(
                kind=kind, key=key, source="test", titles={"ja": "図書館"}, texts={}, url="/x",
                sensitive=sensitive, weight=1.0, names=[], faces=[], sounds=[], strengths=[],
                head=func.to_tsvector("simple", ""), body=func.to_tsvector("simple", ""),
                digest=b"x",
            )
        )  # fmt: skip
