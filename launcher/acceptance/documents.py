"""The acceptance report as Markdown, a workbook or JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from io import BytesIO

from launcher.acceptance.report import Line, Report

HEAD = ("番号", "求められたこと", "もと", "試験", "見る所", "判定", "件数", "足りないもの")
NO_RUN = "試験の結果を読んでいません。すべて「結果なし」です。"


def cells(line: Line) -> tuple[str, ...]:
    """One row, in the order of HEAD."""
    one = line.requirement
    tests = "\n".join(one.tests) or "―"
    return (one.id, one.text, one.source, tests, one.see, line.verdict, line.counts, one.gap)


def markdown(report: Report) -> str:
    """For reading and for the repository's pages."""
    parts = ["# 受入報告(要件・試験・結果)", "", f"- 作成: {report.made_at}"]
    parts += [f"- コミット: {report.commit}"]
    parts += [f"- 試験の結果: {run}" for run in report.runs] or [f"- {NO_RUN}"]
    parts += [f"- {verdict}: {count}件" for verdict, count in report.totals.items()]
    for area, lines in report.areas:
        parts += ["", f"## {area.title}", "", _row(HEAD), _row(["---"] * len(HEAD))]
        parts += [_row(cells(line)) for line in lines]
    return "\n".join(parts) + "\n"


def _row(values: tuple[str, ...] | list[str]) -> str:
    return "| " + " | ".join(v.replace("|", "\\|").replace("\n", "<br>") for v in values) + " |"


def as_json(report: Report) -> str:
    """For programs: the same values."""
    rows = [
        {"area": area.key}
        | asdict(line.requirement)
        | {"verdict": line.verdict}
        | {name: getattr(line, name) for name in ("passed", "failed", "skipped", "unknown")}
        for area, lines in report.areas
        for line in lines
    ]
    whole = {"made_at": report.made_at, "commit": report.commit, "runs": report.runs}
    return json.dumps(whole | {"totals": report.totals, "rows": rows}, ensure_ascii=False, indent=1)


def workbook(report: Report) -> bytes:
    """A sheet of totals, and one for each area."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    first = book.active
    first.title = "まとめ"
    for row in _summary(report):
        first.append(row)
    first.column_dimensions["A"].width, first.column_dimensions["B"].width = 20, 90
    for area, lines in report.areas:
        sheet = book.create_sheet(area.title[:31].replace("/", "・"))
        sheet.append(HEAD)
        for line in lines:
            sheet.append(cells(line))
        for letter, width in zip("ABCDEFGH", (9, 60, 22, 48, 30, 14, 16, 36), strict=True):
            sheet.column_dimensions[letter].width = width
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for below in sheet.iter_rows(min_row=2):
            for cell in below:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.freeze_panes = "A2"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _summary(report: Report) -> list[tuple[str, str | int]]:
    head: list[tuple[str, str | int]] = [("作成", report.made_at), ("コミット", report.commit)]
    runs: list[tuple[str, str | int]] = [("試験の結果", run) for run in report.runs or (NO_RUN,)]
    return [*head, *runs, *report.totals.items()]
