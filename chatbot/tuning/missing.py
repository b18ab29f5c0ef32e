"""One list of what people did not find, from the bot, the search and the garbage guide. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from chatbot.tuning.grouping import groups

UNKNOWN, UNPICKED, UNSOLVED, GARBAGE, SEARCH = (
    "unknown",
    "unpicked",
    "unsolved",
    "garbage",
    "search",
)
LASTING = frozenset({"not_ours", "ignore"})  # decisions that later askings do not bring back
MOST_SAID = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """One asking in vain (of the search: one day's). who: what tells askers apart, without them."""

    folded: str
    words: str
    source: str
    day: date
    who: str
    times: int = 1
    key: str = ""
    reason: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """What staff made of a question, and when."""

    id: str
    folded: str
    act: str
    day: date


@dataclass(slots=True)
class Miss:
    """Near-same questions together."""

    folded: str
    words: str
    times: int = 0
    last: date = date.min
    sources: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    keys: Counter[str] = field(default_factory=Counter)
    others: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    days: set[date] = field(default_factory=set)
    askers: set[str] = field(default_factory=set)
    again: bool = False

    @property
    def people(self) -> int:
        """About how many people: askings in different hours or on another face."""
        return len(self.askers)


def gathered(asked: Iterable[Asked], decided: Iterable[Decided] = ()) -> list[Miss]:
    """What was missed, by people affected, without what staff have dealt with.

    Something dealt with that is asked in vain on a later day comes back (`again`), unless it is
    not the city's or to be ignored.
    """
    by_key: dict[str, list[Asked]] = {}
    for one in asked:
        if one.folded:
            by_key.setdefault(one.folded, []).append(one)
    weights = {key: sum(one.times for one in many) for key, many in by_key.items()}
    dealt: dict[str, Decided] = {one.folded: one for one in decided}
    found = (_miss(keys, by_key, dealt) for _, keys in groups(weights))
    left = [miss for miss in found if miss is not None]
    return sorted(left, key=lambda one: (-one.people, -one.times, one.folded))


def _miss(
    keys: list[str], by_key: Mapping[str, list[Asked]], dealt: Mapping[str, Decided]
) -> Miss | None:
    askings = [one for key in keys for one in by_key[key]]
    before = [dealt[key] for key in keys if key in dealt]
    if before:
        day = max(one.day for one in before)
        askings = [one for one in askings if one.day > day]
        if any(one.act in LASTING for one in before) or not askings:
            return None
    words = Counter(one.words for one in askings for _ in range(one.times))
    miss = Miss(keys[0], words.most_common(1)[0][0], again=bool(before))
    miss.others = [each for each, _ in words.most_common(4)[1:]]
    for one in askings:
        _count(miss, one)
    return miss


def _count(miss: Miss, one: Asked) -> None:
    miss.times += one.times
    miss.last = max(miss.last, one.day)
    miss.days.add(one.day)
    miss.askers.update(f"{one.day}{one.who}{number}" for number in range(_heads(one)))
    miss.sources[one.source] += one.times
    if one.reason:
        miss.reasons[one.reason] += 1
    if one.key:
        miss.keys[one.key] += 1
    if one.said and len(miss.said) < MOST_SAID:
        miss.said.append(one.said)


def _heads(one: Asked) -> int:
    """The search counts by day only: its askings are taken for as many people."""
    return one.times if one.source == SEARCH else 1
