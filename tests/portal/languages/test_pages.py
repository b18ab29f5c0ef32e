"""Residents' pages in further languages, and clerks who sign and correct their words."""

from __future__ import annotations

import csv
import io
from datetime import date
from uuid import uuid4

import pytest
from click.testing import CliRunner
from flask import Flask, render_template_string

from auth.staff.roles import permissions_of
from portal.catalogue.load import Thing
from portal.catalogue.staff import entries
from portal.core.about_languages import UNCHECKED
from portal.core.languages import LANGUAGES
from portal.languages import counting
from portal.languages.commands import languages as command
from portal.languages.written import WORDS, shipped_words
from tests.browser import Browser
from tests.notifications.city import sign_in
from tests.portal.signing_in import resident_born
from tests.portal.signing_in import sign_in as resident_signs_in

SIGN_IN = "Sign in"


@pytest.fixture
def clerk(app: Flask) -> Browser:
    """Keeps the catalogue and its translations."""
    return sign_in(app, "staff", uuid4(), permissions_of(["catalogue_editor"]))


def html(browser: Browser, path: str) -> str:
    return browser.client.get(path, base_url=browser.base).get_data(as_text=True)


def test_the_switch_offers_eight_languages_and_remembers(app: Flask, browser: Browser) -> None:
    page = html(browser, "/")
    for code, name in LANGUAGES.items():
        assert f">{name}</" in page, code
    assert '<b lang="ja" aria-current="true">日本語</b>' in page
    with app.app_context():
        vietnamese = shipped_words("vi")[SIGN_IN]
    assert vietnamese in html(browser, "/?lang=vi")
    again = html(browser, "/")
    assert '<html lang="vi"' in again
    assert vietnamese in again


def test_clerks_read_japanese_whatever_their_cookie_says(staff_browser: Browser) -> None:
    page = html(staff_browser, "/staff/sign-in?lang=vi")
    assert '<html lang="ja"' in page
    assert "Tiếng Việt" not in page


def test_furigana_can_be_hidden_without_a_script(app: Flask, browser: Browser) -> None:
    page = html(browser, "/?lang=ja-Hira")
    assert '<html lang="ja"' in page
    assert "<rt>" in page
    assert "<rt>" not in html(browser, "/?ruby=off")
    assert "<rt>" not in html(browser, "/")
    assert "<rt>" in html(browser, "/?ruby=on")
    assert "<rt>" in html(browser, "/")


def test_what_a_visitor_types_is_not_read_as_furigana(browser: Browser) -> None:
    page = html(browser, "/search?lang=ja-Hira&q={a|b}{漢字|かんじ}")
    assert 'value="{a|b}{漢字|かんじ}"' in page
    stray = html(browser, "/search?lang=ja&q=\ufff9漢字\ufffaかんじ\ufffb<b>")
    assert "漢字" in stray
    assert "<ruby>" not in stray.partition("<main")[2]
    assert "&lt;b&gt;" in stray


def test_a_missing_word_is_shown_and_the_page_says_so(app: Flask) -> None:
    words = '{% extends "layout/public.html" %}{% block title %}x{% endblock %}'
    words += '{% block content %}<p>{{ _("Never heard of") }}</p>{% endblock %}'
    with app.test_request_context("/?lang=ko"):
        whole = app.process_response(app.make_response(render_template_string(words)))
        page = whole.get_data(as_text=True)
    assert '<span lang="en">Never heard of</span>' in page
    assert page.count("아직 번역되지 않은 부분이") == 1


def test_a_clerk_signs_a_page_and_takes_it_back(app: Flask, clerk: Browser) -> None:
    page = clerk.get("/staff/languages")
    assert "Tiếng Việt" in page.text
    clerk.get("/staff/languages/vi")
    page = clerk.submit("このページの文をすべて確認済みにする")
    assert states(app, "vi").count(counting.SIGNED) == 50
    page = clerk.submit("今の確認を取り消す")
    assert "取り消しました: 50件" in page.text
    assert counting.SIGNED not in states(app, "vi")


