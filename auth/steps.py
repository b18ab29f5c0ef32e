"""The order of a sign-in: what has been proven decides what is asked next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """What a person is asked next."""

    FIRST = "first"
    SECOND = "second"
    SET_UP = "set_up"
    TERMS = "terms"
    DONE = "done"


@dataclass(frozen=True)
class Progress:
    """The facts of one sign-in."""

    first_proven: bool
    known: bool  # an account has this identity
    second_proven: bool
    consented: bool  # to the terms of today


def next_step(progress: Progress) -> Step:
    """No account, and no session of one, before both steps are proven and the terms are agreed."""
    if not progress.first_proven:
        return Step.FIRST
    if not progress.second_proven:
        return Step.SECOND if progress.known else Step.SET_UP
    return Step.DONE if progress.consented else Step.TERMS
