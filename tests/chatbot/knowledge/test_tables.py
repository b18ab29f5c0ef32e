"""Answers as tables: the same out and in, every row told apart, nothing that runs."""

from __future__ import annotations

import copy
import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook

from chatbot.commands import answers
from chatbot.knowledge.models import Thing
from chatbot.knowledge.store import shipped_bodies
from chatbot.knowledge.tables import spreadsheets
from chatbot.knowledge.tables.columns import COLUMNS, Unfit, read_day
from chatbot.knowledge.tables.exporting import FORMATS, exported, rows_of
from chatbot.knowledge.tables.importing import Outcome, Plan, plan

TODAY = date(2026, 11, 20)
BODIES = shipped_bodies()[Thing.FAQ]
HEAD = [column.name for column in COLUMNS]
NEW = {
    "キー": "pond", "分類": "ごみ・水道・環境", "担当窓口": "環境衛生課", "担当課": "環境衛生課",
    "質問(日本語)": "池の水がにごっています", "回答(日本語)": "**環境衛生課に知らせてください。**",
    "別の聞き方(日本語)": "池がきたない\n池 にごり", "出典": "まど市ホームページ",
    "掲載開始日": "令和8年4月1日",
}  # fmt: skip


def table(*rows: dict[str, str]) -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [names, *([row.get(name, "") for name in names] for row in rows)]
    return spreadsheets.write_csv(lines)


def planned(*rows: dict[str, str]) -> Plan:
    return plan(table(*rows), BODIES, TODAY)


@pytest.mark.parametrize("form", FORMATS)
def test_a_table_that_was_not_touched_changes_nothing(form: str) -> None:
    bodies = list(BODIES.values())[:40]
    made = plan(exported(bodies, form), BODIES, TODAY)
    assert not made.fault and not made.unknown
    assert made.count(Outcome.SAME) == len(made.rows) == 40


def test_every_field_travels() -> None:
    body = copy.deepcopy(dict(BODIES["juminhyo"]))
    body |= {"valid_to": "2030-03-31", "review_on": "2027-04-01"}
    body["texts"]["ko"] = {"question": "질문", "answer": "- 답", "aliases": ["a"], "signed": False}
    (row,) = plan(exported([body], "xlsx"), BODIES, TODAY).rows
    assert row.outcome is Outcome.CHANGED and row.body == body


def test_rows_are_told_apart() -> None:
    same = dict(zip(HEAD, rows_of([BODIES["hours"]])[1], strict=True))
    changed = {**same, "キー": "weekend", "質問(日本語)": "土日も開いていますか"}
    made = plan(table(NEW, same, {**changed, "種類": "詩"}), BODIES, TODAY)
    assert [row.outcome for row in made.rows] == [Outcome.NEW, Outcome.SAME, Outcome.REFUSED]
    assert made.rows[0].body is not None
    assert made.rows[0].body["valid_from"] == "2026-04-01"
    assert made.rows[0].body["texts"]["ja"]["aliases"] == ["池がきたない", "池 にごり"]
    (trouble,) = made.rows[2].troubles
    assert (made.rows[2].line, trouble.column, trouble.cell) == (4, "種類", "詩")


def test_columns_that_are_not_there_leave_their_fields_alone() -> None:
    (row,) = planned({"キー": "juminhyo", "担当課": "市民窓口課"}).rows
    assert row.outcome is Outcome.CHANGED and row.columns == ("担当課",)
    assert row.body == {**BODIES["juminhyo"], "owner": "市民窓口課"}


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"キー": "Big Key"}, "キー"),
        ({"担当窓口": "どこか"}, "担当窓口"),
        ({"回答(日本語)": ""}, "回答(日本語)"),
        ({"分類": ""}, "分類"),
        ({"掲載開始日": "いつか"}, "掲載開始日"),
        ({"掲載終了日": "2020-01-01"}, "掲載終了日"),
        ({"リンク": "service:nothing"}, "リンク"),
        ({"出典URL": "javascript:alert(1)"}, "出典URL"),
        ({"質問(英語)": "Half a text"}, "回答(英語)"),
        ({"質問(日本語)": "あ" * 121}, "質問(日本語)"),
        (
            {"質問(英語)": "Q", "回答(英語)": "A", "人による確認(英語)": "たぶん"},
            "人による確認(英語)",
        ),
    ],
)
def test_a_refused_cell_is_named_with_its_cause(change: dict[str, str], column: str) -> None:
    (row,) = planned(NEW | change).rows
    assert row.outcome is Outcome.REFUSED and row.body is None
    assert row.troubles[0].column == column and row.troubles[0].problem


