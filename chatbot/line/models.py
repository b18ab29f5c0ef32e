"""LINE events as rows: received once, worked once, then emptied of what was said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.crypto import PersonalJSON
from portal.core.db import Base


class LineEvent(Base):
    """One webhook event. LINE may deliver it twice or out of order; its id makes it one."""

    __tablename__ = "line_events"
    __table_args__ = (
        Index(None, "next_try_at", postgresql_where=text("done_at IS NULL")),
        Index(None, "message_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)  # webhookEventId, a ULID
    kind: Mapped[str]
    message_id: Mapped[str | None]
    payload: Mapped[dict[str, Any] | None] = mapped_column(PersonalJSON("line_events.payload"))
    received_at: Mapped[datetime] = mapped_column(default=now, index=True)
    next_try_at: Mapped[datetime] = mapped_column(default=now)
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    error: Mapped[str | None]


class LineTalk(Base):
    """What the dialogue remembers of one talk (which entry was spoken of), never who it is."""

    __tablename__ = "line_talks"

    user_index: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)  # blind index
    context: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime] = mapped_column(default=now, index=True)
