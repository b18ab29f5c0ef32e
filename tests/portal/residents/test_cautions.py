"""What free texts should not say: asked about once; a My Number is never kept."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from portal.residents.cautions import Caution, caution, is_my_number
from tests.portal.signing_in import resident_born, sign_in

NUMBER = "123456789018"  # 総務省's own example of a number with its check digit


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("さくら", None),
        (None, None),
        ("がんばるマン", None),
        ("advice of Hiver", None),
        ("0000-00-1234", None),
        ("123456789012", None),  # a wrong check digit
        ("1234567890185", None),  # thirteen digits
        ("発達障害の子", Caution.SENSITIVE),
        ("ＤＶから逃げた", Caution.SENSITIVE),
        ("乳がん", Caution.SENSITIVE),
        ("has Diabetes", Caution.SENSITIVE),
        ("創価の友", Caution.SENSITIVE),
        (f"番号 {NUMBER}", Caution.MY_NUMBER),
        ("１２３４-５６７８-９０１８", Caution.MY_NUMBER),
        ("病気 1234 5678 9018", Caution.MY_NUMBER),
    ],
)
def test_texts(text: str | None, found: Caution | None) -> None:
    assert caution(text) is found


def test_the_check_digit_finds_every_single_wrong_digit() -> None:
    assert is_my_number(NUMBER)
    for place, digit in enumerate(NUMBER[:-1]):
        wrong = str((int(digit) + 1) % 10)
        assert not is_my_number(NUMBER[:place] + wrong + NUMBER[place + 1 :])
    assert not is_my_number("１" * 12) and not is_my_number("1" * 11)


def test_a_nickname_is_asked_about_once_and_then_kept(app: Flask) -> None:
    browser = sign_in(app, resident_born(app, date(1990, 5, 2)))
    browser.get("/family/new/parent")
    day = {"birthdate-year": "1950", "birthdate-month": "1", "birthdate-day": "1"}
    page = browser.submit("保存", nickname="認知症の母", **day)
    assert "病気、障がい、信条などにふれる言葉" in " ".join(page.errors)
    assert 'value="認知症の母"' in page.html
    page = browser.submit("保存", keep_anyway="y")
    assert page.path == "/family" and "認知症の母" in page.text


def test_a_my_number_is_not_kept_however_often_one_says_so(app: Flask) -> None:
    browser = sign_in(app, resident_born(app, date(1990, 5, 2)))
    browser.get("/account/profile/edit")
    for _ in range(2):
        page = browser.submit("保存", nickname=NUMBER)
        assert "マイナンバーのようです" in " ".join(page.errors)
        assert not page.root.all("main")[0].text.count("このまま保存する")
