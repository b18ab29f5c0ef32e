"""A plausible population of any size: seeded, repeatable, loaded by COPY."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

# Nicknames are plants: a demo must not invent people.
PLANTS = [
    "さくら",
    "うめ",
    "もも",
    "つばき",
    "きく",
    "ふじ",
    "ゆり",
    "すみれ",
    "あおい",
    "かえで",
    "けやき",
    "まつ",
    "たけ",
    "はぎ",
    "なでしこ",
    "あやめ",
    "ぼたん",
    "すずらん",
    "れんげ",
    "たんぽぽ",
    "もみじ",
    "いちょう",
    "くすのき",
    "ひまわり",
    "あさがお",
]
LANGUAGES = ["ja"] * 94 + ["en"] * 6
INTERESTS = ("childcare", "health", "events", "disaster", "library", "sports")
COPIED = {
    "residents": "id language created_at left_at",
    "persons": "id resident_id relation position nickname birthdate sex district interests "
    "expected_on facts silenced_at created_at",
    "identities": "id resident_id issuer subject subject_index verified_at",
}
# UUIDv7 made from the seed: the same seed gives the same city.
EPOCH_MS = 1_700_000_000_000


@dataclass
class Household:
    """One account and its person cards, as rows in the order of COPIED's columns."""

    resident: tuple[Any, ...]
    persons: list[tuple[Any, ...]] = field(default_factory=list)
    identities: list[tuple[Any, ...]] = field(default_factory=list)


class Population:
    """Households one after another; `today` anchors the ages, `seed` everything else."""

    def __init__(self, today: date, districts: list[str], *, seed: int = 1) -> None:
        self._random = random.Random(seed)  # noqa: S311  (a demo, not a secret)
        self._today = today
        self._districts = districts
        self._count = 0

    def households(self, number: int) -> Iterator[Household]:
        """`number` households."""
        for index in range(number):
            yield self._household(index)

    def _household(self, index: int) -> Household:
        chance = self._random
        resident_id, district = self._id(), chance.choice(self._districts)
        joined = datetime.combine(self._today, datetime.min.time(), UTC) - timedelta(
            minutes=chance.randrange(1, 60 * 24 * 700)
        )
        age = min(96, max(18, round(chance.gauss(46, 17))))
        home = Household((resident_id, chance.choice(LANGUAGES), joined, None))
        people = [("self", age, chance.choice("FM"))]
        if age >= 22 and chance.random() < 0.62:
            people.append(("spouse", max(18, age + chance.randrange(-6, 7)), chance.choice("FM")))
        if 22 <= age <= 58:
            for _ in range(chance.choices((0, 1, 2, 3), (30, 27, 31, 12))[0]):
                years = max(0, age - chance.randrange(22, 42))
                people.append(("child", years, chance.choice("FM")))
        if 35 <= age <= 70 and chance.random() < 0.18:
            people.append(("parent", min(101, age + chance.randrange(22, 38)), chance.choice("FM")))
        for position, (relation, years, sex) in enumerate(people):
            home.persons.append(
                self._person(resident_id, relation, position, years, sex, district, joined)
            )
        if age <= 43 and chance.random() < 0.03:
            expected = self._today + timedelta(days=chance.randrange(5, 200))
            home.persons.append(
                self._person(resident_id, "expected", 9, None, None, district, joined, expected)
            )
        self._identify(home, resident_id, index, joined)
        return home

    def _person(
        self,
        resident_id: UUID,
        relation: str,
        position: int,
        years: int | None,
        sex: str | None,
        district: str,
        joined: datetime,
        expected: date | None = None,
    ) -> tuple[Any, ...]:
        chance = self._random
        born = None
        if years is not None:
            born = self._today - timedelta(days=years * 365.2425 + chance.randrange(0, 365))
        nickname = chance.choice(PLANTS) if chance.random() < 0.8 else None
        interests = chance.sample(INTERESTS, chance.randrange(0, 3)) if relation == "self" else []
        return (
            self._id(), resident_id, relation, position, nickname, born,
            sex if chance.random() < 0.9 else None, district, interests, expected,
            "{}", None, joined,
        )  # fmt: skip

    def _identify(self, home: Household, resident_id: UUID, index: int, joined: datetime) -> None:
        """Half of them by LINE, half by mail, some by both."""
        kind = self._random.random()
        if kind < 0.55:
            user_id = f"U{self._random.getrandbits(128):032x}"
            home.identities.append((self._id(), resident_id, "line", user_id, None, joined))
        if kind >= 0.45:
            address = f"resident{index + 1}@resident.example"
            home.identities.append((self._id(), resident_id, "email", address, None, joined))

    def _id(self) -> UUID:
        """RFC 9562 version 7 with the count as time: sorted, unique, repeatable."""
        self._count += 1
        number = (EPOCH_MS + self._count) << 80 | self._random.getrandbits(76)
        number = number & ~(0xF << 76) | 0x7 << 76
        return UUID(int=number & ~(0x3 << 62) | 0x2 << 62)


def load(households: Iterator[Household], *, batch: int = 5_000) -> dict[str, int]:
    """Write households into the application's database; returns rows per table."""
    from portal.core.crypto import key_ring
    from portal.core.db import database

    counts = dict.fromkeys(COPIED, 0)
    ring = key_ring()
    while True:
        rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in COPIED}
        for _, home in zip(range(batch), households, strict=False):
            rows["residents"].append(home.resident)
            rows["persons"] += [_sealed_person(ring, row) for row in home.persons]
            rows["identities"] += [_sealed_identity(ring, row) for row in home.identities]
        if not rows["residents"]:
            return counts
        with database().engine.begin() as connection:
            driver = connection.connection.cursor()
            for table, columns in COPIED.items():
                names = ", ".join(f'"{name}"' for name in columns.split())
                with driver.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for row in rows[table]:
                        copy.write_row(row)
                counts[table] += len(rows[table])


def _sealed_person(ring: Any, row: tuple[Any, ...]) -> tuple[Any, ...]:
    nickname = ring.encrypt(row[4].encode(), "persons.nickname") if row[4] else None
    return (*row[:4], nickname, *row[5:])


def _sealed_identity(ring: Any, row: tuple[Any, ...]) -> tuple[Any, ...]:
    sealed = ring.encrypt(row[3].encode(), "identities.subject")
    return (*row[:3], sealed, ring.blind_index(row[3], row[2]), row[5])
