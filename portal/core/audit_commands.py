"""The command line of the audit log: `./mado audit …`."""

# Everything heavy is imported inside the commands: ./mado --help must stay quick.
from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from portal.core.audit_anchor import Held


@click.group()
def audit() -> None:
    """The log of every change: who did what to which thing."""


@audit.command("verify")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option(
    "--anchor",
    "outside",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A seal kept outside (audit-seal.json, or the monthly ZIP it lies in): is it still here?",
)
def verify_(as_json: bool, outside: Path | None) -> None:
    """Say whether the log is as it was written; exit 1 and name each damaged row when not.

    What was written since the last seal is counted: only later seals can speak for it.
    """
    from portal.core.audit_checking import check

    with _application():
        held = _held(outside) if outside else None
        found = check()
    newest = found.newest
    good = found.good and (held is None or held.good)
    told: dict[str, object] = {
        "good": good,
        "anchor": held.words if held else None,
        "sealed": found.sealed,
        "seals": found.seals,
        "cut": found.cut,
        "unsealed": found.tail,
        "unsealed_oldest": found.tail_oldest.isoformat() if found.tail_oldest else None,
        "newest_seal": newest.number if newest else None,
        "newest_hash": newest.hash.hex() if newest else None,
        "faults": [
            {"kind": f.kind, "place": f.position, "entry": str(f.entry_id or ""), "words": f.words}
            for f in found.faults
        ],
    }
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for fault in found.faults:
            click.echo(f"{fault.kind.upper()}: {fault.words}")
        click.echo(_summary(told))
    raise SystemExit(0 if good else 1)


def _held(outside: Path) -> Held:
    from portal.core import audit_anchor

    try:
        return audit_anchor.held(audit_anchor.read(outside))
    except audit_anchor.NoAnchor as fault:
        raise click.ClickException(str(fault)) from None


def _summary(told: dict[str, object]) -> str:
    oldest = f", the oldest of {told['unsealed_oldest']}" if told["unsealed_oldest"] else ""
    verdict = "OK" if told["good"] else "NOT OK"
    lines = [
        f"{verdict}: {told['sealed']} entries in {told['seals']} seals, "
        f"{told['cut']} cut off when their time was over.",
        f"Not sealed yet: {told['unsealed']}{oldest}.",
    ]
    if told["newest_seal"]:
        lines.append(f"Newest seal: {told['newest_seal']}, {told['newest_hash']}.")
    if told["anchor"]:
        lines.append(f"Kept outside: {told['anchor']}.")
    return "\n".join(lines)


@audit.command("seal")
@click.option("--late", is_flag=True, help="Also entries that came long after their time.")
def seal_(late: bool) -> None:
    """Seal now what is committed; the scheduler does it every minute."""
    from portal.core.audit_sealing import seal

    with _application():
        total = 0
        while done := seal(late=late):
            total += done
    click.echo(f"{total} entries sealed.")


@audit.command("export")
@click.option("--month", required=True, type=click.DateTime(["%Y-%m"]), help="Such as 2026-11.")
@click.option("--language", type=click.Choice(["ja", "en"]), default="ja", show_default=True)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
def export_(month: datetime, language: str, file: Path | None) -> None:
    """Write a month's entries as signed CSV and XLSX in one ZIP (default: audit-MONTH.zip)."""
    from portal.core import audit as log
    from portal.core.audit_files import packed
    from portal.core.db import transaction

    target = file or Path(f"audit-{month:%Y-%m}.zip")
    with _application():
        target.write_bytes(packed(month.date(), language, lambda _: ""))
        with transaction() as session:
            log.record(session, "audit.exported", month=f"{month:%Y-%m}", by="command")
    click.echo(f"{target}: written. ./mado verify {target} checks it.")


@audit.command("key")
def key_() -> None:
    """Print the public key by which others verify our signatures."""
    from portal.core.signing import signing_keys

    with _application():
        click.echo(base64.b64encode(signing_keys().public).decode())


@contextmanager
def _application() -> Iterator[None]:
    """Settings, database and keys, without pages."""
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
