"""Facilities: header dialects, encodings, refused rows, withdrawal, and the pages."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.clock import TOKYO
from portal.core.db import transaction
from portal.guide.facilities import showing
from portal.guide.facilities.columns import UnreadableFile, read_table
from portal.guide.facilities.hours import read_days, today_at
from portal.guide.facilities.importing import import_file
from portal.guide.facilities.models import Facility
from tests.browser import Browser
from tests.conftest import STAFF_HOST
from tests.notifications.city import WRITER, sign_in

HEAD = (
    "全国地方公共団体コード,ID,地方公共団体名,名称,名称_カナ,名称_英字,種別,所在地_連結表記,所在地_町字,"
    "緯度,経度,電話番号,利用可能曜日,開始時間,終了時間,利用可能日時特記事項,車椅子可,授乳室,URL,備考"
)
LIBRARY = (
    "999999,F1,まど市,市立図書館,シリツトショカン,City Library,図書館,まど市みなと1-2,みなと,"
    "38.91,139.84,0000-00-2001,火〜日,9:00,19:00,第3木曜は休館,有,有,https://library.mado.example/,"
)
HALL = (
    "999999,F2,まど市,ふれあい会館,フレアイカイカン,,公民館,まど市かわべ3-4,かわべ,"
    "38.95,139.90,0000-00-2002,毎日,08:30,21:30,,無,無,,"
)
GOOD = "\n".join([HEAD, LIBRARY, HALL]) + "\n"
SHELTERS = (
    "都道府県コード又は市区町村コード,NO,都道府県名,市区町村名,名称,名称_カナ,住所,緯度,経度,電話番号,"
    "災害種別_洪水,災害種別_地震,災害種別_津波,指定避難所との重複,想定収容人数\n"
    "999999,1,まど県,まど市,みなと小学校,ミナトショウガッコウ,みなと2-1,38.92,139.83,,1,1,,1,400\n"
    "999999,2,まど県,まど市,やまて公園,ヤマテコウエン,やまて5,38.99,139.95,,,1,1,,1200\n"
)


def take(text: str, encoding: str = "utf-8", **more: bool) -> dict[str, object]:
    with transaction() as session:
        return import_file(session, text.encode(encoding), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_every_encoding_reads_the_same(encoding: str) -> None:
    table = read_table(GOOD.encode(encoding))
    assert (table.dataset, [row["name"] for row in table.rows]) == (
        "facility",
        ["市立図書館", "ふれあい会館"],
    )
    assert table.rows[0]["opens"] == "09:00"
    assert table.rows[0]["flags"] == ["ramp", "nursing"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("所在地_連結表記", "所在地_連結標記"),
        (",名称,", ",公共施設_名称,"),
        (",ID,", ",ＮＯ,"),
        ("名称_英字", "名称_英語"),
    ],
)
def test_dialects_of_headers(old: str, new: str) -> None:
    row = read_table(GOOD.replace(old, new, 1).encode()).rows[0]
    assert (row["code"], row["name"], row["address"]) == ("F1", "市立図書館", "まど市みなと1-2")


def test_the_older_form_of_shelters() -> None:
    table = read_table(SHELTERS.encode("cp932"))
    assert table.dataset == "shelter"
    assert table.rows[0]["flags"] == ["flood", "earthquake", "also_shelter"]
    assert table.rows[0]["capacity"] == 400


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("38.91,139.84", "139.84,38.91", "position"),
        ("38.91,139.84", "38.91,", "position"),
        ("9:00,19:00", "9時から,19:00", "opens"),
        ("9:00,19:00", "9:00,25:00", "closes"),
        ("0000-00-2001", "なし", "phone"),
        ("https://library", "javascript:library", "url"),
        ("市立図書館,シリツ", ",シリツ", "no_name"),
        (",F1,", ",,", "no_code"),
        (",F1,", ",F2,", "code_twice"),
        ("有,有,https", "有,有,余分,https", "width"),
        ("有,有,https", "有,たぶん,https", "nursing"),
    ],
)
def test_a_row_that_is_wrong_is_refused_with_its_number(old: str, new: str, reason: str) -> None:
    assert old in GOOD
    table = read_table(GOOD.replace(old, new, 1).encode())
    assert [(each.row, each.reason) for each in table.refused] == [
        (3 if reason == "code_twice" else 2, reason)
    ]
    assert len(table.rows) == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"", "empty"), (b"a,b\n1,2\n", "no_headers"), (b"\x81\xff\xfe\x00", "encoding")],
)
def test_files_that_can_not_be_used(body: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_table(body)
    assert caught.value.reason == reason


def test_import_changes_and_withdraws(ctx: Flask) -> None:
    dry = take(GOOD, dry_run=True)
    assert (dry["new"], showing.places("facility")) == (2, [])
    assert take(GOOD)["new"] == 2
    assert take(GOOD)["same"] == 2
    fewer = "\n".join([HEAD, LIBRARY.replace("シリツトショカン", "トショカン")])
    report = take(fewer)
    assert (report["changed"], report["withdrawn"]) == (1, 1)
    assert [place.name for place in showing.places("facility")] == ["市立図書館"]
    assert take(GOOD)["changed"] == 2  # it is back


def test_a_refused_row_withdraws_nothing(ctx: Flask) -> None:
    take(GOOD)
    assert take(GOOD.replace("38.95,139.90", "0,0"))["withdrawn"] == 0
    assert len(showing.places("facility")) == 2


def test_a_file_that_lost_most_places_is_refused(ctx: Flask) -> None:
    many = "\n".join([HEAD, *(LIBRARY.replace("F1", f"M{n}") for n in range(12))])
    take(many)
    with pytest.raises(UnreadableFile, match="shrunk"):
        take(GOOD)


@pytest.mark.parametrize(
    ("text", "days", "holidays"),
    [
        ("月火水木金", {0, 1, 2, 3, 4}, None),
        ("月〜金", {0, 1, 2, 3, 4}, None),
        ("火曜日～日曜日", {1, 2, 3, 4, 5, 6}, None),
        ("土～月", {5, 6, 0}, None),
        ("毎日", set(range(7)), None),
        ("平日", set(range(5)), None),
        ("火・水・木・土・日・祝", {1, 2, 3, 5, 6}, True),
        ("", None, None),
        ("第2月曜を除く毎日", None, None),
    ],
)
def test_days_of_the_week(text: str, days: set[int] | None, holidays: bool | None) -> None:
    known = read_days(text)
    assert known.days == (None if days is None else frozenset(days))
    assert known.holidays is holidays


@pytest.mark.parametrize(
    ("days", "at", "state"),
    [
        ("月〜金", "2026-11-20 08:59", "before"),
        ("月〜金", "2026-11-20 09:00", "open"),
        ("月〜金", "2026-11-20 16:59", "open"),
        ("月〜金", "2026-11-20 17:00", "after"),
        ("月〜金", "2026-11-21 12:00", "closed"),
        ("月〜金", "2026-11-23 12:00", "unknown"),  # a Monday and a holiday
        ("土日祝", "2026-11-23 12:00", "open"),
        ("?", "2026-11-20 12:00", "unknown"),
    ],
)
def test_open_today(days: str, at: str, state: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=TOKYO)
    found = today_at(days, "09:00", "17:00", moment, lambda day: day == date(2026, 11, 23))
    assert found.state == state


def test_residents_find_a_place(app: Flask, browser: Browser) -> None:
    with app.app_context():
        take(GOOD)
    page = browser.get("/facilities")
    assert "市立図書館" in page.text
    assert "ふれあい会館" in page.text
    only = browser.get("/facilities?kind=図書館&flag=ramp&q=トショカン")
    assert "市立図書館" in only.text
    assert "ふれあい会館" not in only.text
    near = browser.get("/facilities?near=kawabe")
    assert near.text.index("ふれあい会館") < near.text.index("市立図書館")
    one = browser.get(page.link("市立図書館"))
    assert one.heading == "市立図書館"
    assert "第3木曜は休館" in one.text
    assert one.link("地図で見る").startswith("https://maps.gsi.go.jp/")
    assert "City Library" in browser.get("/facilities?lang=en").text
    assert browser.get("/facilities?kind=x&flag=y&near=z&q=%25_").status == 200


def test_residents_find_a_shelter_by_danger(ctx: Flask, browser: Browser) -> None:
    take(SHELTERS)
    assert "やまて公園" in browser.get("/shelters?flag=tsunami").text
    flood = browser.get("/shelters?flag=flood")
    assert "みなと小学校" in flood.text
    assert "やまて公園" not in flood.text


def test_a_clerk_looks_at_a_file_and_takes_it(app: Flask, tmp_path: Path) -> None:
    clerk = sign_in(app, "staff", WRITER, frozenset({"catalogue.view", "catalogue.edit"}))
    page = clerk.get("/staff/facilities/import")
    token = next(
        e.attributes["value"]
        for e in page.root.all("input")
        if e.attributes.get("name") == "csrf_token"
    )

    def send(text: str, **more: str) -> tuple[int, str]:
        answer = clerk.client.post(
            f"http://{STAFF_HOST}/staff/facilities/import",
            data={"csrf_token": token, "file": (BytesIO(text.encode("cp932")), "x.csv")} | more,
            headers={"Origin": f"http://{STAFF_HOST}", "Referer": page.url},
            content_type="multipart/form-data",
            follow_redirects=True,
        )
        return answer.status_code, answer.get_data(as_text=True)

    status, told = send(GOOD.replace("0000-00-2001", "なし"))
    assert status == 200
    assert "電話番号を読めません" in told
    with app.app_context(), transaction() as session:
        assert not session.scalars(select(Facility)).all()
    status, told = send(GOOD, for_real="y")
    assert status == 200
    assert "ファイルを取り込みました" in told
    assert "公共施設" in clerk.get("/staff/facilities").text
    assert "ファイルが空です" in send("", for_real="y")[1]
