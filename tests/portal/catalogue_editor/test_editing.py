"""Stories of staff at the catalogue's editor, through the strict browser."""

from __future__ import annotations

from flask import Flask

from portal.catalogue.load import load_catalogue
from tests.browser import Browser

KEY = "check_18m"
EDIT = f"/staff/catalogue/services/{KEY}/edit"


def test_a_clerk_edits_and_a_colleague_approves(
    app: Flask, editor: Browser, approver: Browser
) -> None:
    page = editor.get("/staff/catalogue?q=1歳6か月")
    editor.get(page.link("1歳6か月児健診"))
    editor.get(f"/staff/catalogue/services/{KEY}/edit")
    page = editor.submit("下書きとして保存", priority="2", note_to="順番を下げます")
    assert page.path == f"/staff/catalogue/services/{KEY}"
    assert "順番を下げます" in page.text
    page = editor.submit("承認をたのむ")
    assert "承認待ち" in page.text
    page = approver.get(page.path)
    page = approver.submit("承認する")
    with app.app_context():
        assert load_catalogue().service(KEY).priority == 2
