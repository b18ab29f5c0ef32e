"""`./mado manual pictures`: takes every picture of the manuals anew."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import click

from launcher.manual.scenes import FOLDER, Scene, load, shown
from launcher.manual.shrinking import HEAVIEST

ALL_TOGETHER = 4_000_000  # bytes


@click.command()
@click.option("--data", type=click.Path(file_okay=False), help="Of a demo city that runs already.")
@click.option("--only", multiple=True, help="These scenes alone (launcher/manual/pictures.yaml).")
@click.option(
    "--into", type=click.Path(file_okay=False, path_type=Path), default=FOLDER, show_default=False
)
def pictures(data: str | None, only: tuple[str, ...], into: Path) -> None:
    """Take every picture that the manuals show, from a demo city in Chromium.

    Starts a demo city of its own (two minutes). Exit status 1 when a scene failed.
    """
    from playwright.sync_api import sync_playwright

    from launcher import browser
    from launcher.manual.playing import Cast, play_all
    from launcher.page_check.people import demo_city
    from launcher.places import Places

    scenes = _wanted(only)
    with ExitStack() as stack:
        folder = data or stack.enter_context(tempfile.TemporaryDirectory(prefix="mado-manual-"))
        city = stack.enter_context(demo_city(Path(folder)))
        chromium = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=str(browser.find_chromium()),
            args=["--no-sandbox", "--lang=ja-JP"],
            env={**os.environ, "LANGUAGE": "ja"},
        )
        stack.callback(chromium.close)
        cast = Cast(city, Places.under(folder))
        faults = play_all(chromium, scenes, cast, into, click.echo)
    faults += _too_heavy(into)
    if not only:
        _forget(into)
    for fault in faults:
        click.echo(fault, err=True)
    raise SystemExit(1 if faults else 0)


def _wanted(only: tuple[str, ...]) -> list[Scene]:
    scenes = load()
    unknown = set(only) - {one.name for one in scenes}
    if unknown:
        raise click.UsageError(f"there is no scene {', '.join(sorted(unknown))}")
    return [one for one in scenes if not only or one.name in only]


def _too_heavy(folder: Path) -> list[str]:
    sizes = {file.name: file.stat().st_size for file in folder.glob("*.png")}
    heavy = [f"{name}: {size} bytes" for name, size in sizes.items() if size > HEAVIEST]
    whole = sum(sizes.values())
    return heavy + ([f"all together: {whole} bytes"] if whole > ALL_TOGETHER else [])


def _forget(folder: Path) -> None:
    """Pictures no manual shows any more."""
    for file in folder.glob("*.png"):
        if file.name not in shown():
            click.echo(f"{file.name} is shown nowhere: deleted")
            file.unlink()
