"""What segments cost at a city's size: the count, and all a clerk sees while composing."""

from __future__ import annotations

import os
import platform
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, insert, text

from auth.provider.clients import Client
from bench.city import bench_city
from notifications.segments import city, counting, looking
from notifications.segments.segment import Segment
from notifications.segments.tests import Test
from portal.catalogue.load import load_catalogue
from portal.core.clock import now
from portal.core.db import read
from portal.core.ids import new_id

TARGET, LOOK_TARGET = 300.0, 1000.0  # ms, p95
ROUNDS = 5
# What residents do besides having families: the bench city is only loaded, not lived in.
LIVED = (
    "INSERT INTO favourites SELECT id, 'page', 'library', '図書館', now() FROM residents"
    " WHERE right(id::text, 1) IN ('0', '1', '2')",
    "INSERT INTO todo_acts (id, person_id, service, occurrence, kind, by, at)"
    " SELECT gen_random_uuid(), p.id, s.key, s.occurrence, 'done', p.resident_id, now()"
    " FROM persons p, (VALUES ('check_18m', ''), ('tokutei', '2026-04-01'), ('dental', '2026'))"
    " AS s(key, occurrence) WHERE right(p.id::text, 1) IN ('0', '1', '2', '3')",
    "INSERT INTO card_shares (id, person_id, resident_id, role, name, owner_name, at)"
    " SELECT gen_random_uuid(), p.id, r.id, 'co-parent', '', '', now()"
    " FROM (SELECT id, resident_id, row_number() OVER (ORDER BY id) AS n FROM persons"
    "  WHERE relation = 'child') p"
    " JOIN (SELECT id, row_number() OVER (ORDER BY right(id::text, 8)) AS n FROM residents) r"
    " ON r.n = p.n AND p.n % 3 = 0 AND r.id <> p.resident_id",
    "UPDATE persons SET facts = jsonb_build_object('enrolled', true, 'moved_in',"  # over two years
    " ((now() AT TIME ZONE 'Asia/Tokyo')::date - get_byte(uuid_send(id), 14) * 3)::text)"
    " WHERE right(id::text, 2) IN ('00', '10', '20', '30', '40')",
    "ANALYZE favourites, todo_acts, card_shares, persons, provider_consents",
)


def examples(tool: str) -> list[dict[str, Any]]:
    """Thirty segments such as cities send to, from the plainest to the nested."""
    north, south, east = list(load_catalogue().districts)[:3]

    def child(**more: Any) -> dict[str, Any]:
        return {"has_person": {"relation": "child", **more}}

    def own(**more: Any) -> dict[str, Any]:
        return {"has_person": {"relation": "self", **more}}

    star = {"favourite": {"kind": "page", "key": "library"}}
    check = child(service_open="check_18m")
    return [
        {"all": []},
        {"language": "en"},
        {"channel": "line"},
        {"not": {"channel": ["line", "mail"]}},
        {"registered": {"from": "2026-10-01"}},
        check,
        child(service_open="check_18m", district=[north, south]),
        child(service_due="check_18m"),
        child(service_open={"service": "check_18m", "done": "yes"}),
        child(school="enters_elementary"),
        child(school="enters_junior_high", district=[east]),
        child(fiscal_age={"from": 0, "to": 6}),
        {"has_person": {"service_open": "child_allowance"}},
        {"has_person": {"service_open": "vac_rsv"}},
        {"has_person": {"service_open": "tokutei"}},
        {"has_person": {"service_due": "tokutei", "district": [north]}},
        {"has_person": {"service_open": "dental"}},
        {"has_person": {"service_open": "vac_pcv_elder"}},
        {"has_person": {"relation": "parent", "age": {"from": 75}}},
        own(age={"from": 65}, district=[north, south, east]),
        own(interest=["childcare", "events"]),
        own(sex="F", age={"from": 20, "to": 39}),
        star,
        {"tool": tool},
        {"all": [check, {"language": "ja"}, {"channel": "line"}]},
        {"all": [child(age={"to": 5}), {"not": child(age={"from": 6, "to": 12})}]},
        {"any": [check, child(service_open="check_5y"), child(service_open="vac_mr2")]},
        {"not": {"has_person": {"relation": "child"}}},
        {"all": [{"any": [own(interest="sports"), star]},
                 {"not": own(age={"to": 17})}, {"not": {"tool": tool}}]},
        {"any": [{"all": [own(district=north), {"language": "en"}]},
                 {"all": [child(service_due="child_allowance"), {"not": {"channel": "mail"}}]},
                 {"has_person": {"not": {"any": [{"sex": "F"}, {"age": {"from": 40}}]}}}]},
    ]  # fmt: skip


