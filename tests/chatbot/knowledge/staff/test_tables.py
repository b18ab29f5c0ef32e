"""A clerk takes the table along and brings it back."""

from __future__ import annotations

import io

from flask import Flask

from chatbot.knowledge.tables import spreadsheets
from tests.browser import Browser
from tests.chatbot.knowledge.test_tables import NEW, table

PAGE, STAFF = "/staff/answers/tables", "http://staff.localhost:8000"


def test_rows_are_shown_then_drafted(app: Flask, editor: Browser) -> None:
    editor.get(PAGE)
    rows = table(NEW, {**NEW, "キー": "pond2", "担当窓口": "どこか"})
    page = editor.submit("表を読みこむ", file=(io.BytesIO(rows), "faq.csv"))
    assert (
        "新規 1" in page.text
        and "この名前の窓口はありません" in page.text
        and "どこか" in page.text
    )
    assert "当てはまる回答はありません" in editor.get("/staff/answers?state=draft").text
    editor.get(PAGE)
    editor.submit("表を読みこむ", file=(io.BytesIO(rows), "faq.csv"))
    page = editor.submit("新規と変更の行を下書きにする")
    assert "下書きを1件保存しました" in page.text or "1件" in page.text
    assert "池の水がにごっています" in editor.get("/staff/answers?state=draft").text
    editor.get(PAGE)
    page = editor.submit("表を読みこむ", file=(io.BytesIO(rows), "faq.csv"))
    page = editor.submit("新規と変更の行を下書きにする")
    assert "ほかの人がこの回答を編集しています" in page.text


def test_no_file_and_no_table_say_so(editor: Browser) -> None:
    editor.get(PAGE)
    assert editor.submit("表を読みこむ").status == 422
    page = editor.submit("表を読みこむ", file=(io.BytesIO(b"\x00\x01"), "x.csv"))
    assert page.status == 422 and "表" in page.text


def test_each_form_can_be_taken_along(editor: Browser) -> None:
    for form in ("xlsx", "csv", "csv-cp932"):
        answer = editor.client.get(f"{PAGE}/{form}?category=税", base_url=STAFF)
        rows = spreadsheets.read(answer.get_data())
        assert len(rows) == 12 and {row[2] for row in rows[1:]} == {"税"}
    assert editor.get(f"{PAGE}/pdf").status == 404
