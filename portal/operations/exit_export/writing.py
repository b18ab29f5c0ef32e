"""The whole export: a CSV a table, the layout, files of media, and a signed list of all hashes.

It goes on where it was stopped. Stop the city's web processes before: what changes while it runs
is found afterwards (`checking`), never hidden.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, astuple, fields
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import current_app
from sqlalchemy import Connection, Table, func, literal_column, select, text
from sqlalchemy import table as table_named

from portal.core import audit
from portal.core.clock import now
from portal.core.db import database, transaction
from portal.core.signing import ENDING, canonical, signing_keys
from portal.operations.exit_export.cells import SECRET, cell
from portal.operations.exit_export.records import ExitExport
from portal.operations.exit_export.tables import (
    MOVING,
    VERSION,
    Said,
    is_secret,
    layout,
    meaning_of,
    stored,
    tables,
)

FORMAT = "mado-exit-1"
MANIFEST, PROGRESS, LAYOUT = "manifest.json", "progress.json", "layout"
MEDIA = "media"


def export(out: Path, *, secrets: bool = False) -> dict[str, Any]:
    """Write everything below `out`; gives what the manifest says."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "tables").mkdir(exist_ok=True)
    progress = _progress(out)
    progress.setdefault("id", str(uuid4()))
    with _reading() as connection:
        every = tables(connection)
        for table in every:
            if not _stands(out, progress, connection, table, secrets):
                made = write_table(connection, table, out, secrets=secrets)
                progress["tables"][table.name] = made | {"secrets": secrets}
                (out / PROGRESS).write_text(json.dumps(progress), "utf-8")
        _write_layout(out, every)
        version = connection.execute(
            select(literal_column("version_num")).select_from(table_named(VERSION))
        ).scalar()
    manifest = finish(out, progress, version, secrets)
    (out / PROGRESS).unlink()
    _note(manifest)
    return manifest


def write_table(
    connection: Connection, table: Table, out: Path, *, secrets: bool
) -> dict[str, Any]:
    """One table's CSV; under its name only when it is whole."""
    file = out / "tables" / f"{table.name}.csv"
    part = file.with_suffix(".part")
    with part.open("w", encoding="utf-8", errors="surrogatepass", newline="") as sheet:
        writer = csv.writer(sheet, lineterminator="\r\n")
        lines = 0
        for row in cells(connection, table, secrets=secrets):
            writer.writerow(row)
            lines += 1
    part.replace(file)
    return {"rows": lines - 1, "size": file.stat().st_size, "sha256": sha256(file)}


def cells(connection: Connection, table: Table, *, secrets: bool) -> Iterator[list[str]]:
    """The heads, then every row in the order of its key."""
    columns = stored(table)
    kept_back = [is_secret(one) and not secrets for one in columns]
    yield [one.name for one in columns]
    wanted = select(*columns).order_by(*(table.primary_key.columns or columns))
    streamed = connection.execution_options(stream_results=True, yield_per=2_000)
    for row in streamed.execute(wanted):
        yield [
            SECRET if back and value is not None else cell(value)
            for back, value in zip(kept_back, row, strict=True)
        ]


def finish(out: Path, progress: dict[str, Any], version: Any, secrets: bool) -> dict[str, Any]:
    """The manifest over everything, signed; also after moving tables were taken anew."""
    media = _copy_media(out)
    documents = {f"{LAYOUT}.{end}": sha256(out / f"{LAYOUT}.{end}") for end in ("csv", "md")}
    manifest = {
        "format": FORMAT,
        "id": progress["id"],
        "made_at": now().isoformat(timespec="seconds"),
        "made_by": signing_keys().who,
        "schema": version,
        "secrets": secrets,
        "tables": progress["tables"],
        "media": media,
        "documents": documents,
    }
    manifest["digest"] = digest(manifest)
    content = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
    (out / MANIFEST).write_bytes(content)
    (out / (MANIFEST + ENDING)).write_bytes(signing_keys().sign_file(content, MANIFEST))
    return manifest


