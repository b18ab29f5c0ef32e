"""What is worth a second look in an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from chatbot.knowledge.entries import Entry, EntryKind, Text
from chatbot.knowledge.lint import Finding, Level, lint, twins
from chatbot.knowledge.store import shipped

TODAY = date(2026, 11, 20)
GOOD = "**市民課の窓口で取れます。** 1通400円です。"


def entry(answer: str = GOOD, question: str = "住民票はどこで取れますか", **more: object) -> Entry:
    texts = {"ja": Text(question, answer, ("別の聞き方",)), "en": Text("Where?", "Here.", ("a",))}
    made = Entry(
        "k", EntryKind.FAQ, "c", "general", texts, (), "t", "", TODAY, "o", date(2026, 4, 1)
    )
    return replace(made, **more)  # type: ignore[arg-type]


def messages(found: list[Finding]) -> str:
    return " ".join(one.message % dict(one.params) for one in found)


def test_a_good_answer_has_nothing_amiss() -> None:
    assert lint(entry(), TODAY) == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("詳しくはこちらをご覧ください。", "does not answer"),
        ("以下のとおりです。\n- 一つ", "does not answer"),
        ("あ" * 81 + "。", "first sentence is long"),
        (GOOD + "い" * 500, "too long for a phone"),
        ("はい。[こちら](/services/nothing)", "/services/nothing leads nowhere"),
        ("田中様のように出します。", "田中様"),
        ("090-1234-5678 に電話します。", "090-1234-5678"),
        ("1234 5678 9012 です。", "1234 5678 9012"),
        ("taro@mail.test に送ります。", "taro@mail.test"),
    ],
)
def test_each_flaw_is_found(answer: str, words: str) -> None:
    assert words in messages(lint(entry(answer), TODAY, {"/services/garbage"}))


@pytest.mark.parametrize(
    "answer",
    [
        "はい。[ごみ](/services/garbage?lang=en#how) を見てください。",
        "市民課(0000-00-1101)です。",
        "はい。市民の皆様が使えます。kouho@city.mado.example へ。",
        "令和8年4月から2026年まで、100-200円です。",
    ],
)
def test_what_is_right_is_left_alone(answer: str) -> None:
    assert lint(entry(answer), TODAY, {"/services/garbage"}) == []


def test_days_and_languages() -> None:
    assert "ended on 2026-11-19" in messages(lint(entry(valid_to=date(2026, 11, 19)), TODAY))
    assert "It ends on" in messages(lint(entry(valid_to=date(2026, 11, 30)), TODAY))
    assert lint(entry(valid_to=date(2027, 11, 30)), TODAY) == []
    assert "looked over since" in messages(lint(entry(review_on=TODAY), TODAY))
    ja = Text("問い", GOOD, ("a",))
    texts = {"ja": ja, "vi": Text("q", "a", signed=False)}
    found = lint(entry(texts=texts), TODAY)
    assert {(one.language, one.level) for one in found} == {("en", Level.NOTE), ("vi", Level.NOTE)}


def test_twins_are_found() -> None:
    one = entry()
    near = replace(entry(question="住民票は、どこで取れますか?"), key="other")
    far = replace(entry(question="ごみの日はいつですか"), key="far")
    found = twins([one, near, far])
    assert [(each.key, each.params["other"]) for each in found if "Nearly" in each.message] == [
        ("other", "k")
    ]
    assert {each.key for each in found if "leads to" in each.message} == {"other", "far"}


def test_what_we_ship_has_nothing_to_mend() -> None:
    bad = [
        one
        for each in shipped().entries
        for one in lint(each, TODAY)
        if one.level is not Level.NOTE
    ]
    assert bad == []
    assert [one for one in twins(shipped().entries) if "Nearly" in one.message] == []