def test_a_key_twice_is_refused_the_second_time() -> None:
    made = planned(NEW, NEW)
    assert [row.outcome for row in made.rows] == [Outcome.NEW, Outcome.REFUSED]


def test_files_that_are_no_tables_say_so() -> None:
    assert planned({"a": "b"}).fault
    assert plan(b"\xff\xfe\x00\xd8", BODIES, TODAY).fault
    assert plan(b"PK\x03\x04broken", BODIES, TODAY).fault
    assert plan(b"", BODIES, TODAY).fault
    assert plan("キー,キー\na,b\n".encode(), BODIES, TODAY).fault
    assert plan(b'"never closed', BODIES, TODAY).fault
    made = planned({**NEW, "天気": "晴れ"})
    assert made.unknown == ("天気",) and made.rows[0].outcome is Outcome.NEW


def test_formulas_go_out_defused_and_come_back_whole() -> None:
    body = copy.deepcopy(dict(BODIES["hours"]))
    body["texts"]["ja"]["answer"] = '=HYPERLINK("http://x.example")'
    cells = list(csv.reader(io.StringIO(exported([body], "csv").decode("utf-8-sig"))))[1]
    assert not [cell for cell in cells if cell[:1] in "=+-@" and cell]
    book = load_workbook(io.BytesIO(exported([body], "xlsx")))
    assert {cell.data_type for row in book.active for cell in row} <= {"s", "inlineStr", "n"}
    (row,) = plan(exported([body], "csv"), BODIES, TODAY).rows
    assert row.body == body


def test_a_workbook_of_a_clerk_is_read_with_its_dates_and_figures() -> None:
    book = Workbook()
    book.active.append([*NEW, "見直し期限"])
    book.active.append([*NEW.values(), date(2027, 4, 1)])
    held = io.BytesIO()
    book.save(held)
    (row,) = plan(held.getvalue(), BODIES, TODAY).rows
    assert row.outcome is Outcome.NEW and row.body is not None
    assert row.body["review_on"] == "2027-04-01"


def test_days_are_read_as_clerks_write_them() -> None:
    for words in ("2026-04-01", "2026/4/1", "２０２６年４月１日", "令和8年4月1日", "R8.4.1"):
        assert read_day(words) == date(2026, 4, 1)
    for words in ("2026-02-30", "来週", "令和99年13月1日"):
        with pytest.raises(Unfit):
            read_day(words)


def run(*words: Any) -> Any:
    return CliRunner(env={"DATABASE_URL": None}).invoke(answers, [str(word) for word in words])


def test_the_command_line_says_each_row(tmp_path: Path) -> None:
    assert "answers" in run("export", tmp_path / "faq.xlsx").output
    told = run("import", tmp_path / "faq.xlsx", "--dry-run", "--json")
    assert told.exit_code == 0, told.output
    assert json.loads(told.output)["same"] == len(BODIES)
    (tmp_path / "new.csv").write_bytes(table(NEW, NEW | {"キー": "pond2", "担当窓口": "どこか"}))
    told = run("import", tmp_path / "new.csv", "--dry-run")
    assert told.exit_code == 1
    assert "line 2: new pond" in told.output and "line 3, 担当窓口: refused" in told.output
    assert "1 new and 0 changed would be drafted, 0 same, 1 refused" in told.output
    assert run("import", tmp_path / "new.csv").exit_code == 1  # nowhere to put drafts
