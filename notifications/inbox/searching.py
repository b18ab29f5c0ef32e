"""A resident's own notices as the box looks through them: the newest titles, stored nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from flask import url_for

from notifications.inbox.reading import newest
from notifications.notices import letters
from portal.guide.search import OwnThing

LOOKED_THROUGH = 200


def own_notices(resident_id: UUID, language: str) -> Iterator[OwnThing]:
    """The newest ones, archived ones too, in one query."""
    for item in newest(resident_id, LOOKED_THROUGH):
        yield OwnThing(
            "notice",
            letters.title(item, language),
            "",
            url_for("inbox.notice", notice_id=item.id),
        )
