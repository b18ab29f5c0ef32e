"""Grouping, figures, the gate and the share of a pilot: tables without a database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from chatbot.dialogue.payloads import ENTRY, NONE, Pick, write
from chatbot.dialogue.reply import Kind, Option, Reply
from chatbot.tuning import figures, missing
from chatbot.tuning.figures import Outcome, Shortfall
from chatbot.tuning.grouping import alike, folded, groups
from chatbot.tuning.missing import Asked, Decided
from chatbot.tuning.serving import in_share

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("住民票の取り方を教えてください", "住民票の取り方"),
        ("ジュウミンヒョウ?", "じゅうみんひょう"),
        ("ＰＣを捨てたい", "pcを捨てたい"),
    ],
)
def test_what_differs_in_writing_only_has_one_key(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_near_questions_are_one_group_under_the_most_frequent() -> None:
    weights = {
        "保育園の入園申込": 5,
        "保育園の入園申込み": 2,
        "粗大ごみの料金": 3,
        "保育園入園申込": 1,
    }
    assert groups(weights) == [
        ("保育園の入園申込", ["保育園の入園申込", "保育園の入園申込み", "保育園入園申込"]),
        ("粗大ごみの料金", ["粗大ごみの料金"]),
    ]


def test_likeness_is_even_and_bounded() -> None:
    assert alike("ごみ", "ごみ") == 1
    assert alike("あ", "い") == 0
    assert alike("", "") == 1
    assert alike("ごみの日", "ごみ") == alike("ごみ", "ごみの日")


def asked(words: str, *, day: date = DAY, who: str = "9 web", **more: object) -> Asked:
    return Asked(folded(words), words, str(more.pop("source", "unknown")), day, who, **more)  # type: ignore[arg-type]


def test_misses_are_ranked_by_people_not_by_repetition() -> None:
    many = [asked("墓地の申込", who=f"{hour} web") for hour in range(3)]
    one_person = [asked("犬の登録") for _ in range(9)]
    searched = [asked("犬の散歩道", source=missing.SEARCH, times=2)]
    found = missing.gathered([*one_person, *many, *searched])
    assert [(miss.words, miss.people, miss.times) for miss in found] == [
        ("墓地の申込", 3, 3),
        ("犬の散歩道", 2, 2),
        ("犬の登録", 1, 9),
    ]


def test_what_staff_dealt_with_comes_back_only_when_it_fails_again() -> None:
    before = Decided("1", folded("墓地の申込"), "alias", DAY)
    assert not missing.gathered([asked("墓地の申込")], [before])
    (again,) = missing.gathered([asked("墓地の申込", day=DAY + timedelta(days=1))], [before])
    assert again.again and again.times == 1
    ignored = Decided("1", folded("墓地の申込"), "ignore", DAY)
    assert not missing.gathered([asked("墓地の申込", day=DAY + timedelta(days=9))], [ignored])


def outcome(wanted: str, *ranked: str, sure: bool = False, seen: bool = False) -> Outcome:
    return Outcome(wanted, wanted, ranked, sure, seen, 4.0)


def test_a_wrong_answer_is_never_counted_as_answered() -> None:
    found = figures.measure(
        [
            outcome("a", "a", sure=True, seen=True),
            outcome("b", "x", sure=True),
            outcome("c", "x", "c"),
            outcome("d"),
        ]
    )
    assert (found.sr1, found.sr3) == (0.25, 0.5)
    assert (found.coverage, found.precision) == (0.5, 0.5)
    assert (found.seen, found.unseen) == (1.0, 0.0)
    assert (found.questions, found.seen_questions, found.unseen_questions) == (4, 1, 3)


def test_the_gate_says_what_is_missing() -> None:
    gate = figures.read_gate("questions=2 sr@1=0.6 precision=0.8 unseen=0.5 p95_ms=3")
    found = figures.measure([outcome("a", "a", seen=True), outcome("b", "x", seen=True)])
    assert figures.shortfalls(found, gate) == [
        Shortfall("sr@1", 0.6, 0.5),
        Shortfall("precision", 0.8, None),  # nothing was answered at once: nothing is proved
        Shortfall("unseen", 0.5, None),
        Shortfall("p95_ms", 3, 4.0),
    ]
    assert not figures.shortfalls(found, figures.read_gate("sr@1=0.5 questions=2"))


@pytest.mark.parametrize("written", ["sr@2=1", "sr@1", "sr@1=high"])
def test_a_gate_that_can_not_be_read_is_refused(written: str) -> None:
    with pytest.raises(figures.UnknownMeasure):
        figures.read_gate(written)


def test_the_ranking_is_what_a_reply_leads_to() -> None:
    answered = Reply(Kind.ANSWER, "ja", ("300円",), key="fee")
    options = (Option("手数料", write(Pick(ENTRY, "fee"))), Option("ない", write(Pick(NONE))))
    offered = Reply(Kind.CANDIDATES, "ja", ("?",), options=options)
    assert figures.ranking(answered) == figures.ranking(offered) == ("fee",)
    assert figures.is_sure(answered) and not figures.is_sure(offered)
    assert figures.ranking(Reply(Kind.UNKNOWN, "ja", ("?",))) == ()


def test_percentiles_are_of_the_nearest_rank() -> None:
    assert figures.percentile([float(n) for n in range(1, 101)], 95) == 95
    assert figures.percentile([7.0], 95) == 7
    assert figures.percentile([], 95) == 0


def test_a_share_is_steady_for_a_talk_and_about_right() -> None:
    talks = [f"talk{number}" for number in range(2000)]
    share = [talk for talk in talks if in_share(talk, "release", 10)]
    assert 140 < len(share) < 260
    assert all(in_share(talk, "release", 20) for talk in share)  # a wider pilot keeps its talks
    assert not any(in_share(talk, "release", 0) for talk in talks)
    assert all(in_share(talk, "release", 100) for talk in talks)


def test_a_third_of_the_test_questions_is_never_learned_from() -> None:
    kept = sum(figures.held_out(f"質問{number}") for number in range(600))
    assert 150 < kept < 250
