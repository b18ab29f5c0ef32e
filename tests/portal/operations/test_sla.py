"""The report of a month from rows, as a page, a workbook and a PDF."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import text

from portal.core import audit, job_runs
from portal.core.clock import TOKYO
from portal.core.db import read, transaction
from portal.core.job_runs import Run
from portal.core.signing import signing_keys, verify_file
from portal.operations.incidents import keeping
from portal.operations.sla import pdf, xlsx
from portal.operations.sla.figures import Figure
from portal.operations.sla.month import month_of
from portal.operations.sla.report import Report, report
from portal.operations.watching.records import AccessMinute, ChangeDay
from tests.notifications.city import WRITER, sign_in

OCTOBER = datetime(2026, 10, 1, tzinfo=TOKYO)
LOOKS = """
INSERT INTO probes (id, at, page, status, ms, ok)
SELECT gen_random_uuid(), m, 'home', 200, 40, NOT (m >= :ill AND m < :well)
  FROM generate_series(:begin, :end, interval '1 minute') m
"""
STOP = """
INSERT INTO planned_stops (id, starts_at, ends_at, announced_from, words_ja, words_en, created_at)
VALUES (gen_random_uuid(), :begin, :end, :begin, '点検', '', :begin)
"""


def day(number: int, hour: float = 0) -> datetime:
    return OCTOBER + timedelta(days=number - 1, hours=hour)


def october() -> None:
    """A month with 90 minutes down, 2 hours planned, a slow search and an incident."""
    span = {"begin": OCTOBER, "end": day(31, 23.99), "ill": day(6, 10), "well": day(6, 11.5)}
    read().execute(text(LOOKS), span)
    read().execute(text(STOP), {"begin": day(20, 1), "end": day(20, 3)})
    with transaction() as session:
        for kind, slow in (("search", 10), ("page", 1), ("act", 0)):
            times = {"under_100": 50, "under_300": 30, "under_1000": 10, "under_3000": 10 - slow}
            session.add(
                AccessMinute(
                    minute=day(5, 9), kind=kind, face="resident", count=100, failed=0,
                    over_3000=slow, **times,
                )
            )  # fmt: skip
        made = keeping.open_incident(
            session, title="=検索が止まった", scope="検索", cause="human",
            detected_at=day(6, 10), by=WRITER,
        )  # fmt: skip
        for kind, minutes in (("notified", 20), ("plan", 50), ("answer", 90), ("restored", 90)):
            moment = day(6, 10) + timedelta(minutes=minutes)
            keeping.add_step(session, made.id, kind, at=moment, words="した", by=WRITER)
        job_runs.keep(session, Run("import", day(7), {"done": 3}, ms=90 * 60_000))
        job_runs.keep(session, *(Run("tick", day(1) + n * timedelta(minutes=1)) for n in range(60)))
        route = "POST todos.complete"
        session.add(ChangeDay(day=day(5).date(), what=route, changed=10, logged=9))
        audit.record(session, "staff.changed", ("staff", WRITER), roles=["author"])


def figures(made: Report) -> dict[int, Figure]:
    return {item.number: figure for item, figure in made.lines}


def test_the_report_of_a_month(app: Flask) -> None:
    with app.app_context():
        october()
        made = report(month_of("2026-10"))
    figures_and_rows(made)
    workbook(made)
    page_and_entry(app)


def figures_and_rows(made: Report) -> None:
    found = figures(made)
    assert [made.timeline.count(s) for s in ("up", "down", "planned", "unknown")] == [
        31 * 1440 - 90 - 120, 90, 120, 0,
    ]  # fmt: skip
    assert (found[4].value, found[4].met) == ("99.797 %", True)
    assert sum(row[2] for row in found[4].rows) == 90
    assert (found[3].value, found[3].met) == ("1:30", True)
    assert (found[5].value, found[5].met) == ("90.00 %", False)
    assert (found[6].value, found[7].value) == ("100.00 %", "99.00 %")
    assert found[5].rows[0][1:3] == (100, 90)
    assert (found[8].value, found[8].met) == ("1:30", True)
    assert found[9].met is False  # the rounds of one hour only
    assert found[9].rows[0][3] == 31 * 1440 - 60 - 120
    assert (found[12].value, found[13].value, found[13].met) == ("1", "1", False)
    assert [found[n].value for n in (15, 16, 17, 18)] == ["0:20", "100.00 %", "0:50", "100.00 %"]
    assert (found[14].value, found[14].met) == ("", None)
    assert found[23].met is None  # no backup was set up
    assert (found[27].met, found[27].value) == (False, "90.00 % (9/10)")
    assert found[29].met is not None
    assert found[29].rows


def test_a_month_without_rows_is_not_measurable_instead_of_met(ctx: Flask) -> None:
    found = figures(report(month_of("2026-09")))
    for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 23, 24):
        assert found[number].met is None, number


def workbook(made: Report) -> None:
    book = load_workbook(io.BytesIO(xlsx.workbook(made)))
    assert len(book.sheetnames) == 1 + 29 + 5 + 1
    first = book.worksheets[0]
    lines: dict[Any, Any] = {row[0]: row for row in first.iter_rows(min_row=10, values_only=True)}
    assert lines[4][3:5] == ("99.797 %", "達成")
    assert lines[14][4] == "計測不能"
    sheet = book["04"]
    down = [row[2] for row in sheet.iter_rows(min_row=3, values_only=True)]
    assert sum(down) == 90
    assert book["12"]["B3"].value == "'=検索が止まった"  # no formula


@pytest.mark.deep
def test_the_pdf_has_its_letters_inside(ctx: Flask) -> None:
    file = pdf.document(report(month_of("2026-09")))
    assert file.startswith(b"%PDF-")
    assert len(file) > 30_000  # Japanese letters are in it


def page_and_entry(app: Flask) -> None:
    may = frozenset({"operations.view", "operations.manage"})
    browser = sign_in(app, "staff", WRITER, may)
    assert "99.797 %" in browser.get("/staff/figures?month=2026-10").text
    assert "2026-10-06" in browser.get("/staff/figures/items/4?month=2026-10").text
    browser.get("/staff/figures/entry?month=2026-10")
    assert "入力してください" in browser.submit("保存する", item="28", value="").text
    page = browser.submit("保存する", item="28", value="3日", met="yes")
    assert "職員の入力" in page.text
    assert "3日" in page.text
    assert browser.get("/staff/figures?month=2026-13").status == 404
    answer = browser.client.get("/staff/figures/report.xlsx?month=2026-10",
                                base_url="http://staff.localhost:8000")  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        name = "sla-2026-10.xlsx"
        assert packed.namelist()[:2] == [name, name + ".sig"]
        content, signature = packed.read(name), packed.read(name + ".sig")
    with app.app_context():
        said = verify_file(signing_keys().trusted, content, signature)
        assert (said["file"], said["size"]) == (name, len(content))
        action = "SELECT count(*) FROM audit_entries WHERE action IN ('sla.taken', 'sla.entered')"
        assert read().execute(text(action)).scalar() == 2
