"""Commands: which menus there are and which LINE shows, whether a picture would be taken."""

# Everything heavy is imported inside the commands: ./mado --help must stay quick.
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_menus(as_json: bool) -> None:
    """Every drawn menu: its newest version, how it stands, whom it is for, taps of seven days."""
    from notifications.commands import _ground

    with _ground():
        said = _listed()
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False, indent=1))
        return
    click.echo(f"mode {said['mode']}, at LINE since {said['applied_at'] or 'never'}")
    for each in said["menus"]:
        click.echo(
            f"{each['name']}  version {each['version']} {each['status']}  {each['mode']}"
            f"  {each['segment'] or 'everybody'}  taps {each['taps']}"
        )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def check(file: Path, as_json: bool) -> None:
    """Whether LINE would take the picture FILE; status 1 when not."""
    from notifications.richmenus import pictures

    try:
        found = pictures.check(file.read_bytes()[: pictures.MOST_BYTES + 1])
    except pictures.RefusedPicture as refused:
        raise click.ClickException(refused.message % refused.values) from None
    said = {"kind": found.kind, "width": found.width, "height": found.height,
            "bytes": len(found.body)}  # fmt: skip
    plain = f"{found.kind}, {found.width} × {found.height}, {len(found.body):,} bytes: fits"
    click.echo(json.dumps(said) if as_json else plain)


@click.command()
def sync() -> None:
    """Bring to LINE now what is approved, scheduled and switched (the scheduler does it too)."""
    from notifications.commands import _ground

    with _ground():
        from notifications.richmenus import reading, syncing

        syncing.sync()
        state = reading.state()
    if state is None or state.failed_at is not None:
        raise click.ClickException("LINE did not take everything; it is tried again by itself.")
    click.echo("LINE shows what is approved.")


def _listed() -> dict[str, Any]:
    from notifications.richmenus import listing, reading

    plan, state, taps = reading.plan(), reading.state(), listing.all_taps()
    at = state.applied_at if state else None
    return {
        "mode": plan.mode,
        "applied_at": at.isoformat() if at else None,
        "menus": [
            {
                "name": versions[0].name,
                "version": versions[0].number,
                "status": versions[0].status,
                "shown": next((v.number for v in versions if v.status == "shown"), None),
                "mode": versions[0].mode,
                "segment": versions[0].segment_name,
                "taps": taps.get(menu_id, 0),
            }
            for menu_id, versions in listing.menus(plan).items()
        ],
    }
