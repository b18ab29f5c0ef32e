"""`./mado mask`: a copy of the database for the test environment, with nobody in it."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--from", "from_", required=True, metavar="URL", help="The database to copy.")
@click.option("--to", required=True, metavar="URL", help="An empty one, or an earlier copy.")
@click.option(
    "--key-file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="DATA_KEY_FILE of the test environment; shares no key with ours.",
)
def mask(from_: str, to: str, key_file: Path) -> None:
    """Copy the database for tests: all personal columns made up, secrets and messages left out."""
    import psycopg

    from launcher.product import alembic_config, application
    from portal.core.clock import today
    from portal.core.crypto import KeyRing
    from portal.core.crypto_keys import KeyList
    from portal.operations import masking_copy
    from portal.operations.masking import Masks

    listed = KeyList.parse(key_file.read_text("utf-8"))
    app = application(DATABASE_URL=_sqlalchemy(to))
    ours = application().extensions["mado.settings"]
    if {*listed.data, listed.index} & set(KeyList.parse(ours.DATA_KEY).data):
        raise click.ClickException("--key-file holds a key of this portal: make one for the tests")
    copying = masking_copy.Copying(Masks(listed.index), KeyRing(str(listed)), today())
    try:
        with psycopg.connect(_plain(from_)) as source, psycopg.connect(_plain(to)) as target:
            known = [_plain(ours.DATABASE_URL)]
            masking_copy.refuse_production(source, target, known=known)
            source.rollback()
            masking_copy.clear(target)
            with app.app_context():
                from alembic import command

                command.upgrade(alembic_config(), "head")
            done = masking_copy.copy(source, target, copying)
    except masking_copy.NotATarget as error:
        raise click.ClickException(str(error)) from None
    finally:
        app.extensions["mado.database"].engine.dispose()
    click.echo(f"{sum(done.values())} rows of {len(done)} tables copied, nobody's data in them")


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _sqlalchemy(url: str) -> str:
    return _plain(url).replace("postgresql://", "postgresql+psycopg://", 1)
