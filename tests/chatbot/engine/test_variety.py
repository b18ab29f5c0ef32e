"""Near copies make room, and what leads without labels is seen."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chatbot.engine.index import Scores
from chatbot.engine.variety import FIRST, LOOKED_AT, SHOWN, among_shown, varied


def alike(*pairs: tuple[int, int]):
    known = {frozenset(pair) for pair in pairs}

    def likeness(place: int, others: Sequence[int]) -> Scores:
        return np.array([float(frozenset((place, one)) in known) for one in others], np.float32)

    return likeness


def test_a_copy_of_what_is_shown_lets_another_answer_pass() -> None:
    scores = np.array([0.9, 0.8, 0.7, 0.60, 0.58, 0.57], np.float32)
    assert varied(range(6), scores, alike((0, 3))) == [0, 1, 2, 4, 5, 3]


def test_a_copy_that_is_clearly_better_stays() -> None:
    scores = np.array([0.9, 0.8, 0.7, 0.66, 0.58, 0.57], np.float32)
    assert varied(range(6), scores, alike((0, 3))) == [0, 1, 2, 3, 4, 5]


def test_the_first_three_stand_even_if_they_are_copies() -> None:
    scores = np.array([0.9, 0.8, 0.79, 0.78], np.float32)
    assert varied(range(4), scores, alike((0, 1), (0, 2)))[:FIRST] == [0, 1, 2]


@given(st.integers(FIRST, 2 * LOOKED_AT))
def test_nobody_is_lost_or_comes_twice(size: int) -> None:
    scores = np.linspace(1, 0.5, size, dtype=np.float32)
    order = varied(range(size), scores, alike((0, 4), (3, 5)))
    assert sorted(order) == list(range(size))
    assert sorted(among_shown(order, size - 1)) == list(range(size))


def test_what_leads_without_labels_is_the_last_of_the_shown() -> None:
    order = among_shown(list(range(9)), 7)
    assert order == [0, 1, 2, 3, 7, 4, 5, 6, 8]
    assert order.index(7) == SHOWN - 1


def test_what_is_shown_already_keeps_its_place() -> None:
    assert among_shown(list(range(9)), 2) == list(range(9))
