"""Clerks take files in, look first, mend what was rejected, edit, and go back."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from chatbot.garbage import store
from chatbot.garbage.acts import newest
from chatbot.garbage.models import GarbageEdition, GarbageEntry
from portal.core.db import transaction
from tests.browser import Browser
from tests.notifications.city import sign_in

CLERK = UUID(int=31)
HOST = "http://staff.localhost:8000"
TARGET = (
    "type,name,notice,furigana\r\n"
    "可燃ごみ,ざぶとん,,さ\r\n"
    '可燃ごみ,"傘\n(折りたたみ)",骨は外す,か\r\n'
    ",名なし,,\r\n"
    "可燃ごみ,=cmd|'/c calc'!A1,,\r\n"
    "可燃ごみ,ざぶとん,,さ\r\n"
).encode("cp932")
DAYS = "地区,センター,可燃ごみ\r\nみなと地区,クリーンセンター,月 木\r\n川上,,毎日\r\n".encode(
    "utf-16"
)
CENTER = (
    "名称,休止期間名称,休止開始日,休止終了日\r\nクリーンセンター,年末,2026/12/28,2027/1/3\r\n"
).encode("utf-8-sig")
HOW = (
    "label,sublabel,description,styles,bgcolor\n可燃ごみ,,<b>袋</b>に入れる<br>朝8時,,#fff\n"
).encode()


@pytest.fixture
def clerk(app: Flask) -> Browser:
    return sign_in(app, "staff", CLERK, frozenset({"knowledge.view", "knowledge.edit"}))


def send(clerk: Browser, **files: bytes) -> str:
    """Upload files on the page; the path of what comes next."""
    page = clerk.get("/staff/garbage/files")
    token = next(
        f.attributes["value"]
        for f in page.root.all("input")
        if f.attributes.get("name") == "csrf_token"
    )
    data = {
        "csrf_token": token,
        "files": [(io.BytesIO(b), n.replace("_csv", ".csv")) for n, b in files.items()],
    }
    answer = clerk.client.post(
        "/staff/garbage/files", data=data, base_url=HOST, content_type="multipart/form-data"
    )
    return answer.headers.get("Location", "") or answer.get_data(as_text=True)


def test_files_are_looked_at_put_in_force_and_taken_back(app: Flask, clerk: Browser) -> None:
    path = send(clerk, target_csv=TARGET, area_days_csv=DAYS, center_csv=CENTER, how_csv=HOW)
    page = clerk.get(path)
    assert page.heading == "変わる内容"
    for said in ("分別区分がありません", "計算式のような書き方です", "2行目にあります", "毎日"):
        assert said in page.text
    table = clerk.get(path + "/rejected.csv").response.get_data().decode("utf-8-sig")
    assert "名なし" in table
    assert "'=cmd" in table
    with app.app_context():
        assert store.load_guide().version == "shipped"

    clerk.get(path)
    done = clerk.submit("公開する")
    assert "第2版を公開しました" in done.text
    with app.app_context():
        guide = store.load_guide()
        assert (guide.version, [item.name for item in guide.items]) == (
            "2",
            ["ざぶとん", "傘 (折りたたみ)"],
        )
        assert guide.districts["minato"].days.keys() == {guide.items[0].class_key}
        assert guide.classes[guide.items[0].class_key].how("ja") == "袋に入れる\n朝8時"

    clerk.get("/staff/garbage/history")
    back = clerk.submit("戻す : 1")
    assert "第1版の内容に戻しました" in back.text
    with app.app_context():
        guide = store.load_guide()
        assert guide.version == "3"
        assert guide.item("bicycle") is not None


def test_the_first_import_inherits_no_other_city_s_fees(app: Flask, clerk: Browser) -> None:
    clerk.get(send(clerk, x_csv="name,type\nたんす,粗大ごみ\n".encode()))
    clerk.submit("公開する")
    with app.app_context():
        assert store.load_guide().classes["bulky"].fee == {}


def test_an_unreadable_file_says_why(clerk: Browser) -> None:
    assert "読めません" in send(clerk, x_csv=b"\xd0\xcf\x11\xe0 old")
    assert "品目と分別区分の列" in send(clerk, x_csv=b"a,b\n1,2\n")


def test_a_clerk_changes_an_item_and_residents_see_it(
    app: Flask, clerk: Browser, browser: Browser
) -> None:
    clerk.get("/staff/garbage?q=自転車")
    page = clerk.get("/staff/garbage/items/bicycle")
    assert "住民に見えている内容" in page.text
    saved = clerk.submit("保存", note="かぎを外してください。")
    assert "保存しました" in saved.text
    assert "かぎを外してください。" in browser.get("/garbage/bicycle").text
    with app.app_context(), transaction() as session:
        assert newest(session) == 2
        live = select(func.count()).where(
            GarbageEntry.until.is_(None), GarbageEntry.thing == "item"
        )
        assert session.scalar(live) == len(store.load_guide().items)
        kinds = session.scalars(select(GarbageEdition.kind).order_by(GarbageEdition.number)).all()
        assert kinds == ["shipped", "edit"]


def test_a_district_s_days_are_typed_as_people_write_them(clerk: Browser, browser: Browser) -> None:
    clerk.get("/staff/garbage/districts/minato")
    typed: dict[str, Any] = {"days-burnable": "毎日"}
    wrong = clerk.submit("保存", **typed)
    assert "読み取れません: 毎日" in wrong.text
    typed = {"days-burnable": "第1・第3火曜日 2030-01-02", "out-burnable": "2030-01-15"}
    clerk.submit("保存", **typed)
    assert "第1・3火曜日" in browser.get("/garbage/districts/minato").text


def test_words_of_the_place_are_kept_and_only_editors_change(app: Flask, clerk: Browser) -> None:
    clerk.get("/staff/garbage/words")
    clerk.submit("保存", groups="自転車、けった\nひとつだけ")
    with app.app_context():
        assert ("自転車", "けった") in store.load_guide().synonyms
    reader = sign_in(app, "staff", UUID(int=32), frozenset({"knowledge.view"}))
    assert reader.get("/staff/garbage").status == 200
    assert reader.get("/staff/garbage/words").status == 403
