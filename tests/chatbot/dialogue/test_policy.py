"""The reply policy as pure rules."""

import pytest

from chatbot.dialogue.policy import Thresholds, judge, sureness
from chatbot.engine.ranking import Match

LIMITS = Thresholds()


def match(key: str, score: float, likeness: float = 0.0, meant: float = 0.5) -> Match:
    return Match(key, score, likeness, "", words=0.5, meant=meant)


@pytest.mark.parametrize(
    ("matches", "sure", "keys"),
    [
        ([], False, []),
        # It shares next to nothing with the question, in words or meaning.
        ([Match("a", 0.4, 0.0, "", words=0.1, meant=0.2)], False, []),
        ([Match("a", 0.2, 0.0, "", words=0.0, meant=0.5)], False, ["a"]),
        ([match("a", 0.9, 1.0)], True, ["a"]),
        # The same words were written for two entries: ask back.
        ([match("a", 0.9, 1.0), match("b", 0.6, 0.95)], False, ["a", "b"]),
        # The same letters beat the same words.
        ([match("a", 1.9, 2.0), match("b", 0.9, 1.0)], True, ["a"]),
        ([match("a", 0.8, 0.4), match("b", 0.5, 0.2)], True, ["a"]),
        ([match("a", 0.8, 0.4), match("b", 0.75, 0.2)], False, ["a", "b"]),
        # Two near ones and a third far away: still in doubt.
        ([match("a", 0.8), match("b", 0.75), match("c", 0.5)], False, ["a", "b", "c"]),
        ([match(k, 0.5) for k in "abcdefg"], False, list("abcde")),
        ([match("a", 0.3), *(match(k, 0.1) for k in "bcde")], False, ["a", "b", "c"]),
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
    far = Match("hello", 0.3, 0.0, "", words=0.0, meant=0.5)
    assert judge([far], LIMITS, {"hello"}).matches == ()


def test_sureness_grows_with_the_lead_and_the_likeness() -> None:
    near = sureness([match("a", 0.6), match("b", 0.55), match("c", 0.5)])
    assert sureness([match("a", 0.8), match("b", 0.55), match("c", 0.5)]) > near
    assert sureness([match("a", 0.6, 0.8), match("b", 0.55), match("c", 0.5)]) > near
