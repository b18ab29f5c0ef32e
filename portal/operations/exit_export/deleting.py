"""Deletion of everything, after two clerks agreed to an export that was verified; certified."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import now
from portal.core.crypto import key_ring
from portal.core.db import transaction
from portal.core.errors import Conflict, NotFound
from portal.core.ids import new_id
from portal.core.registries import registries
from portal.core.signing import ENDING, signing_keys
from portal.operations.exit_export.checking import Refused, manifest_of, verify
from portal.operations.exit_export.records import ExitDecision, ExitExport
from portal.operations.exit_export.tables import MOVING, VERSION, tables
from portal.operations.exit_export.writing import finish, media_dir, reading, write_table

FORMAT = "mado-deletion-1"
LASTS = timedelta(days=7)
NEEDED = 2
_GUARDED = ("audit_entries", "audit_links", "audit_seals", "audit_cuts")


def agree(session: Session, export_id: UUID, by: UUID, digest: str) -> None:
    """One of the two clerks; only to an export that was verified."""
    found = session.get(ExitExport, export_id, with_for_update=True)
    if found is None:
        raise NotFound()
    mine = select(ExitDecision).where(ExitDecision.export_id == export_id, ExitDecision.by == by)
    if found.verified_at is None or found.digest != digest or session.scalar(mine):
        raise Conflict()
    session.add(ExitDecision(id=new_id(), export_id=export_id, by=by))
    audit.record(session, "exit.agreed", ("exit_export", export_id), digest=digest)


def call_off(session: Session, export_id: UUID) -> None:
    """Nobody agrees any more."""
    found = session.scalars(select(ExitDecision).where(ExitDecision.export_id == export_id)).all()
    if not found:
        raise Conflict()
    for one in found:
        session.delete(one)
    audit.record(session, "exit.called_off", ("exit_export", export_id))


def agreed(session: Session, export_id: UUID) -> list[ExitDecision]:
    """Clerks who agree, the first first; for so many days."""
    wanted = select(ExitDecision).where(
        ExitDecision.export_id == export_id, ExitDecision.at > now() - LASTS
    )
    return list(session.scalars(wanted.order_by(ExitDecision.at)))


def delete(folder: Path, certificate: Path) -> dict[str, Any]:
    """Delete everything and write the certificate; raises Refused and changes nothing then."""
    begun = certificate.with_name(certificate.name + ".begun")
    if begun.exists():  # the database is empty already; only the rest is to be done
        return _end(json.loads(begun.read_text("utf-8")), certificate, begun)
    manifest = manifest_of(folder)
    who = _who(manifest)
    if faults := verify(folder):
        raise Refused("; ".join(faults))
    manifest = _taken_anew(folder, manifest)
    begun.touch(exist_ok=False)  # before anything is gone: can it be written at all?
    try:
        said = _emptied(manifest, who, begun)
    except BaseException:
        begun.unlink()
        raise
    return _end(said, certificate, begun)


def _who(manifest: dict[str, Any]) -> list[dict[str, str]]:
    name = registries().staff_name or (lambda _: "")
    with transaction() as session:
        found = session.get(ExitExport, UUID(manifest["id"]))
        if found is None or found.verified_at is None:
            raise Refused("the export was not verified before: ./mado exit verify")
        if found.digest != manifest["digest"]:
            raise Refused("the export is another one than the one verified")
        decisions = agreed(session, found.id)
    if len({one.by for one in decisions}) < NEEDED:
        raise Refused(f"{len(decisions)} of {NEEDED} clerks agreed on the page /staff/exit")
    return [
        {"clerk": str(one.by), "name": name(one.by), "agreed_at": one.at.isoformat()}
        for one in decisions
    ]


def _taken_anew(folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """What moved since the export, such as the log of these very acts, is in it, too."""
    with reading() as connection:
        for table in tables(connection):
            if table.name in MOVING:
                made = write_table(connection, table, folder, secrets=manifest["secrets"])
                manifest["tables"][table.name] = made | {"secrets": manifest["secrets"]}
    return finish(folder, manifest, manifest["schema"], manifest["secrets"])


def _emptied(manifest: dict[str, Any], who: list[dict[str, str]], begun: Path) -> dict[str, Any]:
    """Every table in one transaction; what was there is kept in `begun` before it commits."""
    with transaction() as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        connection = session.connection()
        every = [one for one in tables(connection) if one.name != VERSION]
        session.execute(text(f"LOCK TABLE {', '.join(_quoted(one.name) for one in every)}"))
        counts = {
            one.name: session.scalar(select(func.count()).select_from(one)) or 0 for one in every
        }
        for name in _GUARDED:  # append-only, but for this one deed
            session.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
        session.execute(text(f"TRUNCATE {', '.join(_quoted(one.name) for one in every)}"))
        for name in _GUARDED:
            session.execute(text(f"ALTER TABLE {name} ENABLE TRIGGER USER"))
        said = {
            "format": FORMAT,
            "city": signing_keys().who,
            "export": {"id": manifest["id"], "digest": manifest["digest"]},
            "agreed_by": who,
            "tables": counts,
            "rows": sum(counts.values()),
        }
        begun.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    return said


def _end(said: dict[str, Any], certificate: Path, begun: Path) -> dict[str, Any]:
    media = _delete_media()
    current_app.extensions["mado.redis"].flushdb()
    whole = said | {
        "media_files": media,
        "queue_and_cache": "emptied",
        "keys": _destroy_keys(),
        "backups": "Personal columns in them can not be read without the keys destroyed above; "
        "delete the backups themselves where they are kept.",
        "deleted_at": now().isoformat(timespec="seconds"),
    }
    content = (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()
    signature = signing_keys().sign_file(content, certificate.name)
    certificate.write_bytes(content)
    certificate.with_name(certificate.name + ENDING).write_bytes(signature)
    begun.unlink()
    return whole


def _delete_media() -> int:
    source, count = media_dir(), 0
    for one in sorted(source.rglob("*"), reverse=True) if source.is_dir() else ():
        if one.is_dir():
            one.rmdir()
        else:
            one.unlink()
            count += 1
    return count


def _destroy_keys() -> list[dict[str, str]]:
    """Of a key file: overwritten and gone. Keys held elsewhere are named, not claimed."""
    ids = [one.hex() for one in key_ring().ids]
    file = Path(named) if (named := os.environ.get("DATA_KEY_FILE")) else None
    command = os.environ.get("DATA_KEY_COMMAND")
    if file is None or not file.is_file() or command:
        state = "held outside (setting or key service): to be destroyed there"
        return [{"key": one, "state": state} for one in ids]
    target = file.resolve()
    with target.open("r+b") as opened:
        opened.write(os.urandom(target.stat().st_size))
        opened.flush()
        os.fsync(opened.fileno())
    target.unlink()
    return [{"key": one, "state": "destroyed"} for one in ids]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
