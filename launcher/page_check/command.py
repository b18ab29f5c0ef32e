"""`./mado check pages`: walks through a demo city, prints what is wrong, writes the test report."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from launcher import browser
from launcher.page_check import people
from launcher.page_check.looking import Looker
from launcher.page_check.report import write
from launcher.page_check.walking import Routes, Walk, walk
from launcher.places import ROOT, Places

REPORT = ROOT / "docs" / "ja" / "アクセシビリティ試験結果.md"
VISITOR, RESIDENT, CLERK = "visitor", "resident", "clerk"
STARTS = {CLERK: ["/staff", "/staff/"], RESIDENT: ["/", "/my"], VISITOR: ["/"]}


@click.command("pages")
@click.option("--data", type=click.Path(file_okay=False), help="Of a demo city that runs already.")
@click.option("--only", type=click.Choice(list(STARTS)), help="One walk, without the report.")
@click.option("--language", default="ja", help="Of residents' pages; others write no report.")
@click.option(
    "--report/--no-report", default=True, help="Write docs/ja/アクセシビリティ試験結果.md."
)
def pages(data: str | None, only: str | None, language: str, report: bool) -> None:
    """Open every page in a browser at 375 and 1280 px: axe, targets, console, CSP, origins.

    Starts a demo city of its own (about ten minutes on two cores). Exit status 1 on any fault.
    """
    started = time.monotonic()
    with ExitStack() as stack:
        folder = data or stack.enter_context(tempfile.TemporaryDirectory(prefix="mado-pages-"))
        city = stack.enter_context(people.demo_city(Path(folder)))
        wanted = [only] if only else list(STARTS)
        routes, walking = _walk_all(stack, Path(folder), city, wanted, language)
        walks = []
        for one in walking:
            walks.append(one)
            if report and not only and language == "ja":  # after each, for the next takes minutes
                REPORT.write_text(write(walks, routes), "utf-8")
    faults = _print(walks)
    tried = sum(len(one.seen) for one in walks)
    click.echo(f"{tried} pages, {faults} faults, {time.monotonic() - started:.0f} s")
    raise SystemExit(1 if faults else 0)


def _walk_all(
    stack: ExitStack, data: Path, city: dict[str, Any], wanted: list[str], language: str
) -> tuple[dict[str, Routes], Iterator[Walk]]:
    from launcher.product import application
    from launcher.servers import settings_ready

    os.environ["MADO_DATA"] = str(data)
    stack.enter_context(settings_ready(migrate=False))
    app = application()
    stack.enter_context(app.app_context())
    routes = {who: Routes(app, "staff" if who == CLERK else "resident") for who in STARTS}
    chromium = stack.enter_context(sync_playwright()).chromium.launch(
        executable_path=str(browser.find_chromium()), args=["--no-sandbox"]
    )
    stack.callback(chromium.close)
    places = Places.under(data)
    return routes, (_walk(chromium, city, places, who, routes[who], language) for who in wanted)


def _walk(
    chromium: Browser, city: dict[str, Any], places: Places, who: str, routes: Routes, language: str
) -> Walk:
    from portal.core.i18n import COOKIE

    context = chromium.new_context(locale="ja-JP", timezone_id="Asia/Tokyo")
    base = _sign_in(context, city, places, who)
    context.add_cookies([{"name": COOKIE, "value": language, "url": base}])
    hosts = {urlsplit(city[name]).netloc for name in ("public_url", "staff_url")}
    looker = Looker(context.new_page(), hosts, targets=who != CLERK)
    done = walk(who, looker, base, routes, STARTS[who])
    context.close()
    return done


def _sign_in(context: BrowserContext, city: dict[str, Any], places: Places, who: str) -> str:
    base = str(city["staff_url" if who == CLERK else "public_url"])
    if who == RESIDENT:
        people.resident_signs_in(context, base, people.resident_of(city, places))
    elif who == CLERK:
        people.clerk_signs_in(context, base, people.clerk_of(city))
    return base


def _print(walks: list[Walk]) -> int:
    """The table by page; gives the number of faults."""
    faults = 0
    for one in walks:
        click.echo(f"\n{one.who}: {len(one.seen)} pages")
        for seen in one.seen:
            faults += seen.count
            told = "  ".join(f"{width}: {len(found)}" for width, found in seen.faults.items())
            click.echo(f"  {seen.path:60} {told}")
            for width, found in seen.faults.items():
                for fault in dict.fromkeys(found):
                    click.echo(f"      {width} {fault}")
        for path, instead in one.others.items():
            click.echo(f"  {path:60} {instead}")
    return faults
