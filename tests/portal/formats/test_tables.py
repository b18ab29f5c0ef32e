"""Tables of services out and back in: no change, and every broken cell is named."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal.catalogue.commands import services
from portal.catalogue.exporting import (
    TABLES,
    Format,
    NotReadable,
    csv_of,
    definition,
    full,
    table,
)
from portal.catalogue.exporting_columns import About, Kind, Publisher
from portal.catalogue.importing import Plan, plan
from portal.catalogue.load import Thing, catalogue_of, shipped_catalogue, shipped_entries
from portal.catalogue.machine_readable import BOM, problems
from portal.guide.links import outside_links

LINKS = {key: link.url for key, link in outside_links().items()}
ABOUT = About(
    shipped_catalogue(), Publisher("まど市", "https://mado.example"), date(2026, 11, 20), LINKS
)
BOTH = pytest.mark.parametrize("form", list(TABLES))
# DS-451-4 (2025-03-25) marks these with an asterisk.
REQUIRED = {"制度所管組織", "タイトル（制度名）", "概要", "内容", "連絡先情報"}


def lines(form: Format) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table(form, ABOUT).decode("utf-8-sig"))))


def changed(form: Format, key: str, **cells: str) -> bytes:
    """The table with some cells of one service typed over; names are fields."""
    columns = TABLES[form]
    by_field = {column.field: column.name for column in columns}
    rows = lines(form)
    row = next(row for row in rows if row[by_field["service_id"]] == key)
    row |= {by_field[name]: cell for name, cell in cells.items()}
    return csv_of([column.name for column in columns], [list(row.values()) for row in rows])


def planned(raw: bytes) -> Plan:
    return plan(raw, shipped_entries(), ABOUT)


@BOTH
def test_a_table_has_every_service_and_every_required_cell(form: Format) -> None:
    rows = lines(form)
    assert len(rows) == len(shipped_catalogue().services)
    for row in rows:
        assert all(row[column.name] for column in TABLES[form] if column.required)


def test_the_columns_of_ds_451_4_are_all_there() -> None:
    names = [column.name for column in TABLES[Format.GIF]]
    assert len(names) == len(set(names)) == 52
    assert {column.name for column in TABLES[Format.GIF] if column.required} >= REQUIRED
    assert names[:4] == ["制度所管組織", "タイトル（制度名）", "サブタイトル（通称）", "制度番号"]
    assert names[-2:] == ["最終更新日", "表示優先度"]


def test_a_line_says_what_the_service_says() -> None:
    row = next(row for row in lines(Format.GIF) if row["制度番号"] == "child_allowance")
    assert row["タイトル（制度名）"] == "児童手当の申請"
    assert row["サービス種別"] == "手当・助成金"
    assert row["対象者"] == "子育て中"
    assert row["連絡先情報"] == "0000-00-1204"
    assert row["電子申請の有無"] == LINKS["mynaportal"]
    assert row["詳細URL"] == "https://mado.example/services/child_allowance"
    assert row["キーワード"] == "児童手当;子ども手当;出生;転入"


def test_no_day_of_an_unconfirmed_service_goes_out() -> None:
    unconfirmed = {each.key for each in shipped_catalogue().services if not each.confirmed}
    assert unconfirmed
    for row in lines(Format.GIF):
        if row["制度番号"] in unconfirmed:
            assert not row["募集時期"] + row["公募開始日"] + row["公募終了日"]


def test_versions_give_days() -> None:
    [row] = [row for row in lines(Format.GIF) if row["制度番号"] == "furigana"]
    assert row["公募開始日"] == "2026-05-26"
    assert row["公募終了日"] == ""


@BOTH
def test_tables_are_machine_readable(form: Format) -> None:
    assert problems(table(form, ABOUT), TABLES[form]) == []


@BOTH
def test_the_definition_says_every_column(form: Format) -> None:
    raw = definition(form)
    assert raw.startswith(BOM)
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert [row["項目名"] for row in rows] == [column.name for column in TABLES[form]]
    for row, column in zip(rows, TABLES[form], strict=True):
        assert row["単位"] or column.kind is not Kind.NUMBER


def test_a_bad_table_is_not_handed_out() -> None:
    entries = {thing: dict(each) for thing, each in shipped_entries().items()}
    first = next(iter(entries[Thing.SERVICE].values()))
    spoilt = {**first.body, "summary": {"ja": "二つの  空白", "en": "Two"}}
    entries[Thing.SERVICE][first.body["key"]] = first._replace(body=spoilt)
    about = About(catalogue_of(entries), ABOUT.publisher, ABOUT.today, LINKS)
    with pytest.raises(NotReadable, match=r"L1-06: line 2, 概要"):
        table(Format.GIF, about)


@BOTH
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp932", "utf-16"])
def test_out_and_in_again_changes_nothing(form: Format, encoding: str) -> None:
    raw = table(form, ABOUT).decode("utf-8-sig").encode(encoding)
    made = planned(raw)
    assert (made.changes, made.rejected, made.left_out) == ([], [], [])
    assert made.unchanged == len(shipped_catalogue().services)


def test_the_whole_out_and_in_again_changes_nothing() -> None:
    made = planned(full(shipped_entries()).encode())
    assert (made.changes, made.rejected) == ([], [])
    assert made.unchanged == sum(len(each) for each in shipped_entries().values())


@pytest.mark.parametrize(
    ("cells", "name", "value"),
    [
        ({"title": "名前"}, "title", {"ja": "名前", "en": "Applying for child allowance"}),
        ({"content": "長い説明"}, "note", {"ja": "長い説明", "en": "長い説明"}),
        ({"law": "児童手当法7条"}, "law", "児童手当法7条"),
        ({"cost": "1200"}, "cost", {"ja": "1,200円", "en": "1,200 yen"}),
        ({"cost": "0"}, "cost", {"ja": "無料", "en": "Free"}),
        ({"category": "教育"}, "category", "教育"),
        ({"service_type": "届出"}, "service_type", "届出"),
        ({"beneficiaries": "子育て中;ひとり親"}, "beneficiaries", ["子育て中", "ひとり親"]),
        ({"bring": "振込先の口座が分かるもの"}, "bring", ["bank"]),
        ({"desk": "市民課"}, "desk", "residents"),
        ({"online": ""}, "online", None),
        ({"online": "https://apply.example/a"}, "online", "https://apply.example/a"),
        ({"online": LINKS["e_application"]}, "online", "e_application"),
        ({"keywords": "児童;手当"}, "keywords", ["児童", "手当"]),
        ({"priority": "3"}, "priority", 3),
    ],
)  # fmt: skip
def test_a_changed_cell_changes_its_field_only(
    cells: dict[str, str], name: str, value: object
) -> None:
    made = planned(changed(Format.GIF, "child_allowance", **cells))
    assert made.rejected == []
    [change] = made.changes
    before = shipped_entries()[Thing.SERVICE]["child_allowance"].body
    assert (change.key, change.is_new) == ("child_allowance", False)
    held = change.body.get(name)
    if isinstance(value, dict) and isinstance(held, dict):  # the table has Japanese and English
        held = {language: held[language] for language in value}
    assert held == value
    different = {n for n in {*before, *change.body} if before.get(n) != change.body.get(n)}
    assert different == {name}


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"title": ""}, "タイトル（制度名）", "required"),
        ({"title": "あ" * 41}, "タイトル（制度名）", "longer than 40"),
        ({"summary": "あ" * 101}, "概要", "longer than 100"),
        ({"category": "育児"}, "ステージとアクション", "DS-491-1"),
        ({"beneficiaries": "こども"}, "対象者", "DS-491-1: こども"),
        ({"desk": "月"}, "実施組織・支援機関", "no desk"),
        ({"bring": "月の石"}, "手続書類", "月の石"),
        ({"districts": "月面"}, "地域群", "月面"),
        ({"cost": "千円"}, "費用", "whole yen"),
        ({"cost": "1,000円"}, "費用", "whole yen"),
        ({"online": "http://plain.example"}, "電子申請の有無", "https://"),
        ({"priority": "11"}, "表示優先度", "1 to 10"),
        ({"law": ""}, "根拠法令", "in the editor"),
        ({"service_id": "児童"}, "制度番号", "small letters"),
        ({"service_id": "preg_notice"}, "制度番号", "further up"),
    ],
)
def test_a_wrong_cell_is_named_by_line_and_column(
    cells: dict[str, str], column: str, words: str
) -> None:
    keys = [row["制度番号"] for row in lines(Format.GIF)]
    made = planned(changed(Format.GIF, "child_allowance", **cells))
    [trouble] = made.rejected
    assert (trouble.line, trouble.column) == (keys.index("child_allowance") + 2, column)
    assert words in trouble.problem
    assert made.changes == []


def test_what_is_worked_out_is_left_out_and_said() -> None:
    made = planned(changed(Format.GIF, "child_allowance", phone="0000-00-9999", most_paid="5"))
    assert made.changes == made.rejected == []
    assert [each.column for each in made.left_out] == ["給付上限額", "連絡先情報"]


def test_another_citys_table_makes_new_services_nobody_sees_yet() -> None:
    header = ["ID", "タイトル", "制度概要", "内容", "支援制度種別", "実施組織",
              "（個人対象）ライフステージ分類", "見たことのない列"]  # fmt: skip
    row = ["UM-001", "出産祝い金", "お祝いです。", "お祝いです。", "手当・助成金", "こども未来課",
           "子育て", "x"]  # fmt: skip
    made = planned(csv_of(header, [row, [], ["x"]]))
    [change] = made.changes
    assert (change.key, change.is_new, change.line) == ("um_001", True, 2)
    assert change.body["confirmed"] is False
    assert change.body["shown"] == "search"
    assert change.body["title"] == {"ja": "出産祝い金", "en": "出産祝い金"}
    [trouble] = made.rejected
    assert (trouble.line, trouble.problem) == (4, "1 cells, 8 columns")


def test_a_new_service_needs_a_category() -> None:
    header = ["ID", "タイトル", "概要", "実施組織"]
    made = planned(csv_of(header, [["um1", "祝い金", "お祝い", "市民課"]]))
    [trouble] = made.rejected
    assert (trouble.line, trouble.column, trouble.problem) == (2, "category", "is missing")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\x80\x81\xff\x00", "not in UTF-8"),
        (b'a,"b', "not a CSV table"),
        ("名前,住所\r\na,b\r\n".encode(), "no columns"),
        (b"", "no columns"),
        (b"{", "Expecting property name"),
        (b"[1]", "expected fields with names"),
        (b'{"form": "other"}', "expected mado-catalogue 1"),
        (b'{"form": "mado-catalogue", "version": 1, "desks": 3}', "desks: expected a list"),
        (b'{"form": "mado-catalogue", "version": 1, "desks": [{"key": "\\u0000"}]}', "not a key"),
    ],
)
def test_a_file_that_is_something_else(raw: bytes, words: str) -> None:
    [trouble] = planned(raw).rejected
    assert words in trouble.problem


def test_the_whole_says_which_entries_differ() -> None:
    whole = json.loads(full(shipped_entries()))
    whole["desks"][0]["phone"] = "0000-00-4321"
    whole["services"].append({**whole["services"][0], "key": "another"})
    made = planned(json.dumps(whole).encode())
    assert [(each.thing, each.key, each.is_new) for each in made.changes] == [
        (Thing.DESK, "residents", False),
        (Thing.SERVICE, "another", True),
    ]
    assert made.changes[0].columns == ("phone",)


@pytest.mark.parametrize("form", ["gif", "opendata", "json"])
def test_the_command_line_out_and_in(form: str, tmp_path: Path) -> None:
    file = tmp_path / "services"
    env = {"DATABASE_URL": "", "PUBLIC_URL": "https://mado.example/"}
    out = CliRunner().invoke(services, ["export", "--format", form, "--output", str(file)], env=env)
    assert out.exit_code == 0, out.output
    back = CliRunner().invoke(services, ["import", str(file), "--dry-run", "--json"], env=env)
    assert back.exit_code == 0, back.output
    said = json.loads(back.output)
    assert (said["changes"], said["rejected"], said["dry_run"]) == ([], [], True)


def test_the_command_line_names_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "services.csv"
    file.write_bytes(changed(Format.GIF, "child_allowance", title="", phone="1"))
    back = CliRunner().invoke(
        services, ["import", str(file), "--dry-run"], env={"DATABASE_URL": ""}
    )
    assert back.exit_code == 1
    assert "タイトル（制度名）: rejected: a required value is missing" in back.output
    rest = len(shipped_catalogue().services) - 1
    assert f"0 would change, {rest} unchanged, 1 rejected" in back.output


def test_the_command_line_prints_and_refuses() -> None:
    run = CliRunner()
    env = {"DATABASE_URL": "", "CITY_NAME": "みどり市"}
    shown = run.invoke(services, ["export", "--format", "gif"], env=env)
    assert shown.stdout_bytes.decode("utf-8-sig").splitlines()[1].startswith("みどり市,")
    about = run.invoke(services, ["export", "--format", "gif", "--definition"], env=env)
    assert about.stdout_bytes.startswith(BOM)
    wrong = run.invoke(services, ["export", "--format", "json", "--definition"], env=env)
    assert wrong.exit_code == 2
    nowhere = run.invoke(services, ["import", __file__], env=env)
    assert "nowhere to put drafts" in nowhere.output
