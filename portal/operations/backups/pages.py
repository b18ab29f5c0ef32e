"""Staff's page of backups: what was made and tried, how far the log is outside, what is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, current_app, render_template
from sqlalchemy import select

from portal.core.clock import in_tokyo, now
from portal.core.db import transaction
from portal.core.errors import N_
from portal.core.settings import Settings
from portal.core.web.access import staff
from portal.operations.backups import schedule
from portal.operations.backups.models import BackupRun, WalDay

bp = Blueprint("backups", __name__, url_prefix="/staff/backups")
SEE = "operations.view"
RUNS, DAYS = 60, 14
KINDS = {
    "base": N_("Backup"),
    "verify": N_("Trial restore"),
    "restore": N_("Restore"),
    "drill": N_("Drill"),
}
OUTCOMES = {
    "running": (N_("Running"), "note"),
    "done": (N_("Good"), "good"),
    "failed": (N_("Went wrong"), "bad"),
}


@dataclass(frozen=True)
class Seen:
    """What the rows say of backups today."""

    runs: Sequence[BackupRun]
    days: Sequence[WalDay]
    moment: datetime

    def newest(self, *kinds: str) -> BackupRun | None:
        """The last one of these kinds that went well."""
        return next((r for r in self.runs if r.kind in kinds and r.outcome == "done"), None)

    @property
    def made(self) -> BackupRun | None:
        return self.newest("base")

    @property
    def tried(self) -> BackupRun | None:
        return self.newest("verify", "drill", "restore")

    @property
    def late(self) -> bool:
        return schedule.overdue(self.moment, self.made.started_at if self.made else None)

    @property
    def generations(self) -> Sequence[BackupRun]:
        """Those the last run left on the target, newest first."""
        made = [r for r in self.runs if r.kind == "base" and r.outcome == "done"]
        kept = made[0].figures.get("kept") if made else None
        return made if kept is None else [r for r in made if r.generation in kept]

    @property
    def behind(self) -> int | None:
        """Seconds since the log was last brought outside: what a disaster now would cost."""
        if not self.days:
            return None
        return max(0, int((self.moment - self.days[0].last_at).total_seconds()))

    def next_due(self, at: str) -> datetime:
        """When the next backup begins; a moment that is over means: with the next minute."""
        tried = next((r for r in self.runs if r.kind == "base"), None)
        last, moment = self.made, in_tokyo(self.moment)
        due = schedule.latest_due(moment, at)
        if last and last.started_at >= due:
            return due + timedelta(days=1)
        failed = tried.started_at + schedule.AGAIN if tried else due
        return max(due, in_tokyo(failed))

    @property
    def drill_due(self) -> datetime | None:
        """A year after the last drill."""
        last = self.newest("drill")
        return last.started_at + schedule.DRILL if last else None


@bp.get("")
@staff(SEE)
def index() -> str:
    """Everything of it on one page."""
    settings: Settings = current_app.extensions["mado.settings"]
    with transaction() as session:
        runs = session.scalars(select(BackupRun).order_by(BackupRun.started_at.desc()).limit(RUNS))
        days = session.scalars(select(WalDay).order_by(WalDay.day.desc()).limit(DAYS))
        seen = Seen(list(runs), list(days), now())
    return render_template(
        "portal/operations/backups.html",
        seen=seen,
        next_due=seen.next_due(settings.BACKUP_AT),
        target=settings.BACKUP_TARGET,
        kept=settings.BACKUP_GENERATIONS,
        rpo=settings.BACKUP_WAL_SECONDS,
        kinds=KINDS,
        outcomes=OUTCOMES,
    )
