"""What a clerk looks at before trusting a segment: sentence, count, channels, a sample with why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from notifications.segments import city, counting, tests
from notifications.segments.counting import Reach
from notifications.segments.facts import all_facts
from notifications.segments.meaning import SegmentFault
from notifications.segments.reasons import Asking, band, reasons
from notifications.segments.segment import Segment
from portal.core.db import read

FEW = 5  # of fewer, age and district could tell who it is


@dataclass(frozen=True, slots=True)
class Chosen:
    """One resident of the sample: nothing that names them, and why they are meant."""

    about: str
    channels: str
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class Look:
    """Whom a segment means today; without `reach` it can not be asked, and `fault` says why."""

    sentence: str
    reach: Reach | None
    sample: Sequence[Chosen] = ()
    fault: str | None = None


def look(value: Any) -> Look:
    """A segment's JSON as clerks see it, in this page's language; never raises for its content."""
    setting = city.setting()
    try:
        segment = Segment.read(value, setting)
    except SegmentFault as fault:
        return Look(_sentence(value), None, (), str(fault))
    test = segment.test(setting)
    reach = counting.count(read(), test)
    asking = Asking(setting, city.naming(), coarse=reach.total < FEW)
    return Look(city.sentence(segment), reach, _sample(segment, test, asking))


def _sentence(value: Any) -> str:
    """The words of what can be read but not asked."""
    try:
        return city.sentence(Segment.read(value))
    except SegmentFault:
        return ""


def _sample(segment: Segment, test: tests.Test, asking: Asking) -> list[Chosen]:
    ids = counting.sample(read(), test)
    return [_chosen(segment, who, asking) for _, who in all_facts(read(), ids)] if ids else []


def _chosen(segment: Segment, who: tests.ResidentFacts, asking: Asking) -> Chosen:
    names = {"line": gettext("LINE"), "mail": gettext("e-mail")}
    channels = [name for key, name in names.items() if key in who.channels]
    lines = reasons(segment, who, asking) or [gettext("All registered residents")]
    return Chosen(_about(who, asking), gettext(", ").join(channels) or gettext("inbox only"), lines)


def _about(who: tests.ResidentFacts, asking: Asking) -> str:
    own = next((each for each in who.people if each.relation == "self"), None)
    if own is None or asking.coarse:
        return str(gettext("A resident"))
    parts = [band(own.birthdate, asking)] if own.birthdate else []
    parts += [asking.naming.district(own.district)] if own.district else []
    return str(gettext(", ").join(parts) or gettext("A resident"))
