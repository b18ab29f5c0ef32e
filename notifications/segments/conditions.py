"""Every condition a segment may use: read from JSON, as a test of facts, and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self, get_args

from notifications.segments import tests
from notifications.segments.ages import Age, FiscalAge, ends_of, without_none
from notifications.segments.connected import ConnectedTool, HasFavourite
from notifications.segments.meaning import Naming, SegmentFault, Setting
from notifications.segments.phrases import either, relation_noun
from notifications.segments.services import Done, ServiceDue, ServiceOpen
from portal.core.languages import LANGUAGES

RELATIONS = ("self", "spouse", "child", "parent", "other", "expected")


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
        if not isinstance(value, str | list | tuple):
            raise SegmentFault(f"{where}: expected one or more words, got {value!r}")
        values = (value,) if isinstance(value, str) else tuple(value)
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
        for topic in self.values:
            setting.refuse("interest", topic)
        return tests.Overlaps("interests", self.values)

    def words(self, naming: Naming) -> str:
        return naming.gettext(
            "asked for %(topics)s",
            topics=either(naming, [naming.interest(each) for each in self.values]),
        )


@dataclass(frozen=True, slots=True)
class Language(Words):
    """The language the resident reads."""

    key = "language"
    allowed = tuple(LANGUAGES)
    about_person = False

    def words(self, naming: Naming) -> str:
        ours = {"ja": naming.gettext("Japanese"), "en": naming.gettext("English")}
        names = LANGUAGES | ours
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


STAGES: Mapping[str, tuple[int, int]] = {  # ages at the end of the fiscal year (学校教育法17条)
    "before_school": (0, 6),
    "enters_elementary": (6, 6),
    "elementary": (7, 12),
    "enters_junior_high": (12, 12),
    "junior_high": (13, 15),
    "high_school_age": (16, 18),
}


@dataclass(frozen=True, slots=True)
class School(Words):
    """Where the person stands in school by the fiscal year of birth, which April decides."""

    key = "school"
    allowed = tuple(STAGES)

    def test(self, setting: Setting) -> tests.Test:
        """One of the years."""
        return tests.Any(tuple(FiscalAge(*STAGES[each]).test(setting) for each in self.values))

    def words(self, naming: Naming) -> str:
        """What is said of the person."""
        said = {
            "before_school": naming.gettext("is not yet at school"),
            "enters_elementary": naming.gettext("enters elementary school next April"),
            "elementary": naming.gettext("is of elementary school age"),
            "enters_junior_high": naming.gettext("enters junior high school next April"),
            "junior_high": naming.gettext("is of junior high school age"),
            "high_school_age": naming.gettext("is of high school age"),
        }
        return either(naming, [said[each] for each in self.values])


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
            ends = [each and date.fromisoformat(each) for each in ends_of(value, where)]
        except (TypeError, ValueError) as error:
            raise SegmentFault(f"{where}: expected days like 2026-04-01") from error
        return cls(*ends)

    def json(self) -> dict[str, str]:
        return without_none(*(each and each.isoformat() for each in (self.first, self.last)))

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
    | Age
    | FiscalAge
    | School
    | Sex
    | District
    | Interest
    | ServiceOpen
    | ServiceDue
    | Done
    | Language
    | Channel
    | Registered
    | HasFavourite
    | ConnectedTool
)
KINDS: Mapping[str, type[Condition]] = {kind.key: kind for kind in get_args(Condition)}
