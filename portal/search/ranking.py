"""How well a name answers what was typed: the same, inside, said alike, a slip away. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from portal.search.folding import HAN, JAPANESE, pairs

SAME, INSIDE, SLIP, SHARED = 1.0, 0.8, 0.6, 0.5
PARTLY = 0.35  # when one of several words is in no name; below a text that has them all
HOMOPHONE = 0.85  # of kanji that are read alike but look different
SHORTEST_INSIDE = 2  # letters a name needs to count when it stands inside a longer question
ENOUGH = 0.34  # below this a document has nothing to do with the words
LONG, LONG_LATIN = 5, 14  # pairs from which a word is a question
MUCH_SHARED = 0.55  # share of the telling pairs that a long question must have in common


@dataclass(frozen=True, slots=True)
class Word:
    """One typed word: how it looks, and how it may sound (several where kanji have readings)."""

    face: str
    sounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a document."""

    shown: str
    face: str
    sound: str
    strength: float


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a document answers; `by` is the name that did, `exact`: without forgiving."""

    points: float
    by: str
    exact: bool


NO_FIT = Fit(0.0, "", exact=False)


def fit(
    words: Sequence[Word],
    names: Sequence[Name],
    rarity: Mapping[str, float],
    *,
    forgiving: bool = True,
) -> Fit:
    """The mean over the words of the name that answers each best."""
    fits = [_best(word, names, rarity, forgiving=forgiving) for word in words]
    points = sum(each.points for each in fits) / len(fits) if fits else 0.0
    if points < ENOUGH:
        return NO_FIT
    if not all(each.points for each in fits):
        points = PARTLY
    by = max(fits, key=lambda each: each.points).by
    return Fit(points, by, all(each.exact for each in fits))


def _best(
    word: Word, names: Sequence[Name], rarity: Mapping[str, float], *, forgiving: bool
) -> Fit:
    """Names that have the word as it is before those that have it nearly."""
    found = _strongest(names, lambda name: _exactly(word, name), exact=True)
    if found.points or not forgiving:
        return found
    return _strongest(names, lambda name: _nearly(word, name, rarity), exact=False)


def _strongest(names: Sequence[Name], likeness: Callable[[Name], float], *, exact: bool) -> Fit:
    found = NO_FIT
    for name in names:
        points = likeness(name) * name.strength
        if points > found.points:
            found = Fit(points, name.shown, exact)
    return found


def _exactly(word: Word, name: Name) -> float:
    heard = max((_containing(each, name.sound) for each in word.sounds), default=0.0)
    if HAN.search(word.face):  # read alike, but written otherwise
        heard *= HOMOPHONE
    return max(_containing(word.face, name.face), heard)


def _nearly(word: Word, name: Name, rarity: Mapping[str, float]) -> float:
    looks = {(word.face, name.face), *((each, name.sound) for each in word.sounds)}
    return max(_alike(*two, rarity) for two in looks)


def _alike(asked: str, name: str, rarity: Mapping[str, float]) -> float:
    own = pairs(asked)
    common = own & pairs(name)
    if not common:
        return 0.0
    return max(
        _slip(asked, name, len(own) - len(common)), _shared(asked, name, own, common, rarity)
    )


def _containing(asked: str, name: str) -> float:
    """1 for the same, less the more stands around it; 0 where neither is in the other."""
    if not asked or not name:
        return 0.0
    if asked == name:
        return SAME
    place = name.find(asked)
    if place >= 0 and (place == 0 or JAPANESE.match(asked) or len(asked) > 2):
        return INSIDE + 0.12 * len(asked) / len(name) + (0.05 if place == 0 else 0.0)
    if len(name) >= SHORTEST_INSIDE and name in asked:
        return INSIDE * min(1.0, 0.55 + 0.45 * len(name) / len(asked))
    return 0.0


def allowed_slips(length: int) -> int:
    """How many wrong, missing or additional letters are forgiven."""
    return 0 if length < 3 else 1 if length < 6 else 2 if length < 11 else 3


def _slip(asked: str, name: str, spoilt: int) -> float:
    """Likeness of the part of a name that is nearest to what was typed; 0 beyond the allowed."""
    allowed = allowed_slips(len(asked))
    # A wrong letter spoils two pairs, swapped ones three: more are more slips than allowed.
    if not allowed or len(name) + allowed < len(asked) or spoilt > 2 * allowed + 1:
        return 0.0
    wrong = _distance_inside(asked, name)
    if wrong > allowed:
        return 0.0
    return SLIP * (1 - wrong / len(asked)) + 0.15 * min(1.0, len(asked) / len(name))


def _distance_inside(asked: str, name: str) -> int:
    """Letters to change so that `asked` stands somewhere in `name` (Sellers); swaps cost one."""
    older: list[int] = []
    before = list(range(len(asked) + 1))
    least = before[-1]
    for j, letter in enumerate(name):
        now = [0]
        for i, other in enumerate(asked, start=1):
            cost = min(before[i] + 1, now[-1] + 1, before[i - 1] + (letter != other))
            if j and i > 1 and letter == asked[i - 2] and other == name[j - 1]:
                cost = min(cost, older[i - 2] + 1)
            now.append(cost)
        older, before = before, now
        least = min(least, now[-1])
    return least


def _shared(
    asked: str, name: str, own: set[str], common: set[str], rarity: Mapping[str, float]
) -> float:
    """For long questions: how much of what is telling in them the name has."""
    if len(own) < (LONG if JAPANESE.search(asked) else LONG_LATIN):
        return 0.0
    unknown = max(rarity.values(), default=1.0)  # in no name at all: nothing is more telling
    whole = sum(rarity.get(pair, unknown) for pair in own)
    share = sum(rarity.get(pair, unknown) for pair in common) / whole if whole else 0.0
    if share < MUCH_SHARED:
        return 0.0
    return SHARED * share + 0.1 * min(1.0, len(asked) / len(name))
