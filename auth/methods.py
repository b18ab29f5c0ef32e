"""Which second steps an account has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth import recovery
from auth.authenticators import Authenticator
from auth.desk import lists
from auth.federation import asking
from auth.identities import CARD, Addresses, addresses_of, issuers_of
from auth.passkeys import records as passkeys
from auth.passkeys.records import Owner
from auth.ways import Ways


@dataclass(frozen=True)
class Methods:
    """What an account can prove itself with, besides the first step it came by."""

    addresses: Addresses
    apps: int
    codes_left: int
    passkeys: int = 0
    card: bool = False  # connected, and the city offers it
    list_asks: int | None = None  # the number of the printed list that is asked for next

    def seconds(self, first: str | None) -> list[str]:
        """Names of the second steps after `first`, the best ones first."""
        return [
            name
            for name, there in (
                ("passkey", self.passkeys > 0),
                ("totp", self.apps > 0),
                ("card", self.card),
                ("desk_list", self.list_asks is not None),
                ("email", self.addresses.email is not None and first != "email"),
                ("line", self.addresses.line is not None and first != "line"),
                ("recovery", self.codes_left > 0),
            )
            if there
        ]

    @property
    def ways(self) -> Ways:
        """The same, counted for the question what may be taken away."""
        return Ways(
            line=int(self.addresses.line is not None),
            email=int(self.addresses.email is not None),
            passkeys=self.passkeys,
            apps=self.apps,
        )


def of(session: Session, resident_id: UUID) -> Methods:
    """The methods of a resident."""
    apps = select(func.count()).select_from(Authenticator).filter_by(resident_id=resident_id)
    return Methods(
        addresses_of(session, [resident_id]).get(resident_id, Addresses()),
        session.execute(apps).scalar_one(),
        recovery.left(session, resident_id),
        passkeys=passkeys.count(session, Owner("resident", resident_id)),
        card=asking.offers_card() and CARD in issuers_of(session, resident_id),
        list_asks=sheet.asked if (sheet := lists.of(session, resident_id)) else None,
    )


def ways_of(session: Session, resident_id: UUID) -> Ways:
    """All ways in of a resident, the card too: what `ways.may_remove` asks."""
    card = int(CARD in issuers_of(session, resident_id))
    return replace(of(session, resident_id).ways, card=card)