def report(residents: int) -> str:
    """The whole table as Markdown."""
    with (
        bench_city(residents) as bench,
        bench.app.test_request_context(),
        lived_in(read()) as tool,
    ):
        return "\n".join(_measured(residents, bench.counts["persons"], tool))


@contextmanager
def lived_in(connection: Connection) -> Iterator[str]:
    """Stars, done to-dos, shared children, dates and a connected tool; gone again afterwards."""
    driver: Any = connection.connection.driver_connection
    tool = str(new_id())
    driver.execute("BEGIN")
    try:
        driver.execute("SET LOCAL statement_timeout = 0")
        _connect(connection, tool)
        for statement in LIVED:
            connection.execute(text(statement))
        yield tool
    finally:
        driver.execute("ROLLBACK")


def _connect(connection: Connection, tool: str) -> None:
    connection.execute(
        insert(Client).values(
            id=tool,
            name="図書館",
            redirect_uris=[],
            auth_method="none",
            scopes=["openid"],
            sector="x",
        )
    )
    connection.execute(
        text(
            "INSERT INTO provider_consents (id, resident_id, client_id, scopes, language,"
            " given_at, until) SELECT gen_random_uuid(), id, :tool, '{openid}', 'ja', now(),"
            " now() + interval '1 day' FROM residents WHERE right(id::text, 1) IN ('5', '6')"
        ),
        {"tool": tool},
    )


def _measured(residents: int, persons: int, tool: str) -> list[str]:
    values = examples(tool)
    order = [each for _ in range(ROUNDS) for each in random.sample(range(len(values)), len(values))]
    setting = city.setting()
    asked = [Segment.read(each, setting).test(setting) for each in values]
    for test in asked:
        counting.total(read(), test)  # plans and pages as on a working day
    plain = [(_ms(_count, values[n]), n) for n in order]
    whole = [(_ms(looking.look, values[n]), n) for n in order]
    return _lines(residents, persons, values, asked, sorted(plain), sorted(whole))


def _count(value: dict[str, Any]) -> int:
    """As a page does it: read, ask the catalogue, ask the database."""
    setting = city.setting()
    return counting.total(read(), Segment.read(value).test(setting))


def _ms(call: Callable[[Any], object], value: Any) -> float:
    began = time.perf_counter()
    call(value)
    return (time.perf_counter() - began) * 1000


def _lines(
    residents: int,
    persons: int,
    values: list[dict[str, Any]],
    asked: list[Test],
    plain: list[tuple[float, int]],
    whole: list[tuple[float, int]],
) -> list[str]:
    def at(times: list[tuple[float, int]], share: float) -> str:
        return f"{times[min(len(times) - 1, int(len(times) * share))][0]:.0f}"

    slow = list(dict.fromkeys(n for _, n in reversed(plain)))[:3]
    return [
        f"Measured {now():%Y-%m-%d} on {os.cpu_count()} cores, {platform.system()} "
        f"{platform.machine()}; {residents:,} residents, {persons:,} persons, {len(values)} "
        f"segments × {ROUNDS}; load {os.getloadavg()[0]:.0f}.",
        "",
        "| ms | p50 | p95 | target of p95 |",
        "|---|---|---|---|",
        f"| count | {at(plain, 0.5)} | {at(plain, 0.95)} | ≤ {TARGET:.0f} |",
        f"| count, channels, sample with reasons | {at(whole, 0.5)} | {at(whole, 0.95)} |"
        f" < {LOOK_TARGET:.0f} |",
        "",
        "Slowest counts: "
        + "; ".join(
            f"{min(t for t, m in plain if m == n):.0f} ms {city.sentence(Segment.read(values[n]))}"
            f" ({counting.total(read(), asked[n]):,})"
            for n in slow
        ),
    ]
