"""The reply policy as pure rules."""

import pytest

from chatbot.dialogue.policy import Thresholds, judge
from chatbot.engine.ranking import Match

LIMITS = Thresholds()


def match(key: str, score: float, likeness: float = 0.0) -> Match:
    return Match(key, score, likeness, "")


@pytest.mark.parametrize(
    ("matches", "sure", "keys"),
    [
        ([], False, []),
        ([match("a", 0.1)], False, []),
        ([match("a", 0.9, 1.0)], True, ["a"]),
        # The same words were written for two entries: ask back.
        ([match("a", 0.9, 1.0), match("b", 0.85, 0.95)], False, ["a", "b"]),
        # The same letters beat the same words.
        ([match("a", 1.9, 2.0), match("b", 0.9, 1.0)], True, ["a"]),
        ([match("a", 0.9, 0.6), match("b", 0.5, 0.2)], True, ["a"]),
        ([match("a", 0.9, 0.6), match("b", 0.8, 0.2)], False, ["a", "b"]),
        # A long answer that holds every word is not yet the right question.
        ([match("a", 0.9, 0.2), match("b", 0.1)], False, ["a", "b"]),
        ([match(k, 0.5) for k in "abcdefg"], False, list("abcde")),
        ([match("a", 0.6), *(match(k, 0.05) for k in "bcde")], False, ["a", "b", "c"]),
    ],
)
def test_answer_candidates_or_nothing(matches: list[Match], sure: bool, keys: list[str]) -> None:
    verdict = judge(matches, LIMITS)
    assert verdict.sure is sure
    assert [one.key for one in verdict.matches] == keys


def test_small_talk_is_answered_but_never_offered() -> None:
    assert judge([match("hello", 2.0, 2.0)], LIMITS, {"hello"}).sure
    unsure = judge([match("hello", 0.6), match("a", 0.5)], LIMITS, {"hello"})
    assert [one.key for one in unsure.matches] == ["a"]
    assert judge([match("hello", 0.6)], LIMITS, {"hello"}).matches == ()
