"""What clerks look at before they decide: previews as LINE and mail, the sentence, the count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext

from notifications.languages import WRITTEN
from notifications.notices import corrections, letters, reading
from notifications.notices.drafts import OWN_WHY
from notifications.notices.letters import LineWords, Worded
from notifications.notices.models import LISTED
from notifications.notices.reading import View
from notifications.notices.words import MARKS
from notifications.rich_messages import content
from notifications.rich_messages.content import Rich
from notifications.segments import city
from notifications.segments.counting import Reach, count
from notifications.segments.meaning import SegmentFault
from notifications.segments.segment import Segment
from portal.core.db import read


@dataclass(frozen=True, slots=True)
class Preview:
    """The words of one language as they will leave."""

    language: str
    name: str
    line: LineWords
    subject: str
    mail: str
    rich: Rich | None = None
    words_first: bool = False  # before the rich message, where a mark must be seen


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a segment means: the sentence and, unless it can not be asked, the counts."""

    sentence: str
    reach: Reach | None
    fault: str | None = None


def previews(notice: Worded, notice_id: UUID | None = None) -> list[Preview]:
    """One preview for each language the notice is written in."""
    found = []
    # JSON in the database does not keep an order: Japanese comes first by ours.
    for language in (each for each in WRITTEN if each in notice.variants):
        mail = letters.mail(notice, language, notice_id)
        line = letters.line_words(notice, language, notice_id)
        rich = content.of(notice.rich, language)
        name = WRITTEN[language]
        marked = notice.kind in MARKS
        found.append(Preview(language, name, line, mail.subject, mail.text, rich, marked))
    return found


def target_of(notice: View) -> Target:
    """Whom a notice means: its segment, or who received the wrong one it corrects."""
    if notice.origin in LISTED:
        return listed(notice)
    if notice.corrects_id is None:
        return target(notice.segment)
    wrong = reading.one(notice.corrects_id)
    return corrected(wrong) if wrong else target(notice.segment)


def listed(notice: View) -> Target:
    """Those a reminder names: everybody it was made for."""
    sentence = gettext(OWN_WHY[notice.topic])
    return Target(str(sentence), corrections.listed_reach(notice.id))


def corrected(wrong: View) -> Target:
    """Exactly those who received the wrong notice."""
    sentence = gettext("Everybody who received “%(title)s”", title=wrong.title)
    return Target(str(sentence), corrections.reach(wrong.id))


def target(segment: dict[str, Any]) -> Target:
    """Sentence and counts of a stored segment; a service that went away is said, not raised."""
    try:
        meant = Segment.read(segment)
        sentence = city.sentence(meant)
        return Target(sentence, count(read(), meant.test(city.setting())))
    except SegmentFault as fault:
        return Target("", None, str(fault))
