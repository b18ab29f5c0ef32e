"""Commands of mail: the DNS records of our keys, reports of letters that did not arrive."""

# Everything heavy is imported inside the commands: ./mado --help must stay quick.
from __future__ import annotations

import json
import sys
from typing import Any, BinaryIO

import click


@click.group()
def mail() -> None:
    """Signatures and bounces of mail."""


@mail.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def dkim(as_json: bool) -> None:
    """Print the DNS records that let receivers check our signatures."""
    from notifications.channels import dkim as signing
    from portal.core.settings import SettingsError, load_settings

    try:
        settings = load_settings()
        found = signing.signers(settings)
    except (SettingsError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    domains = dict.fromkeys(
        each.partition("@")[2] for each in (settings.MAIL_FROM, settings.MAIL_CODES_FROM)
    )
    records = [each.record(domain) for domain in domains for each in found]
    if as_json:
        click.echo(
            json.dumps([{"name": name, "type": "TXT", "text": text} for name, text in records])
        )
        return
    if not records:
        click.echo("There are no DKIM_KEYS: mail leaves unsigned.", err=True)
        sys.exit(1)
    for name, text in records:
        parts = " ".join(f'"{text[at : at + 250]}"' for at in range(0, len(text), 250))
        click.echo(f"{name}. IN TXT ( {parts} )")


@mail.command()
@click.argument("file", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def bounces(file: BinaryIO, as_json: bool) -> None:
    """Read reports (RFC 3464; one message or an mbox) and switch mail off where it is for good."""
    from notifications.channels import bounces as reports
    from notifications.commands import _ground
    from portal.core.db import transaction

    told: dict[str, Any] = {"messages": 0, "reports": 0, "switched_off": 0}
    with _ground():
        for raw in reports.split(file.read()):
            told["messages"] += 1
            for report in reports.read_report(raw):
                told["reports"] += 1
                with transaction() as session:
                    told["switched_off"] += reports.note(session, report) is not None
    said = ", ".join(f"{name} {count}" for name, count in told.items())
    click.echo(json.dumps(told) if as_json else said)
