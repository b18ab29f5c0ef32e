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
    """The keys of personal columns and of blind indexes: add, rotate, status, retire."""


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
        for name, words in _index_keys():
            click.echo(f"index     {name:6}  {words}")
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


@keys.command("add-index")
def add_index() -> None:
    """Make a key of blind indexes that only looks up yet; it must be on every machine."""
    with _application(), _source().changing() as listed:
        _source().write(listed.with_new_index())
        _record("keys.index_added", "index")
    click.echo("added: rows are looked up by it too. Bring the key file to every machine, then")
    click.echo("`keys reindex`.")


@keys.command()
def reindex() -> None:
    """Write blind indexes by the added key from now on, and all rows anew; again after a stop."""
    from portal.operations import reindexing

    with _application():
        source = _source()
        if not source.command and source.file:
            with source.changing() as listed:
                turned = listed.index_rotated()
                if turned != listed:
                    source.write(turned)
                    _record("keys.index_rotated", "index")
                    click.echo("the new index key writes from now on")
        done = reindexing.reindex()
    click.echo(f"{done.rows} indexes written anew")
    for place, count in done.unknown.items():
        click.echo(f"UNKNOWN: {count} indexes of {place} were made by no key")
    if done.unknown:
        raise SystemExit(1)


@keys.command("retire-index")
@click.option("--at-once", is_flag=True, help="Merges of the last 30 days can not be undone then.")
def retire_index(at_once: bool) -> None:
    """Take the old index key out of the file; refused while a row uses it."""
    from portal.operations import reindexing

    with _application(), _source().changing() as listed:
        left = listed.without_old_index()
        reindexing.refuse_if_used(at_once=at_once)
        _source().write(left)
        _record("keys.index_retired", "index")
    click.echo("old index key retired. Make the backups' key file anew; keep the old one with old")
    click.echo("backups. Codes and links go on by their own key (`hashes:`).")


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


def _index_keys() -> Iterator[tuple[str, str]]:
    """What index keys there are, by what they do, and how many rows wait for the new one."""
    from portal.operations import reindexing

    source = _source_or_none()
    listed = source and source.listed()
    if listed and listed.index_waiting:
        yield "waits", "`keys reindex` makes it write"
    if listed and listed.index_old:
        yield "old", f"{reindexing.stale().total()} rows still use it"


def _record(action: str, key: str, **details: Any) -> None:
    from portal.core import audit
    from portal.core.db import transaction

    with transaction() as session:
        audit.record(session, action, ("key", key), **details)


def _source_or_none() -> KeySource | None:
    from portal.core.crypto_keys import KeySource

    return KeySource.of_environment()


def _source() -> KeySource:
    from portal.core.crypto_keys import KeysRefused

    found = _source_or_none()
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
