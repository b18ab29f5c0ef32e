"""The command line of the data keys: `./mado keys …`. Prints names of keys, never a key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from portal.core.crypto_keys import KeySource


@click.group()
def keys() -> None:
    """The keys of personal columns: add, rotate, status, retire."""


@keys.command()
def status() -> None:
    """Which key writes, which still read, and how many values each of them sealed."""
    from portal.core.crypto import key_ring
    from portal.operations import rotation

    with _application():
        used, ring = rotation.usage(), key_ring()
        for number, each in enumerate(ring.ids):
            count = used.pop(each.hex(), Counter())
            role = "writes" if number == 0 else "reads"
            click.echo(f"{each.hex()}  {role:6}  {count.total()} values")
        for unknown, count in used.items():
            click.echo(f"{unknown}  UNKNOWN  {count.total()} values nobody can read")
        if used:
            raise SystemExit(1)


@keys.command()
def add() -> None:
    """Make a key that only reads yet; it must be on every machine before `rotate`."""
    from portal.core.crypto_keys import key_id

    with _application(), _source().changing() as listed:
        made = listed.with_new()
        _source().write(made)
        name = key_id(made.data[-1]).hex()
        _record("keys.added", name)
    click.echo(f"{name} added: it reads. Bring the key file to every machine, then `keys rotate`.")


@keys.command()
def rotate() -> None:
    """Write by the added key from now on, and write all rows anew; again after a stop."""
    from portal.operations import rotation

    with _application():
        source = _source()
        if not source.command and source.file:
            _switch(source)
        done = rotation.rewrite()
    click.echo(f"{done.rows} rows written anew")
    for place, count in done.damaged.items():
        click.echo(f"DAMAGED: {count} values of {place} open by no key")
    if done.damaged:
        raise SystemExit(1)


def _switch(source: KeySource) -> None:
    from portal.core.crypto_keys import key_id

    with source.changing() as listed:
        turned = listed.rotated()
        if turned == listed:
            return
        source.write(turned)
        name = key_id(turned.data[0]).hex()
        _record("keys.rotated", name, old=key_id(listed.data[0]).hex())
    click.echo(f"{name} writes from now on")


@keys.command()
@click.argument("key")
@click.option("--at-once", is_flag=True, help="Links in mails of the last 30 days end with it.")
def retire(key: str, at_once: bool) -> None:
    """Take a key out of the file; refused while a row uses it."""
    from portal.core.crypto_keys import KeysRefused
    from portal.operations import rotation

    with _application(), _source().changing() as listed:
        try:
            ended = bytes.fromhex(key)
        except ValueError:
            raise KeysRefused(f"{key} is no name of a key: `keys status` lists them") from None
        left = listed.without(ended)
        rotation.refuse_if_used(ended, at_once=at_once)
        _source().write(left)
        _record("keys.retired", key)
    click.echo(f"{key} retired. Make the backups' key file anew; keep the old one with old backups")


def _record(action: str, key: str, **details: Any) -> None:
    from portal.core import audit
    from portal.core.db import transaction

    with transaction() as session:
        audit.record(session, action, ("key", key), **details)


def _source() -> KeySource:
    from portal.core.crypto_keys import KeySource, KeysRefused

    found = KeySource.of_environment()
    if found is None:
        raise KeysRefused(
            "DATA_KEY stands in the environment, which no command can change: put it into a file "
            "and name that by DATA_KEY_FILE"
        )
    return found


@contextmanager
def _application() -> Iterator[None]:
    """All records, without servers; refusals as the command's own words."""
    from launcher.product import application
    from portal.core.crypto_keys import KeysRefused

    app = application()
    try:
        with app.app_context():
            yield
    except KeysRefused as error:
        raise click.ClickException(str(error)) from None
    finally:
        app.extensions["mado.database"].engine.dispose()
        app.extensions["mado.redis"].close()
