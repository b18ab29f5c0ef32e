"""Our own address of every link of a rich message: it counts the tap and leads on."""

from __future__ import annotations

from uuid import UUID

from flask import current_app

from notifications.notices.links import landing
from notifications.rich_messages import content
from notifications.rich_messages.content import Rich


def addresses(rich: Rich, language: str, notice_id: UUID | None, channel: str) -> list[str]:
    """One for each of `content.links`, by its number; the same for all who receive the notice."""
    number = notice_id or UUID(int=0)  # a preview has no number yet
    base = current_app.extensions["mado.settings"].PUBLIC_URL
    return [
        base + landing(number, channel, f"/rich/{language}/{place}")
        for place, _ in enumerate(content.links(rich))
    ]
