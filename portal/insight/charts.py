"""Charts of the key figures' rows and of residents' satisfaction."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext

from portal.core.web.charts import Chart, chart
from portal.insight.figures import Line, Score
from portal.insight.kpi import Value

MOST_TASKS = 3  # series that patterns tell apart


def of_kpi(value: Value) -> Chart:
    """The rows of a figure: the part and, where it is a share, the whole."""
    rows = () if value.hidden else value.rows
    series = [(gettext(value.kpi.heads[1]), [row[1] for row in rows])]
    if value.kpi.share:
        series.append((gettext(value.kpi.heads[2]), [row[2] for row in rows]))
    return chart(gettext(value.kpi.title), [row[0] for row in rows], series)


def of_survey(found: Sequence[Line], names: dict[str, str]) -> list[Chart]:
    """Ease and satisfaction by month, a line for each of the tasks with the most answers."""
    months = sorted({line.month for line in found if line.month})
    scores = {(line.task, line.month): (line.ease, line.satisfaction) for line in found}
    tasks = _busiest(found)
    titles = (
        (gettext("Ease by month (1 to 7)"), 7),
        (gettext("Satisfaction by month (1 to 5)"), 5),
    )
    return [
        chart(
            title,
            months,
            [(names[task], [_mean(scores.get((task, month)), n) for month in months])
             for task in tasks],
            kind="line",
            places=2,
            least=1,
            most=most,
        )
        for n, (title, most) in enumerate(titles)
    ]  # fmt: skip


def _mean(scores: tuple[Score, Score] | None, which: int) -> float | None:
    return scores[which].mean if scores else None


def _busiest(found: Sequence[Line]) -> list[str]:
    sums = {line.task: line.ease.count or 0 for line in found if not line.month}
    return sorted(sums, key=lambda task: (-sums[task], task))[:MOST_TASKS]
