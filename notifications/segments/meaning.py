"""What conditions need from around them: the day, the services' birthdates, the names of things."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

Range = tuple[date | None, date | None]


class SegmentFault(ValueError):
    """A segment can not be read or asked; the message names the place."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Whom a service is open to on a day: birthdates, relations, sex and districts (none: any).

    `excludes` names facts a person may have entered that take them out ("already_enrolled").
    """

    birthdates: Sequence[Range]
    relations: tuple[str, ...]
    sex: str | None = None
    districts: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """The day a segment is asked on, and whom a service is open to on it."""

    today: date
    opening: Callable[[str], Opening]


@dataclass(frozen=True, slots=True)
class Naming:
    """How a sentence speaks: `gettext` of its language and the names of services and districts."""

    gettext: Callable[..., str]
    service: Callable[[str], str]
    district: Callable[[str], str]
    day: Callable[[date], str]
