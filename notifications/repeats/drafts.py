"""What a clerk writes to be repeated, checked as a whole: what could not be sent is not kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from notifications.care.attention import GARBAGE_DAY
from notifications.notices.drafts import TOPICS, Draft, FaultyNotice
from notifications.repeats import filling, rules
from notifications.repeats.rules import EVENING, Rule
from notifications.segments.segment import Segment
from portal.core.errors import N_
from portal.core.registries import Collecting

NOBODY: dict[str, Any] = {"any": []}
MOST_LATE = 48  # hours
LONGEST = 40  # of an example's name
# The longest names a run could fill in, so that its words always fit.
EXAMPLE = Collecting(
    place="",
    district="",
    name={"ja": "〇" * LONGEST, "en": "o" * LONGEST},
    collected=({"ja": "〇" * LONGEST, "en": "o" * LONGEST},),
    left_out=(),
)


@dataclass(frozen=True, slots=True)
class Written:
    """The notice, its rule, and how late a run is still useful."""

    name: str
    topic: str
    variants: dict[str, Any]
    link: str | None
    segment: dict[str, Any]
    rule: Rule
    late_hours: int
    confirmed: bool = False

    @property
    def is_evening(self) -> bool:
        """Whether it tells of garbage day, to those who asked for it."""
        return self.rule.kind == EVENING

    def check(self) -> None:
        """Raise FaultyNotice, SegmentFault or RuleFault."""
        rules.check(self.rule)
        if not self.name or not 0 <= self.late_hours <= MOST_LATE:
            raise FaultyNotice()
        if self.is_evening != (self.topic == GARBAGE_DAY):
            raise FaultyNotice()
        if not self.is_evening and filling.own_names(self.variants) & filling.OF_GARBAGE:
            raise FaultyNotice(N_("Only a garbage evening knows {{地区}} and {{ごみ}}."))
        self.draft(EXAMPLE if self.is_evening else None).check()

    def draft(self, collecting: Collecting | None = None) -> Draft:
        """The notice of one run, on its first day."""
        return Draft(
            kind="normal",
            topic="garbage" if self.is_evening else self.topic,
            variants=filling.filled(
                self.variants, spoken_of(self.rule, self.rule.first), collecting
            ),
            link=self.link,
            segment=Segment.read(self.segment),
            confirmed=self.confirmed,
        )

    def values(self) -> dict[str, Any]:
        """As the row keeps it."""
        return {
            "name": self.name,
            "topic": self.topic,
            "variants": self.variants,
            "link": self.link,
            "segment": NOBODY if self.is_evening else self.segment,
            "rule": self.rule.json(),
            "late_hours": self.late_hours,
        }


def of_garbage(written: Written) -> Written:
    """The same as a garbage evening: its topic and readers follow from the rule."""
    if not written.is_evening:
        return written
    return replace(written, topic=GARBAGE_DAY, segment=NOBODY)


def spoken_of(rule: Rule, day: date) -> date:
    """The day the words speak of: on an evening it is the next one."""
    return day + timedelta(days=1) if rule.kind == EVENING else day


__all__ = ["TOPICS", "Draft", "FaultyNotice", "Written"]
