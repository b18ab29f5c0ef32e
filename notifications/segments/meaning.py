"""What conditions need from around them: the day, the services' birthdates, the names of things."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from notifications.segments.tests import Held

Range = tuple[date | None, date | None]


class SegmentFault(ValueError):
    """A segment can not be read or asked; the message names the place."""

    @property
    def where(self) -> str:
        """The place in the JSON, as `segment.all[1].age`."""
        return str(self).partition(": ")[0]


@dataclass(frozen=True, slots=True)
class Span:
    """Birthdates for which a window is open, and which times of the service that can be.

    birthdates: None asks for no birthdate (the calendar alone decides)
    occurrences: first and last name of the to-do (mypage.todos.occurrence_of), mostly the same
    """

    birthdates: Range | None
    occurrences: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Opening:
    """Whom a service is open to on a day (or in its last days), as My Page finds them.

    relations, sex, districts: as the service has them; unknown sex is asked too
    excludes: facts a person may have entered that take them out ("enrolled")
    dated: dates a person may have entered that decide instead of the birthdate ("moved_in")
    listed: the people with such dates for whom it is open, by the name of their to-do
    """

    spans: Sequence[Span]
    relations: tuple[str, ...]
    sex: str | None = None
    districts: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    dated: tuple[str, ...] = ()
    listed: Sequence[tuple[str, frozenset[Held]]] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """The day a segment is asked on, and what the city knows: whom services are open to.

    opening(key), closing(key): today, and in its last days; refuse(kind, key) raises SegmentFault
    for what nobody may be chosen by.
    """

    today: date
    opening: Callable[[str], Opening]
    closing: Callable[[str], Opening]
    refuse: Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Naming:
    """How a sentence speaks: `gettext` of its language and the names of things."""

    gettext: Callable[..., str]
    service: Callable[[str], str]
    district: Callable[[str], str]
    day: Callable[[date], str]
    interest: Callable[[str], str]
    favourite: Callable[[str, str], str]
    tool: Callable[[str], str]
