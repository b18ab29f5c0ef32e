"""Acts on the rich messages of a draft: put one, take it away; each is a version of the notice."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext
from sqlalchemy.orm import Session

from notifications.languages import WRITTEN
from notifications.notices import checking, personal, writing
from notifications.notices.personal import ASKED, Finding
from notifications.rich_messages import content, shots
from notifications.rich_messages.content import Cards, FaultyRich, Imagemap, Rich, Shot


class Personal(FaultyRich):
    """Something looks like one person's data; `asked` can be confirmed by a clerk."""

    def __init__(self, finding: Finding) -> None:
        super().__init__("shape")
        self.asked = finding.level == ASKED
        self.message = gettext(checking.FOUND[finding.code], excerpt=finding.excerpt)


def put(
    session: Session,
    notice_id: UUID,
    author_id: UUID,
    language: str,
    rich: Rich,
    *,
    confirmed: bool = False,
) -> None:
    """The rich message of a language; raises FaultyRich where it can not be sent."""
    checked = content.read(content.json(rich))
    _check_words(checked, confirmed=confirmed)
    notice = writing.changeable(session, notice_id, author_id)
    if language not in notice.variants or language not in WRITTEN:
        raise FaultyRich("shape")
    if not all(shots.use(session, each) for each in _pictures(checked)):
        raise FaultyRich("shape")
    notice.rich = (notice.rich or {}) | {language: content.json(checked)}
    writing.changed(session, notice)


def take_away(session: Session, notice_id: UUID, author_id: UUID, language: str) -> None:
    """The notice goes out as words again."""
    notice = writing.changeable(session, notice_id, author_id)
    left = {name: each for name, each in (notice.rich or {}).items() if name != language}
    notice.rich = left or None
    writing.changed(session, notice)


def _check_words(rich: Rich, *, confirmed: bool) -> None:
    """The guideline of 2021 for every word of it, as for the notice's own."""
    for text in content.texts(rich):
        for finding in personal.findings(text, checking.own_domains()):
            if not (finding.level == ASKED and confirmed):
                raise Personal(finding)


def _pictures(rich: Rich) -> list[Shot]:
    if isinstance(rich, Imagemap):
        return [rich.picture]
    assert isinstance(rich, Cards)  # noqa: S101  (there are two kinds)
    return [card.picture for card in rich.cards if card.picture is not None]
