"""What every rule is: an anchor date, branches of two edges that never run backwards, a reason.

A branch is a pair of functions from the anchor (usually the birthdate) to the first and the last
day of a window. Both are monotone: a later anchor never gives an earlier day. That one property
lets the same rule answer forwards (when is it open for this person?) and, by bisection, backwards
(for which birthdates is it open today?).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import NamedTuple, Self

from portal.catalogue.reading import Fields
from portal.catalogue.windows import EVER, NEVER, Window, choose, window_between

BIRTHDATE = "birthdate"
FactValue = date | int | str | bool | tuple[int, ...] | tuple[date, date]
Facts = Mapping[str, FactValue]
NO_FACTS: Facts = MappingProxyType({})
EdgeOf = Callable[[date], date]


@dataclass(frozen=True, slots=True)
class Known:
    """What a rule may look at about one person: a birthdate and facts they entered themselves."""

    birthdate: date | None = None
    facts: Facts = field(default_factory=lambda: NO_FACTS)

    def anchor(self, name: str) -> date | None:
        """The date an anchor's name stands for, when it is known."""
        value = self.birthdate if name == BIRTHDATE else self.facts.get(name)
        return value if isinstance(value, date) else None


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence to be said later: its key in data/phrases.yaml and what to fill in."""

    key: str
    params: Mapping[str, object] = field(default_factory=dict)


class Branch(NamedTuple):
    """First and last day of one window as monotone functions of the anchor."""

    opens: EdgeOf
    closes: EdgeOf


def ever(_: date) -> date:
    """The edge of a window without beginning."""
    return EVER


def never(_: date) -> date:
    """The edge of a window without end."""
    return NEVER


def fixed(day: date) -> EdgeOf:
    """An edge that is the same day for everybody."""
    return lambda _: day


def itself(anchor: date) -> date:
    """The anchor's own day as an edge."""
    return anchor


@dataclass(frozen=True, kw_only=True)
class Rule(ABC):
    """A rule of dates. Terms every kind of rule shares are fields here.

    anchors: names of dates, the latest known one counts
    late: after the window the duty stays (overdue) instead of passing
    not_before, not_after: days the law itself begins and ends to apply
    excludes: facts that, when true, take the person out ("married")
    """

    anchors: tuple[str, ...] = (BIRTHDATE,)
    late: bool = False
    not_before: date | None = None
    not_after: date | None = None
    excludes: tuple[str, ...] = ()

    recurring = False
    value_is_close = False

    @classmethod
    @abstractmethod
    def read(cls, fields: Fields) -> Self:
        """Build the rule from its own fields; raises FaultyEntry naming the field."""

    @abstractmethod
    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """The windows that can matter around `today`, as functions of the anchor."""

    @abstractmethod
    def reason(self, known: Known, today: date) -> Phrase:
        """Why this is shown to this person; `known` has the anchor."""

    @abstractmethod
    def describe(self) -> Phrase:
        """The rule in plain words."""

    @property
    def reversible(self) -> bool:
        """Whether the rule can be asked for birthdates: it needs no other personal date."""
        return BIRTHDATE in self.anchors or not self.anchors

    def applies_to(self, known: Known) -> bool:
        """Whether no entered fact takes the person out."""
        return not any(known.facts.get(name) for name in self.excludes)

    def anchor_name(self, known: Known) -> str | None:
        """Name of the latest known anchor (a family that moved in after the birth counts anew)."""
        dated = [(day, name) for name in self.anchors if (day := known.anchor(name))]
        return max(dated)[1] if dated else None

    def anchor_of(self, known: Known) -> date | None:
        """The latest known anchor; a rule without anchors runs on the calendar alone."""
        if not self.anchors:
            return EVER
        if len(self.anchors) == 1:
            return known.anchor(self.anchors[0])
        name = self.anchor_name(known)
        return known.anchor(name) if name else None

    def limited(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """Branches cut to the days the law applies."""
        branches = self.branches(today, facts)
        if self.not_before is None and self.not_after is None:
            return branches
        return tuple(self._limit(branch) for branch in branches)

    def _limit(self, branch: Branch) -> Branch:
        start, end = self.not_before or EVER, self.not_after or NEVER
        return Branch(
            lambda anchor: max(branch.opens(anchor), start),
            lambda anchor: min(branch.closes(anchor), end),
        )

    def window(
        self, known: Known, today: date, branches: tuple[Branch, ...] | None = None
    ) -> Window | None:
        """The window that matters on `today`; None when the rule says nothing about the person.

        `branches` spares making them again for the next person of the same day.
        """
        anchor = self.anchor_of(known)
        if anchor is None or not self.applies_to(known):
            return None
        windows = [
            window_between(branch.opens(anchor), branch.closes(anchor), late=self.late)
            for branch in (branches or self.limited(today, known.facts))
        ]
        if len(windows) == 1:
            return windows[0]
        return choose(windows, today, recurring=self.recurring)

    def value(self, window: Window) -> date | None:
        """The one date a "when is it?" question is about."""
        return window.closes if self.value_is_close else window.opens
