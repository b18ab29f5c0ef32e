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
    """The contract's 29 items and the monthly statistics, signed: .xlsx, .pdf, or both as .zip."""
    from portal.core.signing import ENDING, signing_keys
    from portal.operations.sla import files, pdf, report
    from portal.operations.sla.month import month_of

    kind = out.suffix.removeprefix(".")
    if kind not in {*files.KINDS, "zip"}:
        raise click.UsageError("--out must end in .xlsx, .pdf or .zip")
    with _application():
        try:
            made = report.report(month_of(month))
            content = files.packed(made) if kind == "zip" else files.content(made, kind)
        except (ValueError, pdf.NoPango) as error:
            raise click.ClickException(str(error)) from None
        signature = signing_keys().sign_file(content, out.name)
    out.write_bytes(content)
    if kind != "zip":
        out.with_name(out.name + ENDING).write_bytes(signature)
    counts = (
        f"met {made.count(True)}, not met {made.count(False)}, not measurable {made.count(None)}"
    )
    click.echo(f"{out}: {counts}")
    click.echo(f"./mado verify {out} checks its signature")


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
