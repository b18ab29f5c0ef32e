"""What a clerk writes, checked as a whole: what can not be sent is not kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from notifications.care.attention import GARBAGE_DAY
from notifications.channels.rendering import LONGEST_BUBBLE, line_length
from notifications.languages import WRITTEN
from notifications.notices import checking
from notifications.notices.letters import line_words
from notifications.notices.links import link_allowed
from notifications.segments.segment import Segment
from portal.core.errors import N_, MadoError

KINDS = ("normal", "emergency", "drill")
DELAYS = (0, 5, 10, 15, 30)
TOPICS = {
    "childcare": N_("Children and family"),
    "health": N_("Health and checks"),
    "garbage": N_("Garbage"),
    "tax": N_("Taxes and insurance"),
    "seniors": N_("Seniors and care"),
    "disaster": N_("Disaster and safety"),
    "events": N_("Events and facilities"),
    "other": N_("From the city hall"),
}
TODOS = "todos"
OWN_TOPICS = {  # of what nobody writes anew each time; residents choose them on a page of their own
    TODOS: N_("Reminders of your to-dos"),
    GARBAGE_DAY: N_("The evening before garbage day"),
}
OWN_WHY = {
    TODOS: N_("Residents for whom something on My Page became due"),
    GARBAGE_DAY: N_("Residents who asked to be told the evening before garbage day"),
}
ALL_TOPICS = TOPICS | OWN_TOPICS


class FaultyNotice(MadoError):
    """The notice can not be kept like this."""

    message = N_("Please check the notice.")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a clerk writes. `variants` is {"ja": {"title", "body", "values"?}, "en": …}."""

    kind: str
    topic: str
    variants: dict[str, dict[str, str]]
    link: str | None
    segment: Segment
    start_delay: int = 0  # minutes between the approval and the first message
    confirmed: bool = False  # a clerk looked at what seemed personal data, and it is not
    corrects_id: UUID | None = None
    template: tuple[UUID, int] | None = None
    rich: dict[str, Any] | None = None  # looked at only: rich messages have acts of their own

    @classmethod
    def read(cls, value: dict[str, Any]) -> Draft:
        """From JSON (a file of `./mado notices send`); raises FaultyNotice or SegmentFault."""
        try:
            draft = cls(
                kind=value.get("kind", "normal"),
                topic=value.get("topic", "other"),
                variants={k: {**v} for k, v in value["variants"].items()},
                link=value.get("link"),
                segment=Segment.read(value["segment"]),
                start_delay=value.get("start_delay", 0),
                confirmed=value.get("confirmed", False) is True,
            )
        except (KeyError, AttributeError, TypeError) as error:
            raise FaultyNotice(f"the notice lacks or misspells {error}") from error
        draft.check()
        return draft

    def check(self) -> None:
        """Raise FaultyNotice where the words can not be sent."""
        faulty = (
            self.kind not in KINDS
            or self.topic not in TOPICS
            or "ja" not in self.variants
            or not set(self.variants) <= set(WRITTEN)
            or self.start_delay not in DELAYS
            or not all(map(_whole, self.variants.values()))
            or not link_allowed(self.link)
        )
        if faulty:
            raise FaultyNotice()
        for fault in checking.faults(self.variants):
            if not (fault.asked and self.confirmed):
                raise FaultyNotice(fault.message)
        for language in self.variants:
            if line_length(line_words(self, language, None).text) > LONGEST_BUBBLE:
                raise FaultyNotice(N_("The notice is too long for LINE."))

    def values(self) -> dict[str, Any]:
        """As the row keeps it."""
        return {
            "kind": self.kind,
            "topic": self.topic,
            "variants": self.variants,
            "link": self.link,
            "segment": self.segment.json(),
            "start_delay": self.start_delay,
            "corrects_id": self.corrects_id,
            "template_id": self.template[0] if self.template else None,
            "template_version": self.template[1] if self.template else None,
        }


def _whole(words: dict[str, Any]) -> bool:
    """Title and text are there, and values are words."""
    values = words.get("values", {})
    said = [words.get("title"), words.get("body")]
    if not isinstance(values, dict) or set(words) - {"title", "body", "values"}:
        return False
    return all(said) and all(isinstance(each, str) for each in [*said, *values.values()])
