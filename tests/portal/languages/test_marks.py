"""Readings and fallen words by place: elements where a page may hold them, else bare letters."""

from __future__ import annotations

import json
from datetime import date

import pytest

from portal.catalogue import phrases
from portal.catalogue.model import Text
from portal.catalogue.rules import Phrase
from portal.core import day_words, text_marks
from portal.core.languages import EASY, LANGUAGES, TRANSLATED, best, known
from portal.core.text_marks import NOTICE, NOTICE_OVER, fallen, marked

KANJI = marked("{漢字|かんじ}")


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        (f"<p>{KANJI}</p>", "<p><ruby>漢字<rt>かんじ</rt></ruby></p>"),
        (f'<p title="{KANJI}">x</p>', '<p title="漢字">x</p>'),
        (f"<title>{KANJI} | 市</title>", "<title>漢字 | 市</title>"),
        (f'<option value="1">{KANJI}</option>', '<option value="1">漢字</option>'),
        (f"<textarea>{KANJI}</textarea>", "<textarea>漢字</textarea>"),
        (f"<svg><text x='1'>{KANJI}</text></svg>", "<svg><text x='1'>漢字</text></svg>"),
        (
            f'<script type="application/ld+json">{json.dumps({"a": KANJI})}</script>',
            f'<script type="application/ld+json">{json.dumps({"a": "漢字"})}</script>',
        ),
        (f"<p>{KANJI[:-1]}</p>", "<p>漢字かんじ</p>"),  # cut off: no element is left open
    ],
)
def test_furigana_by_place(html: str, wanted: str) -> None:
    assert text_marks.page(html, ruby=True) == wanted


def test_without_furigana_only_letters_are_left() -> None:
    assert text_marks.page(f"<p>{KANJI}</p>", ruby=False) == "<p>漢字</p>"
    assert text_marks.plain(f"{KANJI}を") == "漢字(かんじ)を"
    assert json.loads(text_marks.json(json.dumps({"a": KANJI}))) == {"a": "漢字"}


def test_only_kana_are_a_reading() -> None:
    for text in ("{a|b}", "{name}", "[x|y]", "{漢字}", "{漢字|x}"):
        assert marked(text) == text
    assert text_marks.without(f"a{KANJI}") == "a漢字かんじ"


def test_words_that_fell_back_say_their_language_and_the_page_says_it_once() -> None:
    notice = f"{NOTICE}<p>một phần</p>{NOTICE_OVER}"
    inner = fallen(f"until {fallen('Monday', 'en')}", "en")
    html = f'<title>{inner}</title>{notice}<p aria-label="{inner}">{inner}</p>'
    assert text_marks.page(html, ruby=True, language="vi") == (
        '<title>until Monday</title><p>một phần</p><p aria-label="until Monday">'
        '<span lang="en">until <span lang="en">Monday</span></span></p>'
    )
    assert text_marks.page(f"{notice}<p>x</p>", ruby=True, language="vi") == "<p>x</p>"
    easy = text_marks.page(f"{notice}{fallen('市役所', 'ja')}", ruby=True, language=EASY)
    assert easy == "<p>một phần</p>市役所"  # the page itself is in Japanese


def test_a_text_falls_back_visibly() -> None:
    text = Text("市役所", "City hall", {"ko": "시청"})
    assert text.say("ko") == "시청"
    assert text.say("vi") == fallen("City hall", "en")
    assert text.say(EASY) == fallen("市役所", "ja")
    assert (text.say("ja"), text.say("en")) == ("市役所", "City hall")


def test_the_reader_gets_the_nearest_language() -> None:
    assert [best({"ja", "en"}, one) for one in ("vi", EASY, "en")] == ["en", "ja", "en"]
    assert best({"ja"}, "vi") == "ja"
    tags = ("zh-TW", "zh_CN", "fil-PH", "en-GB", "ja-JP", "fr", "ja-Hira")
    assert [known(tag) for tag in tags] == ["zh-Hant", "zh-Hans", "tl", "en", "ja", None, EASY]


def test_dates_are_written_as_each_language_writes_them() -> None:
    day = date(2026, 12, 3)
    said = {code: text_marks.plain(day_words.say(day, "full", code)) for code in TRANSLATED}
    assert said == {
        EASY: "2026年(ねん)12月(がつ)3日(みっか)（木(もく)）",
        "zh-Hans": "2026年12月3日（周四）",
        "zh-Hant": "2026年12月3日（週四）",
        "ko": "2026년 12월 3일 (목)",
        "vi": "Th 5, 3/12/2026",
        "tl": "Huw, 3 Dis 2026",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_are_said_in_every_language(language: str) -> None:
    turns = Phrase("turns_age", {"day": date(2026, 5, 1), "age": 18})
    said = phrases.say(turns, language, "Sakura")
    assert "Sakura" in said
    assert not {"{", "[", "|"} & set(said)
    fiscal = phrases.say_value("fiscal_year", 2026, language)
    assert ("令和" in fiscal) is language.startswith("ja")
