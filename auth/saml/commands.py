"""The command line of tools behind our SAML sign-in: `./mado saml …`."""

# Everything heavy is imported inside the commands: ./mado --help must stay quick.
from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from auth.saml.models import SamlKey, SamlService

JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")
USE = click.option(
    "--use",
    type=click.Choice(["idp", "sp"]),
    default="idp",
    show_default=True,
    help="idp: signs for tools; sp: asks issuers and opens their answers.",
)


@click.group()
def saml() -> None:
    """Tools clerks go to by SAML (kintone), and our keys."""


@saml.command("add-service")
@click.option("--name", required=True, help="Name clerks read.")
@click.option("--entity-id", required=True, help="kintone: https://SUB.cybozu.com, no slash.")
@click.option("--acs", "acs_url", required=True, help="kintone: https://SUB.cybozu.com/saml/acs.")
@click.option("--name-id", type=click.Choice(["email", "login_name"]), default="email")
@click.option("--role", "roles", multiple=True, help="Who may go there (default: every role).")
@click.option("--certificate", type=click.Path(exists=True, dir_okay=False), help="It signs.")
@JSON
def add_service(
    roles: tuple[str, ...], certificate: str | None, as_json: bool, **values: Any
) -> None:
    """Make a tool known; prints what its people must enter there."""
    from auth.commands import _transaction
    from auth.saml import keys, services
    from auth.staff.roles import ROLES

    with _transaction() as session:
        service = services.add(
            session,
            roles=sorted(roles or ROLES),
            certificate=Path(certificate).read_text("utf-8") if certificate else None,
            **values,
        )
        told = _told(service) | _ours(keys.active(session, keys.IDP))
    _show(told, as_json)


@saml.command("list")
@JSON
def list_services(as_json: bool) -> None:
    """Every tool, stopped ones too."""
    from auth.commands import _transaction
    from auth.saml import services

    with _transaction() as session:
        rows = [_told(service) for service in services.every(session)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo(f"{row['entity_id']}  {row['name']}  {'stopped' if row['stopped'] else 'live'}")


@saml.command("stop-service")
@click.argument("entity_id")
@JSON
def stop_service(entity_id: str, as_json: bool) -> None:
    """Nobody goes to this tool from now on."""
    from auth.commands import _transaction
    from auth.saml import services

    with _transaction() as session:
        service = services.find(session, entity_id)
        if service is None:
            raise click.BadParameter("there is no such live tool")
        services.stop(session, service)
        told = _told(service)
    _show(told, as_json)


@saml.command("rotate-keys")
@USE
@click.option("--prepare", is_flag=True, help="Only make and publish the next key.")
@JSON
def rotate_keys(use: str, prepare: bool, as_json: bool) -> None:
    """Sign with the next key from now on. Prepare it first, so that tools know it."""
    from auth.commands import _transaction
    from auth.saml import keys

    with _transaction() as session:
        key = keys.prepare(session, use) if prepare else keys.rotate(session, use)
        told = {"use": use, "signs": key.begins_at is not None} | _ours(key)
    _show(told, as_json)


def _told(service: SamlService) -> dict[str, Any]:
    return {
        "name": service.name,
        "entity_id": service.entity_id,
        "acs_url": service.acs_url,
        "name_id": service.name_id,
        "roles": service.roles,
        "signs_requests": service.certificate is not None,
        "stopped": service.stopped_at is not None,
    }


def _ours(key: SamlKey) -> dict[str, Any]:
    from flask import current_app

    from auth.saml import keys

    staff_url = current_app.extensions["mado.settings"].STAFF_URL
    return {
        "issuer": f"{staff_url}/staff/tools/saml/metadata",
        "sso_url": f"{staff_url}/staff/tools/saml/sso",
        "fingerprint": keys.fingerprint(key.certificate),
        "ends": keys.ends_at(key.certificate).date().isoformat(),
        "certificate": key.certificate,
    }


def _show(told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for key, value in told.items():
        click.echo(f"{key}: {', '.join(value) if isinstance(value, list) else value}")
