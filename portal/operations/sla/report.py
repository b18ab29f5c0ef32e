"""The whole report of a month: 29 figures, entries of staff in place of what cannot be measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.core.clock import now
from portal.operations.sla import keeping, service, statistics, support
from portal.operations.sla.figures import Figure
from portal.operations.sla.items import Item, items
from portal.operations.sla.month import Month, entries, incidents, seen
from portal.operations.sla.records import SlaEntry
from portal.operations.sla.timeline import Timeline


@dataclass(frozen=True)
class Report:
    """A month, its figures by item, its statistics."""

    month: Month
    made_at: datetime
    timeline: Timeline
    lines: Sequence[tuple[Item, Figure]]
    tables: Sequence[statistics.Table]
    proposals: str

    def count(self, met: bool | None) -> int:
        return sum(figure.met is met for _, figure in self.lines)


def report(month: Month) -> Report:
    """Read and judge."""
    line = seen(month)
    found, said = _figures(month, line), entries(month)
    for item in items():
        if item.number in said:
            found[item.key] = _entered(said[item.number], found.get(item.key))
    lines = [(item, found.get(item.key, Figure("", None))) for item in items()]
    proposals = said[0].value if 0 in said else ""
    return Report(month, now(), line, lines, statistics.tables(month), proposals)


def _figures(month: Month, line: Timeline) -> dict[str, Figure]:
    told = incidents(month.begin, month.end)
    found: dict[str, Figure] = {
        "online_hours": service.online_hours(line),
        "longest_stop": service.stops(line),
        "availability": service.availability(line),
        "search_time": service.in_time(month, "search"),
        "online_time": service.in_time(month, "act"),
        "screen_time": service.in_time(month, "page"),
        "batch_time": service.batch_time(month),
        "parameters": support.parameters(month),
        "requests": support.requests(month),
        "accounts": keeping.accounts(month),
        "rights": keeping.rights(month),
        "history": keeping.history(month),
        "patches": keeping.patches(),
    }
    found["batch_hours"], found["scheduled"] = service.rounds(month, line)
    year = incidents(month.fiscal_begin, month.end)
    found["faults"], found["human_faults"] = support.faults(year)
    found["notice"], found["notice_kept"] = support.deadline(told, "notified")
    found["plan"], found["plan_kept"] = support.deadline(told, "plan")
    found["answer"], found["answer_kept"] = support.answers(month, told)
    found["restore"], found["restore_kept"] = support.deadline(told, "restored")
    found["backups"], found["recovery"] = keeping.backups(month)
    return found


def _entered(entry: SlaEntry, measured: Figure | None) -> Figure:
    """What staff say counts; what was measured stays in the rows."""
    rows: list[tuple[object, ...]] = [("entered", entry.at, entry.value)]
    if measured is not None:
        rows.append(("measured", "", measured.value))
    return Figure(entry.value, entry.met, ("source", "at", "value"), rows, entered=True)
