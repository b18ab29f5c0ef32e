"""What every form of the report says alike: the page, the workbook, the PDF."""

from __future__ import annotations

from typing import Any

from portal.core.clock import in_tokyo
from portal.operations.sla.figures import Figure
from portal.operations.sla.items import words
from portal.operations.sla.report import Report
from portal.operations.sla.timeline import DOWN, PLANNED, UNKNOWN, UP


def result(figure: Figure) -> str:
    """達成, 未達 or 計測不能."""
    return words()[{True: "met", False: "missed", None: "unknown"}[figure.met]]


def about(report: Report) -> list[tuple[str, Any]]:
    """What stands above the table: the time it speaks of and the minutes that make availability."""
    said, month = words(), report.month
    line = report.timeline
    return [
        (said["month"], month.name),
        (said["period"], f"{month.begin:%Y-%m-%d %H:%M} – {month.end:%Y-%m-%d %H:%M}"),
        (said["made"], f"{in_tokyo(report.made_at):%Y-%m-%d %H:%M}"),
        (said["up"], line.count(UP)),
        (said["down"], line.count(DOWN)),
        (said["planned"], line.count(PLANNED)),
        (said["no_data"], line.count(UNKNOWN)),
    ]
