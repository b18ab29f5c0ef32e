"""Whether an export is whole and says what the database says now; and the way back in."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Table, insert, select

from portal.core import audit
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.signing import ENDING, BadSignature, signing_keys, verify_file
from portal.operations.exit_export.cells import value
from portal.operations.exit_export.records import ExitExport
from portal.operations.exit_export.tables import MOVING, VERSION, stored, tables
from portal.operations.exit_export.writing import (
    FORMAT,
    MANIFEST,
    MEDIA,
    cells,
    digest,
    media_dir,
    reading,
    sha256,
)

BATCH = 2_000


class Refused(Exception):
    """It must not be; the text says why."""


def manifest_of(folder: Path) -> dict[str, Any]:
    """What the signed list says; raises Refused."""
    try:
        content = (folder / MANIFEST).read_bytes()
        signature = (folder / (MANIFEST + ENDING)).read_bytes()
        verify_file(signing_keys().trusted, content, signature)
    except OSError as error:
        raise Refused(f"{error.filename}: is missing; the export is not finished") from None
    except BadSignature as error:
        raise Refused(f"{MANIFEST}: {error}") from None
    found: dict[str, Any] = json.loads(content)
    if found["format"] != FORMAT or found["digest"] != digest(found):
        raise Refused(f"{MANIFEST}: of another form")
    return found


def verify(folder: Path) -> list[str]:
    """What is wrong: with the files, or with what the database says differently; notes success."""
    manifest = manifest_of(folder)
    faults = [*_files(folder, manifest), *_differences(manifest)]
    if not faults:
        with transaction() as session:
            found = session.get(ExitExport, UUID(manifest["id"]))
            if found is None:
                return ["this export was not made here"]
            found.verified_at = now()
            audit.record(session, "exit.verified", ("exit_export", found.id), digest=found.digest)
    return faults


def load(folder: Path) -> dict[str, int]:
    """Write an export into this empty database: the proof that nothing was lost on the way."""
    manifest = manifest_of(folder)
    faults = list(_files(folder, manifest))
    if faults:
        raise Refused("; ".join(faults))
    if not manifest["secrets"]:
        raise Refused("secrets were kept back; an export made --with-secrets can be loaded")
    counts: dict[str, int] = {}
    with transaction() as session:
        connection = session.connection()
        for table in tables(connection):
            if table.name == VERSION:
                continue
            if session.execute(select(table).limit(1)).first():
                raise Refused(f"{table.name} is not empty here")
            file = folder / "tables" / f"{table.name}.csv"
            counts[table.name] = 0
            for rows in _batches(file, table):
                connection.execute(insert(table), rows)
                counts[table.name] += len(rows)
        audit.record(session, "exit.loaded", ("exit_export", manifest["id"]))
    return counts


def _batches(file: Path, table: Table) -> Iterator[list[dict[str, Any]]]:
    columns = {one.name: one for one in stored(table)}
    rows: list[dict[str, Any]] = []
    with file.open(encoding="utf-8", errors="surrogatepass", newline="") as sheet:
        csv.field_size_limit(2**31 - 1)
        for row in csv.DictReader(sheet):
            rows.append({name: value(cell, columns[name]) for name, cell in row.items()})
            if len(rows) == BATCH:
                yield rows
                rows = []
    if rows:
        yield rows


def _files(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    wanted = {f"tables/{name}.csv": one["sha256"] for name, one in manifest["tables"].items()}
    wanted |= {f"{MEDIA}/{name}": made for name, made in manifest["media"].items()}
    for name, made in (wanted | manifest["documents"]).items():
        file = folder / name
        if not file.is_file():
            yield f"{name}: is missing"
        elif sha256(file) != made:
            yield f"{name}: was changed"


def _differences(manifest: dict[str, Any]) -> Iterator[str]:
    """Tables and media that are not as exported; those that go on moving do not count."""
    with reading() as connection:
        every = tables(connection)
        for table in every:
            made = manifest["tables"].get(table.name)
            if made is None:
                yield f"table {table.name}: is not in the export"
            elif table.name not in MOVING:
                rows = cells(connection, table, secrets=manifest["secrets"])
                if _hashed(rows) != made["sha256"]:
                    yield f"table {table.name}: has changed since the export"
    source = media_dir()
    files = (one for one in source.rglob("*") if one.is_file()) if source.is_dir() else ()
    there = {one.relative_to(source).as_posix(): sha256(one) for one in files}
    if there != manifest["media"]:
        yield "media: files have changed since the export"


def _hashed(rows: Iterator[list[str]]) -> str:
    made, line = hashlib.sha256(), io.StringIO(newline="")
    writer = csv.writer(line, lineterminator="\r\n")
    for row in rows:
        writer.writerow(row)
        made.update(line.getvalue().encode("utf-8", "surrogatepass"))
        line.seek(0)
        line.truncate()
    return made.hexdigest()
