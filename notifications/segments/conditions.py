"""Every condition a segment may use: read from JSON, as a test of facts, and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from notifications.segments import tests
from notifications.segments.meaning import Naming, SegmentFault, Setting
from portal.catalogue.ages import fy

RELATIONS = ("self", "spouse", "child", "parent", "other", "expected")
OLDEST = 130


@dataclass(frozen=True, slots=True)
class Words:
    """A condition on one of a few words (relation, district, language …)."""

    key: ClassVar[str]
    allowed: ClassVar[tuple[str, ...]] = ()
    about_person: ClassVar[bool] = True
    values: tuple[str, ...]

    @classmethod
    def read(cls, value: Any, where: str) -> Self:
        """From a text or a list of texts."""
        values = (value,) if isinstance(value, str) else tuple(value or ())
        if not values or not all(isinstance(each, str) and each for each in values):
            raise SegmentFault(f"{where}: expected one or more words, got {value!r}")
        unknown = [each for each in values if cls.allowed and each not in cls.allowed]
        if unknown:
            raise SegmentFault(f"{where}: {unknown[0]!r} is not one of {', '.join(cls.allowed)}")
        return cls(values)

    def json(self) -> list[str]:
        """As it is stored."""
        return list(self.values)

    def test(self, setting: Setting) -> tests.Test:
        """The field of the same name is one of the words."""
        return tests.Among(self.key, self.values)


@dataclass(frozen=True, slots=True)
class Relation(Words):
    """What the person is to the resident."""

    key = "relation"
    allowed = RELATIONS

    def words(self, naming: Naming) -> str:
        nouns = either(naming, [relation_noun(naming, each) for each in self.values])
        return naming.gettext("is %(who)s", who=nouns)


@dataclass(frozen=True, slots=True)
class Sex(Words):
    """Sex as registered."""

    key = "sex"
    allowed = ("F", "M")

    def words(self, naming: Naming) -> str:
        names = {"F": naming.gettext("female"), "M": naming.gettext("male")}
        return naming.gettext(
            "is %(sex)s", sex=either(naming, [names[each] for each in self.values])
        )


@dataclass(frozen=True, slots=True)
class District(Words):
    """Where the person lives."""

    key = "district"

    def words(self, naming: Naming) -> str:
        names = either(naming, [naming.district(each) for each in self.values])
        return naming.gettext("lives in %(districts)s", districts=names)


@dataclass(frozen=True, slots=True)
class Interest(Words):
    """Topics the person wants to hear of."""

    key = "interest"

    def test(self, setting: Setting) -> tests.Test:
        return tests.Overlaps("interests", self.values)

    def words(self, naming: Naming) -> str:
        return naming.gettext("asked for %(topics)s", topics=either(naming, list(self.values)))


@dataclass(frozen=True, slots=True)
class Language(Words):
    """The language the resident reads."""

    key = "language"
    allowed = ("ja", "en")
    about_person = False

    def words(self, naming: Naming) -> str:
        names = {"ja": naming.gettext("Japanese"), "en": naming.gettext("English")}
        return naming.gettext(
            "who read in %(languages)s",
            languages=either(naming, [names[each] for each in self.values]),
        )


@dataclass(frozen=True, slots=True)
class Channel(Words):
    """A way the resident can be reached now."""

    key = "channel"
    allowed = ("line", "mail")
    about_person = False

    def test(self, setting: Setting) -> tests.Test:
        return tests.Overlaps("channels", self.values)

    def words(self, naming: Naming) -> str:
        names = {"line": naming.gettext("LINE"), "mail": naming.gettext("e-mail")}
        return naming.gettext(
            "who can be reached by %(channels)s",
            channels=either(naming, [names[each] for each in self.values]),
        )


@dataclass(frozen=True, slots=True)
class ServiceOpen:
    """A service of the catalogue is open to the person today, by its birthdate rule."""

    key: ClassVar[str] = "service_open"
    about_person: ClassVar[bool] = True
    service: str

    @classmethod
    def read(cls, value: Any, where: str) -> Self:
        if not isinstance(value, str) or not value:
            raise SegmentFault(f"{where}: expected the key of a service, got {value!r}")
        return cls(value)

    def json(self) -> str:
        return self.service

    def test(self, setting: Setting) -> tests.Test:
        opening = setting.opening(self.service)
        born = tests.Any(tuple(tests.Between("birthdate", *each) for each in opening.birthdates))
        parts: list[tests.Test] = [born, tests.Among("relation", opening.relations)]
        if opening.sex:
            parts.append(tests.Among("sex", (opening.sex,)))
        if opening.districts:
            parts.append(tests.Among("district", opening.districts))
        if opening.excludes:
            parts.append(tests.Not(tests.Overlaps("facts", opening.excludes)))
        return tests.All(tuple(parts))

    def words(self, naming: Naming) -> str:
        return naming.gettext("is due for “%(service)s”", service=naming.service(self.service))


@dataclass(frozen=True, slots=True)
class Years:
    """A span of ages in years, both inclusive; None is unbounded."""

    key: ClassVar[str]
    about_person: ClassVar[bool] = True
    first: int | None
    last: int | None

    @classmethod
    def read(cls, value: Any, where: str) -> Self:
        first, last = _ends(value, where)
        for each in (first, last):
            if each is not None and (type(each) is not int or not 0 <= each <= OLDEST):
                raise SegmentFault(f"{where}: ages are whole numbers from 0 to {OLDEST}")
        if first is not None and last is not None and first > last:
            raise SegmentFault(f"{where}: from is greater than to")
        return cls(first, last)

    def json(self) -> dict[str, int]:
        return _without_none(self.first, self.last)

    def span(self, naming: Naming) -> str:
        """The span in words."""
        if self.first == self.last:
            return naming.gettext("%(age)s years old", age=self.first)
        if self.last is None:
            return naming.gettext("%(age)s years old or older", age=self.first)
        if self.first is None:
            return naming.gettext("%(age)s years old or younger", age=self.last)
        return naming.gettext("%(first)s to %(last)s years old", first=self.first, last=self.last)


@dataclass(frozen=True, slots=True)
class Age(Years):
    """Age today as people count it: it goes up on the birthday itself."""

    key = "age"

    def test(self, setting: Setting) -> tests.Test:
        earliest = None if self.last is None else _born_by(setting.today, self.last + 1)
        first = None if earliest is None else date.fromordinal(earliest.toordinal() + 1)
        latest = _born_by(setting.today, self.first or 0)
        return tests.Between("birthdate", first, latest)

    def words(self, naming: Naming) -> str:
        return naming.gettext("is %(span)s", span=self.span(naming))


@dataclass(frozen=True, slots=True)
class FiscalAge(Years):
    """年度末年齢: the largest age attained by 31 March; cohorts run from 2 April to 1 April."""

    key = "fiscal_age"

    def test(self, setting: Setting) -> tests.Test:
        end = fy(setting.today) + 1
        first = None if self.last is None else date(end - self.last - 1, 4, 2)
        last = None if self.first is None else date(end - self.first, 4, 1)
        return tests.Between("birthdate", first, last)

    def words(self, naming: Naming) -> str:
        return naming.gettext("is %(span)s at the end of the fiscal year", span=self.span(naming))


@dataclass(frozen=True, slots=True)
class Registered:
    """Days on which the resident joined, in Japan, both inclusive."""

    key: ClassVar[str] = "registered"
    about_person: ClassVar[bool] = False
    first: date | None
    last: date | None

    @classmethod
    def read(cls, value: Any, where: str) -> Self:
        try:
            ends = [each and date.fromisoformat(each) for each in _ends(value, where)]
        except (TypeError, ValueError) as error:
            raise SegmentFault(f"{where}: expected days like 2026-04-01") from error
        return cls(*ends)

    def json(self) -> dict[str, str]:
        return _without_none(*(each and each.isoformat() for each in (self.first, self.last)))

    def test(self, setting: Setting) -> tests.Test:
        return tests.Between("registered_on", self.first, self.last)

    def words(self, naming: Naming) -> str:
        if self.first is None:
            return naming.gettext("who joined by %(day)s", day=naming.day(self.last or date.max))
        if self.last is None:
            return naming.gettext("who joined on %(day)s or later", day=naming.day(self.first))
        return naming.gettext(
            "who joined from %(first)s to %(last)s",
            first=naming.day(self.first),
            last=naming.day(self.last),
        )


Condition = (
    Relation
    | Sex
    | District
    | Interest
    | Language
    | Channel
    | ServiceOpen
    | Age
    | FiscalAge
    | Registered
)
KINDS: Mapping[str, type[Condition]] = {
    kind.key: kind
    for kind in (
        Relation,
        Age,
        FiscalAge,
        Sex,
        District,
        Interest,
        ServiceOpen,
        Language,
        Channel,
        Registered,
    )
}


def relation_noun(naming: Naming, relation: str) -> str:
    """What the person is called: "a child"."""
    return {
        "self": naming.gettext("the resident"),
        "spouse": naming.gettext("a husband or wife"),
        "child": naming.gettext("a child"),
        "parent": naming.gettext("a parent"),
        "other": naming.gettext("another family member"),
        "expected": naming.gettext("a child to be born"),
    }[relation]


def either(naming: Naming, names: list[str]) -> str:
    """ "A", "A or B", "A, B or C"."""
    if len(names) == 1:
        return names[0]
    head = naming.gettext(", ").join(names[:-1])
    return naming.gettext("%(head)s or %(last)s", head=head, last=names[-1])


def _ends(value: Any, where: str) -> tuple[Any, Any]:
    if not isinstance(value, Mapping) or not value or set(value) - {"from", "to"}:
        raise SegmentFault(f'{where}: expected {{"from": …, "to": …}}, got {value!r}')
    return value.get("from"), value.get("to")


def _without_none(first: Any, last: Any) -> dict[str, Any]:
    return {k: v for k, v in (("from", first), ("to", last)) if v is not None}


def _born_by(today: date, years: int) -> date:
    """Latest birthdate of a person who is `years` years old today (29 February: see `turn`)."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # today is 29 February and that year has none
        return date(today.year - years, 2, 28)
