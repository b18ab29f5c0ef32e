"""Who can be reached by which channel: an identity of it, and nothing that switched it off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, exists, not_
from sqlalchemy.orm import Session

from auth.identities import EMAIL, LINE, Identity, addresses_of
from notifications.channels.models import ChannelStop


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach residents and the identity it needs."""

    name: str
    issuer: str

    def reaches(self, resident_id: Any) -> ColumnElement[bool]:
        """Whether the resident of this column (or id) can be reached."""
        return and_(
            exists().where(Identity.resident_id == resident_id, Identity.issuer == self.issuer),
            not_(
                exists().where(
                    ChannelStop.resident_id == resident_id, ChannelStop.channel == self.name
                )
            ),
        )

    def addresses(
        self, connection: Session | Connection, resident_ids: Iterable[UUID]
    ) -> dict[UUID, str]:
        """Addresses of those who have one and have not left."""
        found = addresses_of(connection, resident_ids)
        return {
            resident_id: address
            for resident_id, each in found.items()
            if (address := getattr(each, self.issuer)) is not None
        }


CHANNELS = {"line": Channel("line", LINE), "mail": Channel("mail", EMAIL)}
