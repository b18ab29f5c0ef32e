"""`./mado verify FILE`: whether a file that left is as it was signed."""

from __future__ import annotations

import base64
import binascii
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from portal.core.signing import ENDING, BadSignature, SigningKeys, key_name, verify_file


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", help="The signer's public key (base64); default: this city's own keys.")
def verify(file: Path, key: str | None) -> None:
    """Say whether FILE is as it was signed, when and by whom; exit 1 when not.

    The signature lies beside it (FILE.sig), or FILE is a ZIP with signed files in it.
    """
    trusted = _given(key) if key else own_keys().trusted
    faults = 0
    for name, content, signature in _signed(file):
        try:
            said = verify_file(trusted, content, signature)
        except BadSignature as fault:
            faults += 1
            click.echo(f"{name}: NOT GOOD, {fault}.")
        else:
            other = "" if said["file"] == Path(name).name else f" as {said['file']}"
            click.echo(f"{name}: good, signed{other} {said['signed_at']} by {said['signed_by']}.")
    raise SystemExit(1 if faults else 0)


def _signed(file: Path) -> Iterator[tuple[str, bytes, bytes]]:
    beside = file.with_name(file.name + ENDING)
    if beside.exists():
        yield file.name, file.read_bytes(), beside.read_bytes()
        return
    if not zipfile.is_zipfile(file):
        raise click.ClickException(f"there is no signature: {beside.name} is missing")
    with zipfile.ZipFile(file) as packed:
        names = set(packed.namelist())
        for name in sorted(one for one in names if not one.endswith(ENDING)):
            # One without a signature was put in later.
            signature = packed.read(name + ENDING) if name + ENDING in names else b""
            yield name, packed.read(name), signature


def _given(key: str) -> Mapping[str, bytes]:
    try:
        public = base64.b64decode(key, validate=True)
    except binascii.Error:
        public = b""
    if len(public) != 32:
        raise click.ClickException("the key is not base64 of 32 bytes")
    return {key_name(public): public}


def own_keys() -> SigningKeys:
    """By the settings of a deployment, or of the local city; no server is started for it."""
    import os

    from launcher.addresses import Addresses
    from launcher.environment import is_deployment, product_environment, with_settings
    from launcher.keys import load_or_make
    from launcher.places import Places
    from launcher.servers import environment
    from portal.core.settings import load_settings

    if is_deployment(os.environ):
        return SigningKeys(load_settings())
    places = Places.under()
    load_or_make(places.secrets)
    nowhere = "postgresql+psycopg://nobody@127.0.0.1/none", "redis://127.0.0.1:1"
    made = product_environment(places, Addresses(), *nowhere)
    with environment(with_settings(os.environ, made)):
        return SigningKeys(load_settings())
