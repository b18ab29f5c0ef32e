"""The command line of accounts: `./mado residents …` and `./mado staff …`."""

# Everything heavy is imported inside the commands: ./mado --help must stay quick.
from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from auth.provider.commands import clients as _clients
from auth.staff.table_commands import export_clerks as _export_clerks
from auth.staff.table_commands import import_clerks as _import_clerks
from portal.core.languages import LANGUAGES

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

clients = _clients
DAY = click.DateTime(["%Y-%m-%d"])
JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.group()
def residents() -> None:
    """Residents who may sign in."""


@residents.command("add")
@click.option("--email", required=True, help="Mail address, the first step.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="ja", show_default=True)
@click.option("--agreed/--not-agreed", default=True, help="Agreed to the terms at the desk.")
@JSON
def add_resident(email: str, language: str, agreed: bool, as_json: bool) -> None:
    """Make an account ready to sign in; prints its second steps once.

    First step: a code by mail. Second: the authenticator's code, or a recovery code.
    """
    from flask import current_app

    from auth import authenticators, consents, recovery
    from auth.registration import register_resident

    secret = authenticators.new_secret()
    with _transaction() as session:
        address = _address(email)
        account = register_resident(session, email=address, totp_secret=secret, language=language)
        codes = recovery.make(session, account)
        if agreed:
            consents.agree(session, account, language)
    made = {
        "id": str(account),
        "email": address,
        "sign_in": current_app.extensions["mado.settings"].PUBLIC_URL.rstrip("/") + "/sign-in",
        "first_step": "mail",
        "second_steps": ["totp", "recovery"],
        "otpauth": _otpauth(secret, address),
        "totp_secret": secret,
        "recovery_codes": codes,
    }
    _show(made, as_json)


@click.group()
def staff() -> None:
    """Clerks who may sign in."""


@staff.command("add")
@click.option("--email", required=True, help="Mail address at work, the first step.")
@click.option("--name", required=True, help="Name shown in the header.")
@click.option("--role", "roles", multiple=True, required=True, help="May be given several times.")
@click.option("--from", "starts", type=DAY, help="First day (default: today).")
@click.option("--until", "ends", type=DAY, help="Last day (default: open).")
@click.option("--login-name", help="Name in other tools, where it is not the mail address.")
@click.option("--invite", is_flag=True, help="Mail a link to set up the second step instead.")
@JSON
def add_clerk(
    email: str,
    name: str,
    roles: tuple[str, ...],
    starts: datetime | None,
    ends: datetime | None,
    login_name: str | None,
    invite: bool,
    as_json: bool,
) -> None:
    """Make a clerk's account; prints the authenticator's address (or the mailed link) once."""
    from auth.staff import accounts, enrolment

    with _transaction() as session:
        try:
            account = accounts.add_staff(
                session,
                email=_address(email),
                name=name,
                roles=roles,
                starts_on=starts.date() if starts else None,
                ends_on=ends.date() if ends else None,
                login_name=login_name,
                invited=invite,
            )
        except ValueError as error:
            from auth.staff.roles import ROLES

            raise click.BadParameter(f"{error}; there are {', '.join(ROLES)}") from None
        made = _clerk(account)
        if account.totp_secret is None:
            made["invitation"] = enrolment.invite(session, account)
        else:
            made["otpauth"] = _otpauth(account.totp_secret, account.email)
            made["totp_secret"] = account.totp_secret
    _show(made, as_json)


@staff.command("list")
@JSON
def list_clerks(as_json: bool) -> None:
    """Every clerk's account, ended ones too."""
    from sqlalchemy import select

    from auth.staff.accounts import StaffAccount

    with _transaction() as session:
        found = session.scalars(select(StaffAccount).order_by(StaffAccount.created_at)).all()
        rows = [_clerk(account) for account in found]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        until = row["until"] or "open"
        roles = ", ".join(row["roles"])
        click.echo(f"{row['email']}  {row['name']}  {roles}  {row['from']} - {until}")


@staff.command("end")
@click.option("--email", required=True, help="Whose account.")
@JSON
def end_clerk(email: str, as_json: bool) -> None:
    """End a clerk's account now; its sessions end with it."""
    from auth.staff import accounts

    with _transaction() as session:
        account = _found(session, email)
        accounts.end_staff(session, account)
        row = _clerk(account)
    _show(row, as_json)


@staff.command("reset")
@click.option("--email", required=True, help="Whose second step.")
@JSON
def reset_clerk(email: str, as_json: bool) -> None:
    """Take a clerk's second step away; mails and prints a link to set up a new one."""
    from auth.staff import enrolment

    with _transaction() as session:
        account = _found(session, email)
        row = _clerk(account) | {"invitation": enrolment.reset(session, account)}
    _show(row, as_json)


staff.add_command(_import_clerks, "import")
staff.add_command(_export_clerks, "export")


def _found(session: Session, email: str) -> Any:
    from auth.staff import accounts

    account = accounts.find(session, _address(email))
    if account is None:
        raise click.ClickException("There is no staff account with this address.")
    return account


def _clerk(account: Any) -> dict[str, Any]:
    return {
        "id": str(account.id),
        "email": account.email,
        "name": account.name,
        "roles": account.roles,
        "from": account.starts_on.isoformat(),
        "until": account.ends_on.isoformat() if account.ends_on else None,
    }


def _show(made: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(made, ensure_ascii=False))
        return
    for key, value in made.items():
        click.echo(f"{key}: {', '.join(value) if isinstance(value, list) else value}")


def _address(typed: str) -> str:
    from auth.addresses import BadAddress, normal

    try:
        return normal(typed)
    except BadAddress:
        raise click.BadParameter(f"not a mail address: {typed}") from None


def _otpauth(secret: str, account: str) -> str:
    from flask import current_app

    from auth.authenticators import address_for_app

    return address_for_app(secret, account, current_app.extensions["mado.settings"].CITY_NAME)


@contextmanager
def _transaction() -> Iterator[Session]:
    """A transaction on the database of the settings; what went wrong ends the command."""
    from portal.core.db import transaction
    from portal.core.errors import MadoError

    click.get_current_context().with_resource(_ground())
    try:
        with transaction() as session:
            yield session
    except MadoError as error:
        raise click.ClickException(error.message) from None


@contextmanager
def _ground() -> Iterator[None]:
    """Settings, database and keys, without pages, until the command is over."""
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
