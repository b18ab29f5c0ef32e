"""Dates and ages as people say them, and sentences that lack their own words."""

from datetime import date

from portal.catalogue.phrases import say, say_age, say_month_day, say_shift
from portal.catalogue.rules import Phrase


def test_ages() -> None:
    assert [say_age(n, "ja") for n in (0, 3, 12, 18, 780)] == [
        "0か月", "3か月", "1歳", "1歳6か月", "65歳",
    ]  # fmt: skip
    assert [say_age(n, "en") for n in (0, 1, 12, 18, 780)] == [
        "0 months", "1 month", "1 year", "1 year 6 months", "65 years",
    ]  # fmt: skip


def test_days_before_and_after() -> None:
    assert [say_shift(n, "ja") for n in (-30, 0, 10)] == ["30日前", "当日", "10日後"]
    assert [say_shift(n, "en") for n in (-1, 0, 10)] == [
        "1 day before", "the day itself", "10 days after",
    ]  # fmt: skip
    assert say_month_day((10, 1), "ja") == "10月1日"
    assert say_month_day((10, 1), "en") == "1 October"


def test_the_reader_is_spoken_to_without_a_name() -> None:
    turning = Phrase("turns_age", {"age": 900, "day": date(2026, 12, 1)})
    assert say(turning, "ja") == "あなたが2026年12月1日に75歳になるため"
    assert say(turning, "en") == "because you reach 75 years on 1 December 2026"
    assert say(turning, "en", "Ume") == "because Ume reaches 75 years on 1 December 2026"


def test_fiscal_years_are_said_as_each_language_does() -> None:
    phrase = Phrase("age_in_fy", {"age": 480, "fiscal_year": 2026})
    assert say(phrase, "ja", "ふじさん") == "ふじさんが令和8年度に40歳になるため"
    assert "fiscal year 2026" in say(phrase, "en", "Fuji")


def test_a_date_without_its_own_sentence_uses_the_general_one() -> None:
    day = {"day": date(2026, 11, 18), "days": 14}
    assert "2026年11月18日" in say(Phrase("since_harvest", day), "ja")
    assert "18 November 2026" in say(Phrase("around_harvest", day), "en")
