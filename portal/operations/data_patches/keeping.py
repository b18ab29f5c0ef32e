"""Acts of patches: prepare, decide, run once, offer the way back."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import now
from portal.core.errors import N_, Conflict, Forbidden, NotFound
from portal.core.ids import new_id
from portal.operations.data_patches import running
from portal.operations.data_patches.records import DataPatch
from portal.operations.data_patches.script import FaultyScript, digest, parse, written


def prepare(
    session: Session, by: UUID, *, title: str, script: str, reason: str, undoes: UUID | None = None
) -> DataPatch:
    """Keep a script whose dry run works; raises FaultyScript."""
    changes = running.tried(parse(script))
    made = DataPatch(
        id=new_id(),
        title=title,
        script=script,
        digest=digest(title, script),
        seen=running.seen(changes),
        rows=len(changes),
        reason=reason,
        by=by,
        undoes=undoes,
    )
    session.add(made)
    session.flush()
    audit.record(
        session, "patch.prepared", ("data_patch", made.id), digest=made.digest, rows=made.rows
    )
    return made


def decide(session: Session, patch_id: UUID, by: UUID, wanted: str, *, approve: bool) -> None:
    """Approve or refuse exactly this script; never by who prepared it."""
    found = _locked(session, patch_id)
    if found.by == by:
        raise Forbidden(N_("Another clerk must decide this."))
    if found.approved is not None or wanted != found.digest:
        raise Conflict()
    found.approved, found.decided_by, found.decided_at = approve, by, now()
    action = "patch.approved" if approve else "patch.refused"
    audit.record(session, action, ("data_patch", patch_id), digest=found.digest)


def run(session: Session, patch_id: UUID, by: UUID | None) -> int:
    """Run it, once, on the very rows that were seen; gives their number. Raises FaultyScript."""
    found = _locked(session, patch_id)
    approved = found.approved and found.digest == digest(found.title, found.script)
    if not approved or found.ran_at is not None:
        raise Conflict()
    changes = running.apply(session, parse(found.script))
    if running.seen(changes) != found.seen:
        raise FaultyScript("the rows are no more as they were when the patch was prepared")
    found.ran_at, found.ran_by = now(), by
    found.changes = {"changes": [one.said() for one in changes]}
    tables = sorted({one.table for one in changes})
    audit.record(
        session,
        "patch.run",
        ("data_patch", patch_id),
        digest=found.digest,
        rows=len(changes),
        tables=tables,
    )
    return len(changes)


def undo_of(found: DataPatch) -> str:
    """The script that takes it back, to be prepared and approved like any other."""
    if found.ran_at is None or found.changes is None:
        raise Conflict()
    return written(running.undo_steps(found.changes["changes"]))


def newest(session: Session) -> list[DataPatch]:
    """The newest hundred."""
    return list(session.scalars(select(DataPatch).order_by(DataPatch.at.desc()).limit(100)))


def state(found: DataPatch) -> str:
    """Words of where it stands."""
    if found.ran_at:
        return N_("Run")
    if found.approved is None:
        return N_("Waits for another clerk")
    return N_("Approved, not run yet") if found.approved else N_("Refused")


def _locked(session: Session, patch_id: UUID) -> DataPatch:
    found = session.get(DataPatch, patch_id, with_for_update=True)
    if found is None:
        raise NotFound()
    return found
