"""Why a resident was chosen: which conditions hold, and by which card; never a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from notifications.segments import tests
from notifications.segments.ages import Age
from notifications.segments.meaning import Naming, Setting
from notifications.segments.phrases import relation_noun
from notifications.segments.segment import Group, Node, Person, Segment, Without

BANDS = ((0, 2), (3, 5), (6, 11), (12, 14), (15, 17), (18, 19))
OLDEST_BAND = 90


@dataclass(frozen=True, slots=True)
class Asking:
    """What every reason needs; `coarse` leaves out age and district where few people are meant."""

    setting: Setting
    naming: Naming
    coarse: bool = False


def reasons(segment: Segment, who: tests.ResidentFacts, asking: Asking) -> list[str]:
    """A line for each condition that holds; for a choice (`any`) those parts that hold."""
    return _of(segment.root, who, asking)


def card(person: tests.PersonFacts, asking: Asking) -> str:
    """The card in words: "a child (3 to 5 years old, Kita)"."""
    noun = relation_noun(asking.naming, person.relation)
    if asking.coarse:
        return noun
    about = [band(person.birthdate, asking)] if person.birthdate else []
    about += [asking.naming.district(person.district)] if person.district else []
    if not about:
        return noun
    listed = asking.naming.gettext(", ").join(about)
    return asking.naming.gettext("%(noun)s (%(about)s)", noun=noun, about=listed)


def band(birthdate: date, asking: Asking) -> str:
    """The ages a person is among."""
    today = asking.setting.today
    had_birthday = (today.month, today.day) >= (birthdate.month, birthdate.day)
    years = today.year - birthdate.year - (not had_birthday)
    if years >= OLDEST_BAND:
        return Age(OLDEST_BAND, None).span(asking.naming)
    found = next((each for each in BANDS if each[0] <= years <= each[1]), None)
    first, last = found or (years // 10 * 10, years // 10 * 10 + 9)
    return Age(first, last).span(asking.naming)


def _of(node: Node, who: tests.ResidentFacts, asking: Asking) -> list[str]:
    match node:
        case Group(together, parts):
            chosen = parts if together else [each for each in parts if _holds(each, who, asking)]
            return [line for part in chosen for line in _of(part, who, asking)]
        case Person(part):
            return _by_card(part, who, asking)
        case Without():
            return [Segment(node).phrase(asking.naming)]
        case _:
            return [node.words(asking.naming)]


def _by_card(part: Node, who: tests.ResidentFacts, asking: Asking) -> list[str]:
    person = next((each for each in who.people if _holds(part, each, asking)), None)
    if person is None:
        return []
    words = _words(part, person, asking)
    conditions = asking.naming.gettext(" and ").join(words)
    if not conditions:
        return [card(person, asking)]
    return [
        asking.naming.gettext(
            "%(card)s: %(conditions)s", card=card(person, asking), conditions=conditions
        )
    ]


def _words(node: Node, person: tests.PersonFacts, asking: Asking) -> list[str]:
    """What holds for the card, besides being that card."""
    if isinstance(node, Group):
        parts = [each for each in node.parts if node.together or _holds(each, person, asking)]
        return [line for part in parts for line in _words(part, person, asking)]
    if getattr(node, "key", "") == "relation":
        return []
    return [Segment(node).phrase(asking.naming)]


def _holds(node: Node, who: tests.ResidentFacts | tests.PersonFacts, asking: Asking) -> bool:
    return tests.holds(Segment(node).test(asking.setting), who)
