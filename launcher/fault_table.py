"""`./mado faults`: breaks a small city's processes, and writes what residents saw in the manual."""

from __future__ import annotations

import json
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from launcher.places import ROOT
from launcher.testing import run_pytest

PAGE = ROOT / "docs" / "ja" / "障害試験.md"
BEGIN, END = "<!-- 表のはじまり -->", "<!-- 表のおわり -->"
HEAD = (
    "| 障害 | そのあいだ住民が見たもの | 受け付けた操作 | 失われた操作 | 備考 |\n"
    "|---|---|---|---|---|"
)
JAPAN = timedelta(hours=9)


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
def faults(pytest_arguments: tuple[str, ...]) -> None:
    """Run the fault tests and write their table to docs/ja/障害試験.md."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "rows"
        kept.touch()
        more = {"MADO_FAULTS_TABLE": str(kept)} | (
            {"MADO_FAKETIME": os.environ["MADO_FAKETIME"]} if "MADO_FAKETIME" in os.environ else {}
        )
        status = run_pytest(["-rs", "tests/faults", *pytest_arguments], more)
        rows = kept.read_text("utf-8").splitlines()
    if rows:
        write(PAGE, rows, f"{datetime.now(UTC) + JAPAN:%Y-%m-%d}")
        click.echo(f"{PAGE.relative_to(ROOT)}: {len(rows)} rows")
    raise SystemExit(status)


def write(page: Path, rows: list[str], day: str) -> None:
    """Put the rows between the page's marks."""
    text = page.read_text("utf-8")
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    lines = "\n".join(_line(json.loads(row)) for row in rows)
    page.write_text(f"{before}{BEGIN}\n{day} の結果\n\n{HEAD}\n{lines}\n{END}{after}", "utf-8")


def _line(row: dict[str, object]) -> str:
    cells = (
        str(row[name]).replace("|", "／") for name in ("fault", "seen", "acts", "lost", "note")
    )
    return f"| {' | '.join(cells)} |"
