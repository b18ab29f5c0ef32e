"""Words of to-dos: what date is said, and how."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from portal.catalogue.windows import Window
from portal.mypage.relatives import facts_of
from portal.mypage.words import due_words, sentence, span_words

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("group", "opens", "closes", "words", "left"),
    [
        ("soon", None, date(2026, 11, 20), "11月20日（金）まで", "今日まで"),
        ("soon", None, date(2026, 11, 21), "11月21日（土）まで", "明日まで"),
        ("soon", None, date(2026, 11, 30), "11月30日（月）まで", "あと10日"),
        ("overdue", None, date(2026, 11, 2), "11月2日（月）まででした", ""),
        ("open", None, date(2027, 3, 31), "2027年3月31日（水）まで", ""),
        ("open", None, date(2044, 3, 31), "", ""),
        ("open", None, None, "", ""),
        ("coming", date(2026, 12, 1), None, "12月1日（火）から", ""),
    ],
)
def test_the_date_that_matters_is_said(
    app: Flask, group: str, opens: date | None, closes: date | None, words: str, left: str
) -> None:
    with app.test_request_context():
        said = due_words(group, Window(opens, closes), TODAY, "ja")
    assert (said[0], said[2]) == (words, left)


def test_no_window_no_date(app: Flask) -> None:
    with app.test_request_context():
        assert due_words("open", None, TODAY, "ja") == ("", "", "")
        assert span_words(None, "ja") == ""


def test_ends_are_said_with_their_era() -> None:
    window = Window(date(2026, 12, 8), date(2027, 6, 7))
    assert span_words(window, "ja") == "2026年12月8日（令和8年）〜2027年6月7日（令和9年）"
    assert span_words(Window(date(2026, 12, 8), None), "en") == "8 Dec 2026 – "


def test_reasons_become_sentences() -> None:
    assert sentence("さくらさんが1歳になるため", "ja") == "さくらさんが1歳になるためです。"
    assert sentence("いつでも利用できます", "ja") == "いつでも利用できます。"
    assert sentence("because of it", "en") == "Because of it."


def test_stored_facts_become_dates_again() -> None:
    stored = {"licence_expiry": "2027-01-05", "married": True, "n": 5, "word": "x", "ages": [1, 2]}
    assert facts_of(stored) == stored | {"licence_expiry": date(2027, 1, 5), "ages": (1, 2)}
    assert not facts_of(None)
