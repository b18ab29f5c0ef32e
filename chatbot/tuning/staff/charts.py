"""Charts of the accuracy report and of what people missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext

from chatbot.tuning.accuracy import Line
from chatbot.tuning.missing import Miss
from portal.core.web.charts import Chart, chart

PERCENT = 100


def of_accuracy(found: Sequence[Line]) -> list[Chart]:
    """Months from the oldest on: the shares as lines, the numbers of questions as bars."""
    lines = sorted(found, key=lambda line: line.month)
    months = [f"{line.month:%Y-%m}" for line in lines]
    shares = [
        (gettext("Answer rate"), [_percent(line.answer_rate) for line in lines]),
        (gettext("Correctness"), [_percent(line.correctness) for line in lines]),
        (gettext("Rightly answered"), [_percent(line.rightly_answered) for line in lines]),
    ]
    asked: list[tuple[str, list[float | None]]] = [
        (gettext("Questions"), [line.asked for line in lines]),
        (gettext("Not answered"), [line.unknown for line in lines]),
    ]
    return [
        chart(
            gettext("Accuracy by month"), months, shares, kind="line", unit="%", places=1, most=100
        ),
        chart(gettext("Questions by month"), months, asked),
    ]


def of_misses(found: Sequence[Miss], names: Mapping[str, str]) -> Chart:
    """How often by where it was missed."""
    counts = [sum(one.sources[source] for one in found) for source in names]
    labels = [gettext(name) for name in names.values()]
    return chart(gettext("Misses by kind"), labels, [(gettext("Times"), counts)])


def _percent(share: float | None) -> float | None:
    return None if share is None else share * PERCENT