def states(app: Flask, language: str) -> list[str]:
    with app.test_request_context():
        return [line.state for line in counting.lines(language, WORDS)]


def test_a_correction_is_said_to_residents_and_signed(
    app: Flask, clerk: Browser, browser: Browser
) -> None:
    line = line_of(app, "vi", SIGN_IN)
    path = f"/staff/languages/vi/words/{line.text.mark}"
    clerk.get(path)
    clerk.submit("直して、確認済みにする", text="Vào trang")
    assert "Vào trang" in html(browser, "/?lang=vi")
    now = line_of(app, "vi", SIGN_IN)
    assert (now.state, now.text.text) == (counting.SIGNED, "Vào trang")
    assert now.signature is not None
    clerk.get("/staff/languages/vi?show=signed")
    clerk.submit("取り消す")
    assert "Vào trang" not in html(browser, "/?lang=vi")


def test_a_correction_keeps_its_places(app: Flask, clerk: Browser) -> None:
    key = "until %(day)s"
    clerk.get(f"/staff/languages/vi/words/{line_of(app, 'vi', key).text.mark}")
    page = clerk.submit("直して、確認済みにする", text="đến")
    assert "%( )の中はそのまま残してください" in page.text


def line_of(app: Flask, language: str, key: str) -> counting.Line:
    with app.test_request_context():
        return next(one for one in counting.lines(language, WORDS) if one.text.key == key)


def test_a_changed_text_needs_a_new_signature(app: Flask, clerk: Browser) -> None:
    line = line_of(app, "vi", SIGN_IN)
    clerk.get("/staff/languages/vi?q=ログイン")
    stale = f"{line.text.mark}.{'0' * 32}"
    page = clerk.submit("このページの文をすべて確認済みにする", text=[stale])
    assert "その間に変わった文" in page.text
    assert line_of(app, "vi", SIGN_IN).state == counting.UNSIGNED


def test_residents_are_told_until_everything_is_signed(app: Flask, browser: Browser) -> None:
    assert UNCHECKED["vi"][:30] in html(browser, "/?lang=vi")
    assert "chưa được người kiểm tra" not in html(browser, "/?lang=en")


def test_a_staff_text_appears_on_the_residents_page(app: Flask, clerk: Browser) -> None:
    key = "child_allowance"
    clerk.get(f"/staff/catalogue/services/{key}/languages/vi")
    clerk.submit("下書きとして保存", **{"text.title": "Trợ cấp nhi đồng của thành phố"})
    clerk.get(f"/staff/catalogue/services/{key}")
    clerk.submit("承認をたのむ")
    approver = sign_in(app, "staff", uuid4(), permissions_of(["approver"]))
    approver.get(f"/staff/catalogue/services/{key}")
    assert approver.page is not None
    assert "Trợ cấp nhi đồng của thành phố" in approver.page.text
    approver.submit("承認する")
    with app.test_request_context():
        body = entries.current(Thing.SERVICE, key)
        assert body is not None
        assert body["title"]["vi"] == "Trợ cấp nhi đồng của thành phố"
    me = resident_signs_in(app, resident_born(app, date(1990, 5, 1)))
    assert "Trợ cấp nhi đồng của thành phố" in html(me, f"/services/{key}?lang=vi")


def test_tables_and_the_command(app: Flask, clerk: Browser) -> None:
    answer = clerk.client.get("/staff/languages/ko/table.csv", base_url=clerk.base)
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert len({len(row) for row in rows}) == 1
    assert len(rows) > 2000
    excel = clerk.client.get("/staff/languages/ko/table.xlsx", base_url=clerk.base)
    assert excel.get_data()[:2] == b"PK"
    with app.app_context():
        told = CliRunner().invoke(command, [])
        assert told.exit_code == 0
        assert "zh-Hant" in told.output
        assert CliRunner().invoke(command, ["--fail-missing", "ko"]).exit_code == 1  # answers
