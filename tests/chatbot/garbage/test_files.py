"""Garbage guides as cities publish them: every dialect is read, nothing is lost, nothing runs."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from chatbot.garbage.days import ScheduleError, collections_on, failing_on
from chatbot.garbage.entries import FaultyEntry, Thing, empty, guide_of
from chatbot.garbage.files.causes import UnreadableFile
from chatbot.garbage.files.reading import Said, read_files
from chatbot.garbage.files.rejects import rejected_csv
from chatbot.garbage.files.taking import Taken, changes, take
from chatbot.garbage.initials import row_of
from chatbot.garbage.loading import shipped_entries
from chatbot.garbage.written_days import read_days, write_days
from tests.chatbot.conversing import SHARED

GOMI = SHARED / "gomi"
KYOTANGO = ("area_days", "center", "description")
CITY = {"minato": "みなと地区"}


def table(*rows: list[str], encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def book(*rows: list[object], sheet: str = "一覧") -> bytes:
    made = Workbook()
    made.active.title = sheet
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def read(body: bytes, name: str = "x.csv") -> Said:
    return read_files([(name, body)])


def taken(*files: tuple[str, bytes]) -> Taken:
    return take(read_files(files), shipped_entries(), CITY)


OPEN = (
    "全国地方公共団体コード ID 地方公共団体名 ゴミの品目 分別区分 注意点 "
    "料金種別 料金 料金備考 備考"
)
DIALECTS = {
    "koto": (
        OPEN.split(),
        ["131083", "1", "区", "傘", "燃やさない", "束ねる", "有料", "300円", "券", ""],
    ),
    "prefixed": (
        [f"ごみの分別方法_{name}" for name in ("ID", "品目", "分別区分", "注意点", "備考")],
        ["1", "傘", "燃やさない", "束ねる", ""],
    ),
    "gis": (["ごみの品目", "インデックス", "種別", "説明"], ["傘", "か", "燃やさない", "束ねる"]),
    "5374": (["type", "name", "notice", "furigana"], ["燃やさない", "傘", "束ねる", "か"]),
    "xlsx": (["#property", "name", "classification", "note"], ["1", "傘", "燃やさない", "束ねる"]),
}  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_every_dialect_in_every_encoding(dialect: str, encoding: str) -> None:
    (item,) = read(table(*DIALECTS[dialect], encoding=encoding)).items
    assert (item.name, item.class_name) == ("傘", "燃やさない")
    assert item.note.startswith("束ねる")
    assert item.fee == ("有料 300円 券" if dialect == "koto" else "")


def test_item_and_class_in_each_other_s_columns_are_turned() -> None:
    names = ["鉛筆", "皿", "鍋", "本", "服", "靴", "かさ", "いす", "缶", "びん", "ござ", "たたみ"]
    rows = [["可燃ごみ" if n % 2 else "不燃ごみ", name] for n, name in enumerate(names)]
    said = read(table(["品目", "分別区分"], *rows))
    assert [item.name for item in said.items] == names
    assert said.swapped == ["x.csv"]
    right = read(table(["品目", "分別区分"], *[[name, kind] for kind, name in rows]))
    assert (right.swapped, right.items[0].name) == ([], "鉛筆")


def test_rejected_rows_keep_number_cause_and_everything_in_them() -> None:
    said = read(
        table(
            ["name", "type"],
            ["傘", "a"],
            ["", "a"],
            ["皿", ""],
            ["皿", "a", "too much"],
            ["皿"],
            ["@SUM(A1)", "a"],
            ["-2+cmd", "a"],
            ["傘", "a"],
            ["name", "type"],
            ["#REF!", "a"],
            ["長" * 200, "a"],
            ["改\n行", "a"],
        )
    )
    assert [item.name for item in said.items] == ["傘", "-2+cmd", "改 行"]
    found = [(one.row, one.cause) for one in said.rejected]
    assert found == [
        (3, "no_name"), (4, "no_class"), (5, "width"), (6, "width"), (7, "formula"),
        (9, "twice"), (10, "header_again"), (11, "excel_error"), (12, "too_long"),
    ]  # fmt: skip
    assert said.rejected[2].cells == ("皿", "a", "too much")
    report = {"headers": said.headers}
    told = rejected_csv(report, [one.to_dict() for one in said.rejected], lambda cause, _: cause)
    rows = list(csv.reader(io.StringIO(told.decode("utf-8-sig"))))
    assert rows[0][:5] == ["ファイル", "行", "理由", "name", "type"]
    assert rows[3] == ["x.csv", "5", "width", "皿", "a", "too much"]
    assert rows[5][3] == "'@SUM(A1)"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"a,b\n1,2\n", "no_columns"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 50, "old_excel"),
        (b"PK\x03\x04 broken", "broken"),
        (b"[1, 2]", "json"),
        (b'{"articles": 5}', "json"),
        (b"\xff\xfe\xd8", "encoding"),
        (b"name,type\n" + b"x,y\n" * 20_001, "too_many_rows"),
        (b'name,type\n"x,y\n' + b"a,b\n" * 60, "open_quote"),
        (b"name,type\n" + b"x" * 10_000_001, "too_big"),
    ],
)
def test_files_that_can_not_be_used_say_why(body: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read(body)
    assert caught.value.code == code


def test_workbooks_are_read_by_sheet_below_a_title_and_without_formulas() -> None:
    said = read(
        book(["ごみ一覧"], ["品目", "分別区分"], ["傘", "不燃"], ["=cmd|x", "不燃"], [1.0, "不燃"])
    )
    assert [item.name for item in said.items] == ["傘", "1"]
    assert [one.cause for one in said.rejected] == ["no_name"]  # never calculated: nothing to read


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in {"[Content_Types].xml": b"<Types/>", **parts}.items():
            made.writestr(name, body)
    return out.getvalue()


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"xl/vbaProject.bin": b"x"}, "macros"),
        ({"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'}, "unsafe"),
        ({"xl/worksheets/sheet1.xml": b"0" * 61_000_000}, "too_big"),
        ({f"x{n}": b"" for n in range(501)}, "too_big"),
        ({"xl/workbook.xml": b"<x/>"}, "broken"),
    ],
)
def test_bombs_and_macros_are_not_opened(parts: dict[str, bytes], code: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read(packed(parts), "x.xlsx")
    assert caught.value.code == code


@pytest.mark.parametrize(
    "classes",
    [
        {"categoryDefinitions": [{"id": "c1", "name": "不燃ごみ"}]},
        {"categoryDefinitions": {"c1": {"name": "不燃ごみ"}}},
        {
            "localCategoryDefinition": {
                "unburnable": {"subCategories": {"c1": {"name": "不燃ごみ"}}}
            }
        },
    ],
)
def test_gomidata(classes: dict[str, object]) -> None:
    articles = [
        {"name": "傘", "nameKana": "かさ", "categoryId": "c1", "note": "束ねる"},
        {"name": "紙", "categoryId": "burnable"},
        "nonsense",
        {"name": "石"},
    ]
    said = read(json.dumps({"articles": articles, **classes}).encode(), "x.json")
    assert [(i.name, i.class_name, i.kana) for i in said.items] == [
        ("傘", "不燃ごみ", "かさ"),
        ("紙", "可燃ごみ", ""),
    ]
    assert [one.cause for one in said.rejected] == ["no_name", "no_class"]


def test_what_clerks_added_stays_when_a_list_comes_again() -> None:
    standing = shipped_entries()
    said = read_files(
        [("x.csv", table(["name", "type"], ["自転車", "大型"], ["新しい物", "大型"]))]
    )
    found = take(said, standing, CITY)
    items = found.entries[Thing.ITEM]
    assert items["bicycle"]["en"] == standing[Thing.ITEM]["bicycle"]["en"]
    (kind,) = {body["class"] for body in items.values()}
    assert found.entries[Thing.CLASS][kind]["name"] == {"ja": "大型"}
    change = changes(found.entries, standing)[Thing.ITEM]
    assert (len(change.added), change.changed) == (1, ("bicycle",))
    assert len(change.removed) == len(standing[Thing.ITEM]) - 1
    assert ("no_how", "大型") in found.remarks
    again = take(said, {**standing, **found.entries}, CITY)
    assert not any(c.any for c in changes(again.entries, {**standing, **found.entries}).values())


def test_items_of_one_name_are_all_kept() -> None:
    rows = [["傘", "可燃"], ["傘", "不燃"]]
    found = taken(("x.csv", table(["name", "type"], *rows))).entries[Thing.ITEM]
    assert len(found) == 2


def test_days_and_closed_days_of_a_plant() -> None:
    days = [["地区", "センター", "可燃"], ["みなと", "工場", "月"], ["東", "", "20261230"]]
    closed = [
        ["名称", "休止期間名称", "休止開始日", "休止終了日"],
        ["工場", "年末", "2026/12/28", "2026/12/30"],
    ]
    files = [("days.csv", table(*days)), ("center.csv", table(*closed))]
    guide = guide_of({**shipped_entries(), **taken(*files).entries}, "x")
    minato = guide.districts["minato"]
    (kind,) = minato.days
    assert collections_on(minato, date(2026, 12, 21)) == (kind,)
    assert collections_on(minato, date(2026, 12, 28)) == ()
    assert failing_on(minato, date(2026, 12, 28)) == (kind,)
    assert failing_on(minato, date(2026, 12, 29)) == ()
    east = next(each for each in guide.districts.values() if each.name("ja") == "東")
    assert collections_on(east, date(2026, 12, 30)) == (kind,)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("月 木", "月 木"),
        ("毎週月・木曜日", "月 木"),
        ("水2 水4", "水2 水4"),
        ("第2・第4水曜日", "水2 水4"),
        ("第1・3火曜", "火1 火3"),
        ("水24", "水2 水4"),
        ("水2木3", "水2 木3"),
        ("火1:6 7 8", "火1:6 7 8"),
        ("月/木", "月 木"),
        ("なし", ""),
        ("２０２６/１２/３０", ""),
    ],
)
def test_days_as_cities_write_them(cell: str, written: str) -> None:
    found = read_days(cell)
    assert write_days(found.weekdays) == written
    assert read_days(written).weekdays == found.weekdays


@pytest.mark.parametrize("cell", ["毎日", "祝", "月9", "20261340", "月x", "火1:13"])
def test_days_that_are_not_understood_are_refused(cell: str) -> None:
    with pytest.raises(ScheduleError):
        read_days(cell)


def test_entries_that_do_not_hold_together_are_refused() -> None:
    entries: dict[Thing, dict[str, Any]] = {
        **empty(),
        Thing.ITEM: {"x": {"name": "x", "class": "nowhere"}},
    }
    with pytest.raises(FaultyEntry, match="nowhere"):
        guide_of(entries, "x")
    entries[Thing.ITEM]["x"]["hidden"] = True
    assert guide_of(entries, "x").items == ()


@pytest.mark.parametrize(
    ("readings", "row"),
    [
        (("かさ",), "か"),
        (("", "バケツ"), "は"),
        (("", "傘", "か"), "か"),
        (("ＣＤ",), "a"),
        (("傘",), "other"),
    ],
)
def test_rows_of_the_list(readings: tuple[str, ...], row: str) -> None:
    assert row_of(*readings) == row


@pytest.mark.skipif(not GOMI.exists(), reason="the lists lie in ../shared only")
@pytest.mark.parametrize(
    ("names", "items", "districts", "rejected"),
    [
        (["kameoka_target.cp932.csv"], 1758, 6, 2),
        (["kanazawa_target.csv"], 1251, 6, 0),
        (["kyotango_target.csv", *(f"Kyotango_{n}.csv" for n in KYOTANGO)], 776, 169, 0),
        (["takamatsu_0074.xlsx"], 606, 6, 7),
    ],
)  # fmt: skip
def test_files_of_real_cities(names: list[str], items: int, districts: int, rejected: int) -> None:
    files = [(name, Path(GOMI / name).read_bytes()) for name in names]
    guide = guide_of({**shipped_entries(), **taken(*files).entries}, "x")
    assert (len(guide.items), len(guide.districts)) == (items, districts)
    assert len(read_files(files).rejected) == rejected
