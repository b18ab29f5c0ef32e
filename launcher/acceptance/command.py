"""`./mado report acceptance`: prints requirement → test → result, or writes it signed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from launcher.acceptance import documents
from launcher.acceptance.checkout import RESULTS, commit, result_file, results_into
from launcher.acceptance.report import FAILED, Report, report
from launcher.acceptance.requirements import Area, faults, load, tests_of
from launcher.acceptance.results import NoResults, Outcomes, Run, read


@click.command()
@click.option("--format", "form", type=click.Choice(("md", "xlsx", "json")), help="Default: md.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Written and signed.")
@click.option(
    "--results",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="JUnit XML of a run; may be repeated. Default: what `./mado test` left.",
)
@click.option("--run", "run_it", is_flag=True, help="Run the named tests first.")
@click.argument("area", required=False)
def acceptance(
    form: str | None, out: Path | None, results: tuple[Path, ...], run_it: bool, area: str | None
) -> None:
    """Say of each requirement which tests show it and what they said when they ran last.

    AREA is one part of it, such as `audit`. Exit 1 when a test of it failed.
    """
    areas = _chosen(area)
    files = [_run(areas, area)] if run_it else list(results) or sorted(RESULTS.glob("*.xml"))
    at = datetime.now(UTC).isoformat(timespec="seconds")
    made = report(areas, Outcomes(_read(files)), at, commit())
    form = form or (out.suffix.removeprefix(".") if out else "md")
    content = _content(made, form)
    if out:
        _write(out, content)
        click.echo(f"{out}: " + ", ".join(f"{k} {n}" for k, n in made.totals.items()))
    elif isinstance(content, bytes):
        raise click.UsageError("a workbook is written by --out FILE.xlsx")
    else:
        click.echo(content, nl=False)
    raise SystemExit(1 if FAILED in made.totals else 0)


def _chosen(area: str | None) -> tuple[Area, ...]:
    areas = load()
    wrong = faults(areas)
    if wrong:
        raise click.ClickException("\n".join(wrong))
    found = tuple(one for one in areas if area in (None, one.key))
    if not found:
        raise click.UsageError(f"the areas are {', '.join(one.key for one in areas)}")
    return found


def _run(areas: tuple[Area, ...], area: str | None) -> Path:
    """The named tests in pytest; gives the file of their results."""
    from launcher import testing

    name = f"acceptance-{area or 'all'}"
    testing.make_ready(journeys=True, contracts=True)
    testing.run_pytest([*tests_of(areas), *results_into(name)], {})
    return result_file(name)


def _read(files: list[Path]) -> list[Run]:
    try:
        return [read(file) for file in files]
    except NoResults as fault:
        raise click.ClickException(str(fault)) from None


def _content(made: Report, form: str) -> str | bytes:
    if form == "xlsx":
        return documents.workbook(made)
    return documents.as_json(made) + "\n" if form == "json" else documents.markdown(made)


def _write(out: Path, content: str | bytes) -> None:
    """With its signature beside it (./mado verify)."""
    from launcher.verifying import own_keys
    from portal.core.signing import ENDING

    whole = content.encode() if isinstance(content, str) else content
    out.write_bytes(whole)
    at = datetime.now(UTC)
    out.with_name(out.name + ENDING).write_bytes(own_keys().sign_file(whole, out.name, at))
