"""Commands of running the city: reports, and a look at the public pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click


@contextmanager
def _application() -> Iterator[None]:
    """Settings and database, without pages."""
    from portal.core.settings import SettingsError, load_settings
    from portal.core.web.app import make_app

    try:
        app = make_app(load_settings())
    except SettingsError as error:
        raise click.ClickException(f"The settings can not be used:\n{error}") from None
    try:
        with app.app_context():
            yield
    finally:
        app.extensions["mado.database"].engine.dispose()
        app.extensions["mado.redis"].close()


@click.group()
def report() -> None:
    """Figures for the city."""


@report.command()
@click.option("--month", required=True, help="Such as 2026-10.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
def sla(month: str, out: Path) -> None:
    """The contract's 29 items and the monthly statistics, as .xlsx or .pdf."""
    from portal.operations.sla import pdf, report, xlsx
    from portal.operations.sla.month import month_of

    if out.suffix not in {".xlsx", ".pdf"}:
        raise click.UsageError("--out must end in .xlsx or .pdf")
    with _application():
        try:
            made = report.report(month_of(month))
            content = xlsx.workbook(made) if out.suffix == ".xlsx" else pdf.document(made)
        except (ValueError, pdf.NoPango) as error:
            raise click.ClickException(str(error)) from None
    out.write_bytes(content)
    counts = (
        f"met {made.count(True)}, not met {made.count(False)}, not measurable {made.count(None)}"
    )
    click.echo(f"{out}: {counts}")


@report.command()
def probe() -> None:
    """Look at the public pages now; exit 1 when one of them does not answer."""
    from portal.operations.watching import probes

    with _application():
        found = [(one.page, one.status, one.ms, one.ok) for one in probes.probe()]
    click.echo(
        json.dumps([dict(zip(("page", "status", "ms", "ok"), one, strict=True)) for one in found])
    )
    if not all(one[3] for one in found):
        raise SystemExit(1)
