"""The demo city's website as a source of news, and its open data of facilities and shelters."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).parent / "demo_open_data"
HOSTS = ["www.city.mado.example", "city.mado.example"]
# Categories of the demo website: interests of residents, services of the catalogue.
TIES: dict[str, tuple[list[str], list[str]]] = {
    "子育て": (["子育て"], ["check_18m"]),
    "くらし": (["ごみ・環境保全"], []),
    "健康・福祉": (["健康・医療"], []),
    "防災": (["防災"], []),
    "文化・スポーツ": (["文化・スポーツ・生涯学習"], []),
}


def fill() -> None:
    """Sources (read by the next tick, when the website is up), categories, places."""
    from portal.core.db import transaction
    from portal.guide.city_pages import reports, sources
    from portal.guide.facilities.importing import import_file

    with transaction() as session:
        sources.add(
            session,
            name="新着情報",
            kind="feed",
            url=f"https://{HOSTS[0]}/rss.xml",
            hosts=HOSTS,
            delay_ms=200,
        )
        sources.add(
            session,
            name="全ページ",
            kind="sitemap",
            url=f"https://{HOSTS[0]}/sitemap.xml",
            hosts=HOSTS,
            delay_ms=200,
            every_minutes=720,
        )
        for name, (interests, services) in TIES.items():
            reports.tie(session, name, interests=interests, services=services)
    for file in sorted(DATA.glob("*.csv")):
        with transaction() as session:
            import_file(session, file.read_bytes(), name=file.name)
