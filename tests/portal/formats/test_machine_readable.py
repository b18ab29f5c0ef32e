"""The rules of machine readability, each broken once."""

from __future__ import annotations

import pytest

from portal.catalogue.exporting import csv_of
from portal.catalogue.exporting_columns import Column, Kind, empty
from portal.catalogue.machine_readable import problems

COLUMNS = (
    Column("番号", "service_id", "", empty, Kind.ID, True),
    Column("名前", "title", "", empty, Kind.TEXT, True, 10),
    Column("費用", "cost", "", empty, Kind.NUMBER, unit="円"),
    Column("開始日", "opens", "", empty, Kind.DATE),
    Column("種別", "kind", "", empty, Kind.CHOICE, words=("届出", "相談", "その他")),
    Column("対象", "people", "", empty, Kind.LIST, words=("学生", "高齢者")),
    Column("案内", "url", "", empty, Kind.URL),
    Column("市区町村", "area_code", "", empty, Kind.ID),
)
HEADER = [column.name for column in COLUMNS]
GOOD = ["a1", "転入届", "300", "2026-04-01", "届出", "学生;高齢者", "https://a.example/", "062049"]


def broken(*rows: list[str], header: list[str] = HEADER) -> list[tuple[str, int, str]]:
    found = problems(csv_of(header, rows), COLUMNS)
    return [(each.rule, each.line, each.column) for each in found]


def with_cell(name: str, cell: str) -> list[str]:
    return [cell if name == column else good for column, good in zip(HEADER, GOOD, strict=True)]


def test_a_good_table() -> None:
    assert broken(GOOD, ["a2", "転出届", "", "", "", "", "", ""]) == []


@pytest.mark.parametrize(
    ("name", "cell", "rule"),
    [
        ("名前", "転入\n届", "L1-14"),
        ("名前", "転入届 ", "L1-06"),
        ("名前", "転　入", "L1-06"),
        ("名前", "転 入 届", "L1-06"),
        ("名前", "届①", "L1-08"),
        ("名前", "ﾃﾝﾆｭｳ", "L1-08"),
        ("名前", "ふか\u3099", "L1-08"),
        ("名前", "=1+1", "L2-06"),
        ("名前", "同上", "L2-02"),
        ("名前", "", "L2-02"),
        ("名前", "あ" * 11, "DS-451-4"),
        ("費用", "300円", "L2-01"),
        ("費用", "1,000", "L2-01"),
        ("費用", "-", "L1-09"),
        ("費用", "なし", "L1-09"),
        ("開始日", "令和8年4月1日", "L3-05"),
        ("開始日", "2026/4/1", "L3-05"),
        ("開始日", "2026-02-30", "L3-05"),
        ("開始日", "20260401", "L3-05"),
        ("種別", "届け出", "L2-04"),
        ("種別", "その他(電話)", "L2-05"),
        ("対象", "学生;", "L1-07"),
        ("対象", "学生;学生", "L1-07"),
        ("対象", "学生、高齢者", "L2-04"),
        ("案内", "https://a.example/ 参照", "L1-07"),
        ("市区町村", "酒田", "L3-06"),
    ],
)
def test_a_bad_cell(name: str, cell: str, rule: str) -> None:
    assert (rule, 3, name) in broken(GOOD, ["a0", *with_cell(name, cell)[1:]])


def test_ids_are_unique() -> None:
    assert broken(GOOD, GOOD) == [("L2-03", 3, "番号")]


def test_rows_that_break_the_table() -> None:
    assert broken(GOOD, [""] * 8) == [("L1-03", 3, "")]
    assert broken(GOOD, [*GOOD[:-1]]) == [("L1-15", 3, ""), ("L2-03", 3, "番号")]


@pytest.mark.parametrize(
    ("header", "rule"),
    [
        (["番号", "番号", *HEADER[2:]], "L2-03"),
        (["番号", "", *HEADER[2:]], "L1-05"),
        (["番号", "1", *HEADER[2:]], "L1-05"),
        (["番号", "2025年度", *HEADER[2:]], "L3-09"),
        (["番号", "名 前 欄", *HEADER[2:]], "L1-06"),
        ([*HEADER[:-1], "ほか"], "L3-07"),
    ],
)
def test_a_bad_header(header: list[str], rule: str) -> None:
    assert rule in {each[0] for each in broken(GOOD, header=header)}


def test_files() -> None:
    plain = csv_of(HEADER, [GOOD])
    assert [each.rule for each in problems(plain.removeprefix(b"\xef\xbb\xbf"), COLUMNS)] == [
        "L3-08"
    ]
    assert "L1-01" in {each.rule for each in problems("名前".encode("cp932"), COLUMNS)}
    assert "L3-01" in {each.rule for each in problems(b"\xef\xbb\xbf\r\n\r\n", COLUMNS)}
    assert "L3-01" in {each.rule for each in problems(b"", COLUMNS)}


@pytest.mark.parametrize(
    ("column", "rule"),
    [
        (Column("費用", "cost", "", empty, Kind.NUMBER), "L3-04"),
        (Column("種別", "kind", "", empty, Kind.CHOICE), "L3-02"),
        (Column("名前", "名前", "", empty), "L3-08"),
    ],
)
def test_a_bad_definition(column: Column, rule: str) -> None:
    assert [each.rule for each in problems(csv_of([column.name], []), [column])] == [rule]
