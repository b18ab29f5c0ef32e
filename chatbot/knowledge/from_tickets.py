"""A clerk's answer to a ticket becomes a draft of the FAQ, to be proposed and approved as any."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from chatbot.knowledge import editing
from chatbot.knowledge.models import Thing
from chatbot.knowledge.store import live_entries
from portal.core.clock import today
from portal.core.ids import new_id

DESK = "general"  # the information desk answers for it until the editor names another
REVIEW_AFTER = timedelta(days=365)


def draft(session: Session, question: str, answer: str, by: UUID | None) -> str:
    """Keep the draft; gives the address of the page where it is edited."""
    day = today()
    body = {
        "key": f"faq_{new_id().hex[-10:]}",
        "kind": "faq",
        "category": _category(),
        "desk": DESK,
        "owner": DESK,
        "links": [],
        "source": {"title": "連絡票", "url": ""},
        "texts": {"ja": {"question": question, "answer": answer, "aliases": []}},
        "updated": day.isoformat(),
        "valid_from": day.isoformat(),
        "review_on": (day + REVIEW_AFTER).isoformat(),
    }
    made = editing.draft(session, Thing.FAQ, str(body["key"]), body, by=by)
    return url_for("answers_staff.edit", key=made.key)


def _category() -> str:
    """The one about this service where there is one, else any."""
    live = (body for thing, _, body in live_entries() if thing == Thing.FAQ and body)
    found = sorted({str(body.get("category", "")) for body in live})
    return next((name for name in found if "このサービス" in name), found[0] if found else "")
