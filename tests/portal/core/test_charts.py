"""Charts: every value stands within the picture, and picture and table say the same figures."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from portal.core.db import transaction
from portal.core.web.charts import BOTTOM, HEIGHT, LEFT, TOP, WIDTH, Chart, chart
from portal.operations.tickets import keeping
from portal.residents.models import Resident
from tests.notifications.city import WRITER, sign_in

IN_PEACE = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

VALUES = some.lists(
    some.one_of(some.none(), some.floats(0, 1e7, allow_nan=False)), min_size=1, max_size=40
)
MARK = re.compile(r"<g class=\"chart-mark\"><title>(.*?)</title>")


@IN_PEACE
@given(VALUES, some.sampled_from(("bar", "line")), some.sampled_from((0, 2)))
def test_everything_stands_in_the_picture(
    values: list[float | None], kind: str, places: int
) -> None:
    labels = [str(n) for n in range(len(values))]
    found = chart("t", labels, [("a", values), ("b", values)], kind=kind, places=places)
    low, high = found.ends
    assert low <= 0 < high and all(low <= value <= high for value in values if value is not None)
    for mark in found.marks:
        assert mark.x >= LEFT and mark.x + mark.width <= WIDTH
        assert TOP <= mark.y <= HEIGHT - BOTTOM + 0.1
        assert mark.y + mark.height <= HEIGHT - BOTTOM + 1.1
    told = [mark.words for mark in found.marks if mark.series == 0]
    assert told == [row[1] for row in found.rows if row[1] != "–"]
    assert 2 <= len(found.ticks) <= 8
    assert len(found.axis) <= 8 or len(labels) <= 8


def test_higher_values_stand_higher() -> None:
    low, middle, high = chart("t", ["a", "b", "c"], [("s", [1, 2, 3])]).marks
    assert low.y > middle.y > high.y
    assert low.y - middle.y == pytest.approx(middle.y - high.y, abs=0.2)


def test_lines_break_where_nothing_was_measured() -> None:
    found = chart("t", ["a", "b", "c", "d"], [("s", [1, None, 2, 3])], kind="line")
    [(_, path)] = found.lines
    assert path.count("M") == 2 and path.count("L") == 1
    assert chart("t", ["a"], [("s", [None])]).empty
    with pytest.raises(ValueError, match="length"):
        chart("t", ["a"], [("s", [1, 2])])


def drawn(found: Chart, app: Flask) -> str:
    with app.test_request_context("/"):
        module = app.jinja_env.get_template("components/chart.html").make_module()
        return str(module.chart(found))  # type: ignore[attr-defined]


def same_figures(html: str) -> int:
    """How many figures picture and table both say; fails where they differ."""
    said = 0
    for frame in html.split('<figure class="chart-frame">')[1:]:
        frame = frame.split("</figure>")[0]
        names = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', frame)
        rows = [
            [unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]
            for row in re.findall(r"<tr>(.*?)</tr>", frame.split("<tbody>")[1], re.S)
        ]
        table = {
            f"{row[0]} {unescape(name)}: {cell}"
            for row in rows
            for name, cell in zip(names, row[1:], strict=True)
            if cell != "–"
        }
        picture = [unescape(words) for words in MARK.findall(frame)]
        assert set(picture) == table and len(picture) == len(table)
        said += len(picture)
    return said


def test_picture_and_table_say_the_same(app: Flask) -> None:
    months = [f"2026-{n:02}" for n in range(1, 13)]
    rates = chart(
        "率", months, [("A&B", [n * 8.37 for n in range(12)]), ("b", [None, 5.0] * 6)],
        kind="line", unit="%", places=1, most=100,
    )  # fmt: skip
    assert same_figures(drawn(rates, app)) == 18
    counts = drawn(chart("数", months, [("a", range(12)), ("b", range(0, 12_000, 1000))]), app)
    assert same_figures(counts) == 24
    assert "style=" not in counts and "<style" not in counts and "<script" not in counts
    assert re.search(r'role="img" aria-labelledby="(\S+) (\S+)"', counts)
    assert "最小" in counts or "lowest" in counts


def test_pages_of_staff(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        for topic in ("use", "trouble"):
            keeping.ask(session, topic=topic, words="?", language="ja")
        session.add(Resident())
    permissions = frozenset({"tickets.view", "operations.view", "notices.view"})
    clerk = sign_in(app, "staff", WRITER, permissions)
    tickets = clerk.get("/staff/tickets").html
    assert same_figures(tickets) == 2 and "問い合わせ: 2" in tickets
    rows = clerk.get("/staff/kpi/registered").html
    [said] = MARK.findall(rows)
    assert said.endswith(": 1") and ">1</td>" in rows  # the page's own table has it
