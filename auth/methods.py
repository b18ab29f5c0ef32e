"""Which second steps an account has."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth import recovery
from auth.authenticators import Authenticator
from auth.identities import Addresses, addresses_of


@dataclass(frozen=True)
class Methods:
    """What an account can prove itself with, besides the first step it came by."""

    addresses: Addresses
    apps: int
    codes_left: int

    def seconds(self, first: str | None) -> list[str]:
        """Names of the second steps after `first`, the best ones first."""
        return [
            name
            for name, there in (
                ("totp", self.apps > 0),
                ("email", self.addresses.email is not None and first != "email"),
                ("line", self.addresses.line is not None and first != "line"),
                ("recovery", self.codes_left > 0),
            )
            if there
        ]


def of(session: Session, resident_id: UUID) -> Methods:
    """The methods of a resident."""
    apps = select(func.count()).select_from(Authenticator).filter_by(resident_id=resident_id)
    return Methods(
        addresses_of(session, [resident_id]).get(resident_id, Addresses()),
        session.execute(apps).scalar_one(),
        recovery.left(session, resident_id),
    )
