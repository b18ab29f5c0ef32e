"""A rule in plain words, and what it gives for example birthdates, while it is being written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.catalogue.model import Text
from portal.catalogue.phrases import say
from portal.catalogue.reading import FaultyEntry
from portal.catalogue.reverse import BirthdateRange, birthdates_open_on
from portal.catalogue.rules import BIRTHDATE, Known, Rule, parse_rule
from portal.catalogue.staff.bodies import Body
from portal.catalogue.windows import State, Window, state_of
from portal.core.languages import in_japanese
from portal.residents.days import said_with_era

ODD_DAYS = ((4, 1), (4, 2), (8, 31))  # the edges of a school year, and a day half the months lack
SOMEBODY = Text("その方", "the person")
RANGES = 4
SAMPLES = 9


@dataclass(frozen=True, slots=True)
class Sample:
    """One example: the day it is about, the window, how it stands today, the reason."""

    about: date
    window: Window | None
    state: State | None
    reason: str


@dataclass(frozen=True, slots=True)
class Explained:
    """One rule. `anchors`: the dates it counts from other than the birthdate."""

    prefix: str
    sentence: str
    fault: str
    open_now: tuple[BirthdateRange, ...]
    everybody: bool
    anchors: tuple[str, ...]
    samples: tuple[Sample, ...]


def explain(body: Body, today: date, language: str, typed: Iterable[date] = ()) -> list[Explained]:
    """Every rule of a service's body as far as it can be read."""
    return [_explained(prefix, rule, today, language, list(typed)) for prefix, rule in _rules(body)]


def _rules(body: Body) -> Iterable[tuple[str, object]]:
    if "rule" in body:
        yield "versions[0].rule", body["rule"]
    for name in ("versions", "milestones"):
        for number, each in enumerate(body.get(name, [])):
            yield f"{name}[{number}].rule", each.get("rule", {})


def _explained(
    prefix: str, value: object, today: date, language: str, typed: list[date]
) -> Explained:
    try:
        rule = parse_rule(value)
        return _in_words(prefix, rule, today, language, typed)
    except FaultyEntry as fault:
        return Explained(prefix, "", fault.problem, (), False, (), ())
    except (ValueError, OverflowError):
        return Explained(prefix, "", "counts past the calendar", (), False, (), ())


def _in_words(prefix: str, rule: Rule, today: date, language: str, typed: list[date]) -> Explained:
    open_now = birthdates_open_on(rule, today) if rule.reversible and rule.anchors else ()
    about = [*typed, *_examples(rule, open_now, today)][:SAMPLES]
    return Explained(
        prefix=prefix,
        sentence=say(rule.describe(), language),
        fault="",
        open_now=open_now[:RANGES],
        everybody=not rule.anchors,
        anchors=tuple(name for name in rule.anchors if name != BIRTHDATE),
        samples=tuple(_sample(rule, day, today, language) for day in dict.fromkeys(about)),
    )


def _examples(rule: Rule, ranges: tuple[BirthdateRange, ...], today: date) -> list[date]:
    """Days whose windows show how the edges behave: of people concerned today, and odd ones."""
    if not rule.anchors or not rule.reversible:
        return [today]
    ends = [end for each in ranges[:2] for end in (each.first, each.last) if end]
    year = (ends[-1] if ends else today).year
    leap = next(y for y in range(year, year - 9, -1) if y % 4 == 0 and (y % 100 or not y % 400))
    odd = [date(year, *day) for day in ODD_DAYS]
    return [*ends, *odd, date(leap, 2, 29)]


def _sample(rule: Rule, day: date, today: date, language: str) -> Sample:
    """By birthdate, or, where the rule counts from something else, as if that were the day."""
    born = day if rule.reversible else date(1990, 4, 2)
    facts = {} if rule.reversible else {name: day for name in rule.anchors if name != BIRTHDATE}
    known = Known(born, facts)
    window = rule.window(known, today)
    if window is None:
        return Sample(day, None, None, "")
    reason = say(rule.reason(known, today), language, SOMEBODY.say(language))
    return Sample(day, window, state_of(window, today), reason)


def say_range(found: BirthdateRange, language: str) -> str:
    """From the first to the last birthdate."""
    first, last = (said_with_era(day, language) if day else "" for day in (found.first, found.last))
    between = "〜" if in_japanese(language) else " – "
    return f"{first}{between}{last}"
