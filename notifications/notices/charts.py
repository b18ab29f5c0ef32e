"""Charts of how a notice was sent, and of the nights of reminders."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext

from notifications.notices.figures import Figures
from notifications.notices.reading import Report
from notifications.reminders.reading import Night
from portal.core.web.charts import Chart, chart


def of_notice(report: Report, did: Figures) -> Chart:
    """From who was meant to who did something."""
    steps = [
        (gettext("Targeted"), report.targeted),
        (gettext("by LINE"), report.total("sent", "line")),
        (gettext("by e-mail"), report.total("sent", "mail")),
        (gettext("inbox only"), report.targeted - report.deliveries),
        (gettext("Failed"), report.total("failed")),
        (gettext("Opened in the inbox"), report.read),
        (gettext("Taps on its link"), did.links),
    ]
    labels, values = [name for name, _ in steps], [value for _, value in steps]
    return chart(gettext("Results of the notice"), labels, [(gettext("Residents"), values)])


def of_nights(found: Sequence[Night]) -> Chart:
    """Residents told, and letters that arrived, night by night from the oldest on."""
    nights = sorted(found, key=lambda night: night.day)
    return chart(
        gettext("Reminders by night"),
        [f"{night.day:%m-%d}" for night in nights],
        [
            (gettext("Residents"), [night.told for night in nights]),
            (gettext("Sent"), [night.outcomes.get("sent", 0) for night in nights]),
        ],
    )
