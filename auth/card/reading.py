"""What pages and tools read of verified records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.card import rules
from auth.card.records import Verified, VerifiedRecord
from auth.card.rules import Difference, Typed
from auth.identities import CARD, Identity
from portal.catalogue.load import load_catalogue
from portal.residents.reading import card_of


@dataclass(frozen=True)
class Record:
    """One verified record."""

    verified: Verified
    source: str
    issuer: str
    acr: str
    at: datetime


def records_of(session: Session, resident_id: UUID) -> list[Record]:
    """Every record of a resident, the newest first."""
    rows = session.scalars(
        select(VerifiedRecord)
        .where(VerifiedRecord.resident_id == resident_id)
        .order_by(VerifiedRecord.verified_at.desc(), VerifiedRecord.id.desc())
    )
    return [_record(row) for row in rows]


def newest(session: Session, resident_id: UUID) -> Record | None:
    """What was verified last."""
    found = session.scalars(
        select(VerifiedRecord)
        .where(VerifiedRecord.resident_id == resident_id)
        .order_by(VerifiedRecord.verified_at.desc(), VerifiedRecord.id.desc())
        .limit(1)
    ).first()
    return _record(found) if found is not None else None


def connected_at(session: Session, resident_id: UUID) -> datetime | None:
    """Since when a card is connected; None: there is none."""
    return session.execute(
        select(Identity.verified_at).where(
            Identity.resident_id == resident_id, Identity.issuer == CARD
        )
    ).scalar()


def typed_of(resident_id: UUID) -> Typed:
    """What the resident typed."""
    row = card_of(resident_id)
    return Typed(row.birthdate, row.sex, row.district) if row is not None else Typed()


def district_of(verified: Verified) -> str | None:
    """The key of the district the verified address lies in, if it can be told."""
    names = {key: one.name.say("ja") for key, one in load_catalogue().districts.items()}
    city = current_app.extensions["mado.settings"].CITY_NAME
    return rules.district_in(verified.address, city, names)


def differences(resident_id: UUID, verified: Verified) -> list[Difference]:
    """What the resident could take over from the card."""
    return rules.differences(verified, typed_of(resident_id), district_of(verified))


def _record(row: VerifiedRecord) -> Record:
    return Record(Verified.read(row.claims), row.source, row.issuer, row.acr, row.verified_at)
