"""Which rich menus were published to LINE, found by the hash of what they are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey


class RichMenu(Base):
    """One published menu. LINE never lets a picture be replaced: other content, another menu."""

    __tablename__ = "rich_menus"

    id: Mapped[IdKey]
    content_hash: Mapped[str] = mapped_column(unique=True)  # definition, picture, addresses
    line_id: Mapped[str | None]  # LINE's richMenuId, once it was created
    uploaded_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
