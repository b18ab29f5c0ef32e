"""Runs the tests kept beside a service's rules: example birthdates and the dates they must give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.catalogue.model import Example, Service
from portal.catalogue.rules import BIRTHDATE, Known, Rule
from portal.catalogue.windows import Window

TRIAL_DAYS = (date(1880, 1, 1), date(1904, 2, 29), date(2200, 12, 31))


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one test came out."""

    number: int
    example: Example
    window: Window | None
    passed: bool


def run(service: Service) -> list[Outcome]:
    """Every test of a service. The answer never depends on the day it is run."""
    return [_outcome(service, each, n) for n, each in enumerate(service.tests)]


def failures(service: Service) -> list[Outcome]:
    """The tests that fail."""
    return [each for each in run(service) if not each.passed]


def asked_on(example: Example) -> date:
    """The day the test is about: its own, else one the window must hold."""
    day = example.today or example.opens or example.closes or example.birthdate
    assert day is not None  # noqa: S101  (the reader refuses an example without any day)
    return day


def _outcome(service: Service, example: Example, number: int) -> Outcome:
    day = asked_on(example)
    rule = _rule(service, example, day)
    known = Known(example.birthdate, example.facts)
    window = rule.window(known, day) if rule else None
    return Outcome(number, example, window, _agrees(example, window))


def _rule(service: Service, example: Example, day: date) -> Rule | None:
    for milestone in service.milestones:
        if milestone.key == example.milestone:
            return milestone.rule
    return service.rule_on(day)


def _agrees(example: Example, window: Window | None) -> bool:
    if window is None:
        return example.never
    return not example.never and (window.opens, window.closes) == (example.opens, example.closes)


def try_out(service: Service) -> None:
    """Ask every rule about very old and very young people; ValueError, OverflowError if it breaks.

    A rule may read well and still count past the calendar's end, on everybody's page.
    """
    rules = [version.rule for version in service.versions]
    for rule in [*rules, *(each.rule for each in service.milestones)]:
        for day in TRIAL_DAYS:
            facts = {name: day for name in rule.anchors if name != BIRTHDATE}
            for birthdate in TRIAL_DAYS:
                known = Known(birthdate, facts)
                if rule.window(known, day) is not None:
                    rule.reason(known, day)
