"""Conditions on services of the catalogue: it is open, it ends soon, it was marked as done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from notifications.segments import tests
from notifications.segments.meaning import Naming, Opening, SegmentFault, Setting, Span

NOT_DONE, DONE, EITHER = "no", "yes", "any"
MARKS = (NOT_DONE, DONE, EITHER)


@dataclass(frozen=True, slots=True)
class OfService:
    """A service, and whether the family has marked this time of it as done.

    In JSON the key alone, or {"service": key, "done": "no" | "yes" | "any"}. Whoever has done it
    needs no notice about it, so "no" is what the key alone means.
    """

    key: ClassVar[str]
    about_person: ClassVar[bool] = True
    service: str
    done: str = NOT_DONE

    @classmethod
    def read(cls, value: Any, where: str) -> Self:
        """From a key or an object."""
        said = value if isinstance(value, Mapping) else {"service": value}
        key, done = said.get("service"), said.get("done", NOT_DONE)
        if set(said) - {"service", "done"} or not isinstance(key, str) or not key:
            raise SegmentFault(f"{where}: expected the key of a service, got {value!r}")
        if done not in MARKS:
            raise SegmentFault(f"{where}.done: {done!r} is not one of {', '.join(MARKS)}")
        return cls(key, done)

    def json(self) -> Any:
        """As it is stored."""
        plain = self.done == NOT_DONE
        return self.service if plain else {"service": self.service, "done": self.done}

    def marked(self, naming: Naming, words: str) -> str:
        """The words with what is said about done to-dos."""
        if self.done == EITHER:
            return naming.gettext("%(condition)s (those who have done it too)", condition=words)
        if self.done == DONE:
            return naming.gettext("%(condition)s (only those who have done it)", condition=words)
        return naming.gettext("%(condition)s (without those who have done it)", condition=words)


@dataclass(frozen=True, slots=True)
class ServiceOpen(OfService):
    """A service is open to the person today, as My Page would show it."""

    key = "service_open"

    def test(self, setting: Setting) -> tests.Test:
        """By the rule run backwards."""
        return asked(self, setting.opening(self.service))

    def words(self, naming: Naming) -> str:
        """What is said of the person."""
        name = naming.service(self.service)
        return self.marked(naming, naming.gettext("is due for “%(service)s”", service=name))


@dataclass(frozen=True, slots=True)
class ServiceDue(OfService):
    """A service is open to the person and in its last days (the service's `soon_days`)."""

    key = "service_due"

    def test(self, setting: Setting) -> tests.Test:
        """By the rule run backwards."""
        return asked(self, setting.closing(self.service))

    def words(self, naming: Naming) -> str:
        """What is said of the person."""
        name = naming.service(self.service)
        said = naming.gettext("is in the last days of “%(service)s”", service=name)
        return self.marked(naming, said)


@dataclass(frozen=True, slots=True)
class Done:
    """Somebody of the family has marked the service as done for the person, at any time."""

    key: ClassVar[str] = "done"
    about_person: ClassVar[bool] = True
    service: str

    @classmethod
    def read(cls, value: Any, where: str) -> Self:
        """From the service's key."""
        if not isinstance(value, str) or not value:
            raise SegmentFault(f"{where}: expected the key of a service, got {value!r}")
        return cls(value)

    def json(self) -> str:
        """As it is stored."""
        return self.service

    def test(self, setting: Setting) -> tests.Test:
        """An act that stands."""
        setting.refuse("service", self.service)
        return tests.Marked(self.service)

    def words(self, naming: Naming) -> str:
        """What is said of the person."""
        name = naming.service(self.service)
        return naming.gettext("has “%(service)s” marked as done", service=name)


def asked(condition: OfService, opening: Opening) -> tests.Test:
    """Who has the service open, by birthdate or by dates of their own; then what is done."""
    names = dict.fromkeys(span.occurrences for span in opening.spans)
    by_birthdate = [_undone(condition, _born(opening.spans, each), *each) for each in names]
    parts: list[tests.Test] = [tests.Any(tuple(by_birthdate))]
    if opening.excludes:
        parts.append(tests.Not(tests.Overlaps("facts", opening.excludes)))
    if opening.dated:
        parts.append(tests.Not(tests.Overlaps("facts", opening.dated)))
    listed = [_undone(condition, tests.Listed(cards), name, name) for name, cards in opening.listed]
    found = tests.All(tuple(parts))
    return tests.All((*_whose(opening), tests.Any((found, *listed)) if listed else found))


def _whose(opening: Opening) -> tuple[tests.Test, ...]:
    """Relation, sex and district; who gave no sex sees the services of both on My Page too."""
    parts: list[tests.Test] = [tests.Among("relation", opening.relations)]
    if opening.sex:
        other = tuple(each for each in ("F", "M") if each != opening.sex)
        parts.append(tests.Not(tests.Among("sex", other)))
    if opening.districts:
        parts.append(tests.Among("district", opening.districts))
    return tuple(parts)


def _born(spans: Sequence[Span], occurrences: tuple[str, str]) -> tests.Test:
    """Birthdates of one time of the service: what is done is asked once for all of them."""
    ranges = [span.birthdates for span in spans if span.occurrences == occurrences]
    if None in ranges:
        return tests.All(())
    return tests.Any(tuple(tests.Between("birthdate", *each) for each in ranges if each))


def _undone(condition: OfService, test: tests.Test, first: str, last: str) -> tests.Test:
    if condition.done == EITHER:
        return test
    marked = tests.Marked(condition.service, first, last)
    return tests.All((test, marked if condition.done == DONE else tests.Not(marked)))