def digest(manifest: dict[str, Any]) -> str:
    """Of what does not move any more: what the clerks agree to."""
    still = {name: one["sha256"] for name, one in manifest["tables"].items() if name not in MOVING}
    said = {"id": manifest["id"], "tables": still, "media": manifest["media"]}
    return hashlib.sha256(canonical(said)).hexdigest()


def sha256(file: Path) -> str:
    """Of a file's content."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def media_dir() -> Path:
    """Where uploaded files are."""
    return Path(current_app.extensions["mado.settings"].MEDIA_DIR)


class _reading:  # noqa: N801  (read as `with _reading()`)
    """One snapshot of the database for all tables, without the requests' time limit."""

    def __enter__(self) -> Connection:
        engine = database().engine.execution_options(isolation_level="REPEATABLE READ")
        self._connection = engine.connect()
        self._connection.execute(text("SET LOCAL statement_timeout = 0"))
        self._connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.rollback()
        self._connection.close()


reading = _reading


def _progress(out: Path) -> dict[str, Any]:
    file = out / PROGRESS
    if not file.exists():
        return {"tables": {}}
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


def _stands(
    out: Path, progress: dict[str, Any], connection: Connection, table: Table, secrets: bool
) -> bool:
    """Whether an earlier run wrote this table and nothing tells that it changed since."""
    made, file = progress["tables"].get(table.name), out / "tables" / f"{table.name}.csv"
    if made is None or made["secrets"] != secrets or not file.exists():
        return False
    rows = connection.execute(select(func.count()).select_from(table)).scalar()
    return bool(made["rows"] == rows and made["sha256"] == sha256(file))


def _copy_media(out: Path) -> dict[str, str]:
    source, found = media_dir(), {}
    for file in sorted(source.rglob("*")) if source.is_dir() else ():
        if file.is_file():
            name = file.relative_to(source).as_posix()
            target = out / MEDIA / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists() or sha256(target) != sha256(file):
                shutil.copyfile(file, target)
            found[name] = sha256(target)
    return found


def _write_layout(out: Path, every: list[Table]) -> None:
    """layout.csv for programs and layout.md for people, from the records themselves."""
    lines = ["# Layout of the exported tables", "", cell_rules(), ""]
    with (out / f"{LAYOUT}.csv").open("w", encoding="utf-8", newline="") as sheet:
        writer = csv.writer(sheet, lineterminator="\r\n")
        writer.writerow(["table", *(one.name for one in fields(Said)), "source"])
        for table in every:
            meaning, source = meaning_of(table)
            lines += [f"## {table.name}", "", meaning, "", f"Source: `{source}`", ""]
            lines += ["| column | type | may be empty | key | personal | secret | meaning |"]
            lines += ["|---|---|---|---|---|---|---|"]
            for one in layout(table):
                writer.writerow([table.name, *(str(value) for value in astuple(one)), source])
                lines.append("| " + " | ".join(_shown(v) for v in asdict(one).values()) + " |")
            lines.append("")
    (out / f"{LAYOUT}.md").write_text("\n".join(lines), "utf-8")


def cell_rules() -> str:
    """How values are written: the docstring of `cells`."""
    from portal.operations.exit_export import cells as rules

    return (rules.__doc__ or "").strip()


def _shown(value: object) -> str:
    shown = {True: "yes", False: ""}.get(value, value) if isinstance(value, bool) else value
    return str(shown).replace("|", "\\|")


def _note(manifest: dict[str, Any]) -> None:
    made = manifest["tables"].values()
    with transaction() as session:
        session.merge(
            ExitExport(
                id=manifest["id"],
                digest=manifest["digest"],
                tables=len(made),
                rows=sum(one["rows"] for one in made),
                files=len(manifest["media"]),
                at=now(),
            )
        )
        audit.record(
            session, "exit.exported", ("exit_export", manifest["id"]), digest=manifest["digest"]
        )
