"""A person's services along their ages: past, now and to come, in groups of an age. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.catalogue.ages import add_months, attain_months, fy, turn_months
from portal.catalogue.evaluation import UNCONFIRMED, Person, known_about
from portal.catalogue.index import fits
from portal.catalogue.model import Catalogue, DatedRule, Kind, Relation, Service, Shown
from portal.catalogue.rules import Facts, Known, Phrase
from portal.catalogue.windows import State, Window, state_of, window_between

# Groups of a small child's ages as checks are named (3〜4か月, 1歳6か月); later every year is one.
MONTHS = (0, 1, 2, 3, 5, 7, 9, 12, 18, 24, 30, 36)
YEAR = 12
GROWN = 18 * YEAR
CHILD_BACK, CHILD_AHEAD = GROWN * 2, 21 * YEAR  # months: a whole childhood
BACK, AHEAD = 2 * YEAR, 10 * YEAR  # of somebody grown


class Stage(StrEnum):
    """How an entry stands."""

    DONE = "done"
    OVERDUE = "overdue"
    PASSED = "passed"
    SOON = "soon"
    NOW = "open"
    COMING = "future"


PAST = frozenset({Stage.DONE, Stage.PASSED})
NOW = frozenset({Stage.OVERDUE, Stage.SOON, Stage.NOW})
Acts = Mapping[tuple[str, str], str]  # kind of the act ("done", …) by service and occurrence


@dataclass(frozen=True, slots=True)
class Entry:
    """One time of a service. `window` is None where the city has not confirmed its dates."""

    service: Service
    stage: Stage
    window: Window | None
    reason: Phrase
    day: date  # where it stands on the line


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that begin at one age: from `months` to before `until`; None without a birthdate."""

    months: int | None
    until: int | None
    first: date
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """What was, is open and comes."""

    past: tuple[Group, ...]
    now: tuple[Entry, ...]
    coming: tuple[Group, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing is known."""
        return not (self.past or self.now or self.coming)


def timeline(
    catalogue: Catalogue,
    person: Person,
    facts: Facts,
    today: date,
    acts: Acts,
    interests: frozenset[str] = frozenset(),
) -> Timeline:
    """The line of one person; what they dismissed or is none of their interests is left out."""
    if person.silenced:
        return Timeline((), (), ())
    known = known_about(person, facts)
    first, last = _reach(person, today)
    found = [
        entry
        for service in catalogue.services
        if _suits(service, person, interests)
        for entry in _entries(service, known, today, acts)
        if entry.stage in NOW or first <= entry.day <= last
    ]
    found.sort(key=lambda entry: (entry.day, entry.service.key))
    return Timeline(
        past=_grouped((each for each in found if each.stage in PAST), person.birthdate),
        now=tuple(sorted((each for each in found if each.stage in NOW), key=_urgency)),
        coming=_grouped((each for each in found if each.stage is Stage.COMING), person.birthdate),
    )


def age_in_months(birthdate: date, day: date) -> int:
    """Full months at the end of the day: what is attained the day before counts (民法143条)."""
    months = (day.year - birthdate.year) * 12 + day.month - birthdate.month + 1
    while months > 0 and attain_months(birthdate, months) > day:
        months -= 1
    return max(months, 0)


def group_of_age(months: int) -> tuple[int, int]:
    """The group an age in months belongs to: its first month, and the first one after it."""
    if months >= MONTHS[-1]:
        year = months // YEAR
        return year * YEAR, (year + 1) * YEAR
    found = max(n for n, start in enumerate(MONTHS) if start <= max(months, 0))
    return MONTHS[found], MONTHS[found + 1]


def _urgency(entry: Entry) -> tuple[int, date]:
    """What is late first, then what ends first; what has no dates last."""
    order = (Stage.OVERDUE, Stage.SOON, Stage.NOW)
    return order.index(entry.stage), entry.window.last if entry.window else date.max


def _suits(service: Service, person: Person, interests: frozenset[str]) -> bool:
    if not service.recommendable or not fits(service, person.relation, person.sex):
        return False
    if service.districts and person.district not in service.districts:
        return False
    return service.shown is not Shown.INTEREST or not interests.isdisjoint(service.topics)


def _reach(person: Person, today: date) -> tuple[date, date]:
    young = person.birthdate is None or today < turn_months(person.birthdate, GROWN)
    if person.relation is Relation.EXPECTED or young:
        return add_months(today, -CHILD_BACK), add_months(today, CHILD_AHEAD)
    return add_months(today, -BACK), add_months(today, AHEAD)


def _entries(service: Service, known: Known, today: date, acts: Acts) -> Iterator[Entry]:
    seen: set[tuple[date | None, date | None]] = set()
    for version in service.versions:
        for window in _windows(version, known, today):
            ends = window.opens, window.closes
            if ends in seen or service.version_on(_decisive(window, today)) is not version:
                continue
            seen.add(ends)
            entry = _entry(service, version, window, known, today, acts)
            if entry is not None:
                yield entry


def _windows(version: DatedRule, known: Known, today: date) -> list[Window]:
    """The windows of one version with two known ends or one; not what is always open."""
    rule = version.rule
    anchor = rule.anchor_of(known)
    if not rule.anchors or anchor is None or not rule.applies_to(known):
        return []
    day = min(max(today, version.valid_from), version.valid_to)
    if rule.recurring:  # every year again: the one that is open, else the next
        nearest = rule.window(known, day)
        found = [nearest] if nearest else []
    else:
        branches = rule.limited(day, known.facts)
        spans = (
            window_between(one.opens(anchor), one.closes(anchor), late=rule.late)
            for one in branches
        )
        found = [window for window in spans if window]
    return [window for window in found if window.opens or window.closes]


def _decisive(window: Window, today: date) -> date:
    """The day whose law counts: today inside the window, else its end that is nearer."""
    return min(max(today, window.first), window.last)


def _entry(
    service: Service,
    version: DatedRule,
    window: Window,
    known: Known,
    today: date,
    acts: Acts,
) -> Entry | None:
    stage = _stage(service, window, today, _acted(service, version, window, today, acts))
    if stage is None:
        return None
    day = window.opens or window.last
    if not service.confirmed:
        return Entry(service, stage, None, UNCONFIRMED, day)
    return Entry(service, stage, window, version.rule.reason(known, today), day)


def _acted(
    service: Service, version: DatedRule, window: Window, today: date, acts: Acts
) -> str | None:
    again = version.rule.recurring or len(version.rule.branches(today, {})) > 1
    time = (window.opens.isoformat() if window.opens else str(fy(today))) if again else ""
    return acts.get((service.key, time))


def _stage(service: Service, window: Window, today: date, acted: str | None) -> Stage | None:
    """None for what somebody said does not concern them, and for old news."""
    if acted == "dismissed":
        return None
    if acted == "done":
        return Stage.DONE
    state = state_of(window, today, service.soon_days)
    if not service.confirmed:  # without dates the city stands behind nothing is early or late
        if state in (State.OVERDUE, State.PASSED):
            return None
        return Stage.COMING if state is State.FUTURE else Stage.NOW
    if service.kind is Kind.INFORMATION and state in (State.DUE_SOON, State.PASSED):
        return Stage.NOW if state is State.DUE_SOON else None
    if state is State.OVERDUE and today - window.last > timedelta(days=service.grace_days):
        return Stage.PASSED
    if state is State.OPEN and _is_old(service, window, today):
        return None
    return _STAGES[state]


def _is_old(service: Service, window: Window, today: date) -> bool:
    """Open for ever, and begun so long ago that it is news to nobody."""
    endless = window.closes is None and window.opens is not None
    shown = service.show_days
    return endless and shown is not None and today - window.first > timedelta(days=shown)


_STAGES = {
    State.FUTURE: Stage.COMING,
    State.OPEN: Stage.NOW,
    State.DUE_SOON: Stage.SOON,
    State.OVERDUE: Stage.OVERDUE,
    State.PASSED: Stage.PASSED,
}


def _grouped(entries: Iterable[Entry], birthdate: date | None) -> tuple[Group, ...]:
    found: dict[tuple[int | None, int | None, date], list[Entry]] = {}
    for entry in entries:
        found.setdefault(_place(entry.day, birthdate), []).append(entry)
    return tuple(
        Group(months, until, first, tuple(listed))
        for (months, until, first), listed in sorted(
            found.items(), key=lambda pair: (pair[0][2], pair[0][0] or 0)
        )
    )


def _place(day: date, birthdate: date | None) -> tuple[int | None, int | None, date]:
    if birthdate is None:
        return None, None, day.replace(day=1)
    months, until = group_of_age(age_in_months(birthdate, day))
    return months, until, turn_months(birthdate, months)
