"""Looks through the catalogue for what reads well and is still likely to be wrong."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from portal.catalogue import examples
from portal.catalogue.lint_edges import odd_edges
from portal.catalogue.load import Thing
from portal.catalogue.model import Catalogue, Desk, Service, Text
from portal.catalogue.rules.calendar import Always
from portal.core.errors import N_

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
DATED = re.compile(r"\d+\s*(?:月|日|歳|円|か月|週)")
TITLE, TITLE_EN, SUMMARY_EN = 30, 70, 200  # what stays within two lines of a phone's card


class Level(StrEnum):
    """How bad it is: wrong, likely wrong, worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. `message` is an English message key, filled with `params`."""

    thing: Thing
    key: str
    level: Level
    field: str
    message: str
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)

    @property
    def english(self) -> str:
        """For the command line."""
        return self.message % self.params


# Others tell here which addresses do not answer: each gives {key or address: what happened}.
DeadLinks = Callable[[], Mapping[str, str]]
_dead_links: list[DeadLinks] = []


def use_dead_links(source: DeadLinks) -> None:
    """Ask `source` for addresses that do not answer, at every look."""
    if source not in _dead_links:
        _dead_links.append(source)


def lint(catalogue: Catalogue, today: date) -> list[Finding]:
    """Everything found, in the catalogue's order."""
    dead = dead_links()
    found = [each for one in catalogue.services for each in lint_service(one, today, dead)]
    found += [each for desk in catalogue.desks.values() for each in _desk(desk)]
    return found + list(_unused(catalogue))


def dead_links() -> dict[str, str]:
    """What others say does not answer."""
    return {address: what for source in _dead_links for address, what in source().items()}


def lint_service(
    service: Service, today: date, dead: Mapping[str, str] | None = None
) -> list[Finding]:
    """What there is to say about one service. `dead`: links known not to answer (None: ask)."""
    said = [each for look in LOOKS for each in look(service, today)]
    said += _links(service, dead_links() if dead is None and service.online else dead or {})
    found = [
        Finding(Thing.SERVICE, service.key, level, name, message, params)
        for level, name, message, params in said
    ]
    return sorted(found, key=lambda each: list(Level).index(each.level))


Said = tuple[Level, str, str, Mapping[str, object]]


def _versions(service: Service, today: date) -> Iterable[Said]:
    day = timedelta(days=1)
    for earlier, later in pairwise(service.versions):
        if later.valid_from - day > earlier.valid_to:
            gap = {"first": earlier.valid_to + day, "last": later.valid_from - day}
            message = N_("No rule is in force from %(first)s to %(last)s.")
            yield Level.WARNING, "versions", message, gap
    first, last = service.versions[0], service.versions[-1]
    if last.valid_to < today:
        message = N_("The last rule ended on %(day)s.")
        yield Level.WARNING, "versions", message, {"day": last.valid_to}
    elif last.valid_to != date.max:
        message = N_("No rule follows after %(day)s.")
        yield Level.NOTE, "versions", message, {"day": last.valid_to}
    if first.valid_from > today:
        message = N_("The first rule begins on %(day)s.")
        yield Level.NOTE, "versions", message, {"day": first.valid_from}


def _law_days(service: Service, today: date) -> Iterable[Said]:
    """A rule's own days outside the days of its version can never be seen."""
    for version in service.versions:
        early = version.rule.not_before is not None and version.rule.not_before > version.valid_to
        late = version.rule.not_after is not None and version.rule.not_after < version.valid_from
        if early or late:
            message = N_("The rule's own days lie outside the days it is in force.")
            yield Level.ERROR, "versions", message, {}


def _edges(service: Service, today: date) -> Iterable[Said]:
    rule = service.rule_on(today)
    if rule is not None:
        for odd in odd_edges(rule, today):
            yield Level.WARNING if odd.wrong else Level.NOTE, "versions", odd.message, odd.params


def _unconfirmed(service: Service, today: date) -> Iterable[Said]:
    if service.confirmed:
        return
    texts = [service.summary, service.note, service.cost]  # a title may be named after an age
    if any(text and DATED.search(text.ja) for text in texts):
        message = N_("Not confirmed, but its texts say days, ages or amounts.")
        yield Level.WARNING, "confirmed", message, {}
    else:
        yield Level.NOTE, "confirmed", N_("Not confirmed: no date is shown."), {}


def _tests(service: Service, today: date) -> Iterable[Said]:
    for failed in examples.failures(service):
        message = N_("Test %(number)s fails.")
        yield Level.ERROR, f"tests[{failed.number}]", message, {"number": failed.number + 1}
    dated = any(not isinstance(each.rule, Always) for each in service.versions)
    if dated and not service.tests and not service.checks:
        yield Level.NOTE, "tests", N_("No test stands beside the rule."), {}


def _english(service: Service, today: date) -> Iterable[Said]:
    texts = {"title": service.title, "summary": service.summary}
    texts |= {"cost": service.cost} if service.cost else {}
    texts |= {"note": service.note} if service.note else {}
    for name, text in texts.items():
        if _no_english(text):
            yield Level.WARNING, f"{name}.en", N_("The English text is Japanese or empty."), {}


def _lengths(service: Service, today: date) -> Iterable[Said]:
    for path, text, most in (
        ("title.ja", service.title.ja, TITLE),
        ("title.en", service.title.en, TITLE_EN),
        ("summary.en", service.summary.en, SUMMARY_EN),
    ):
        if len(text) > most:
            message = N_("Long: %(length)s characters; up to %(most)s read well on a phone.")
            yield Level.WARNING, path, message, {"length": len(text), "most": most}


def _links(service: Service, dead: Mapping[str, str]) -> Iterable[Said]:
    if problem := dead.get(service.online or ""):
        message = N_("The online link does not answer: %(problem)s")
        yield Level.WARNING, "online", message, {"problem": problem}


LOOKS = (
    _tests, _law_days, _versions, _unconfirmed, _english, _lengths, _edges,
)  # fmt: skip


def _no_english(text: Text) -> bool:
    return not text.en.strip() or bool(JAPANESE.search(text.en))


def _desk(desk: Desk) -> Iterable[Finding]:
    if not re.search(r"\d", desk.hours.ja):
        message = N_("The desk has no opening hours that can be read.")
        yield Finding(Thing.DESK, desk.key, Level.WARNING, "hours.ja", message)
    for name, text in (("name", desk.name), ("place", desk.place), ("hours", desk.hours)):
        if _no_english(text):
            message = N_("The English text is Japanese or empty.")
            yield Finding(Thing.DESK, desk.key, Level.WARNING, f"{name}.en", message)


def _unused(catalogue: Catalogue) -> Iterable[Finding]:
    desks = {service.desk.key for service in catalogue.services}
    items = {item.key for service in catalogue.services for item in service.bring}
    for thing, known, used in (
        (Thing.DESK, catalogue.desks, desks),
        (Thing.ITEM, catalogue.items, items),
    ):
        for key in known:
            if key not in used:
                yield Finding(thing, key, Level.NOTE, "key", N_("No service names it."))
