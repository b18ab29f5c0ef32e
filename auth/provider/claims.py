"""Claims: what a resident typed here once, as OpenID Connect names it; and as pages say it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any
from uuid import UUID

from flask import current_app
from flask_babel import gettext
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auth import identities
from auth.card import reading
from auth.provider import scopes
from auth.provider.models import Release
from portal.catalogue.load import load_catalogue
from portal.core.clock import now
from portal.core.i18n import LANGUAGES
from portal.residents.reading import birthdate_words, card_of, language_of

SEX = {"F": "female", "M": "male"}


@dataclass(frozen=True)
class Field:
    """One field on the consent page."""

    label: str
    value: str


def of(session: Session, resident_id: UUID, wanted: Iterable[str]) -> dict[str, Any]:
    """The claims among `wanted` that have a value; `sub` is the caller's business."""
    names = set(wanted)
    found: dict[str, Any] = {}
    if names & {"nickname", "birthdate", "gender", "address"}:
        found |= _of_card(resident_id)
    if "email" in names:
        address = identities.addresses_of(session, [resident_id]).get(resident_id)
        if address is not None and address.email:
            found |= {"email": address.email, "email_verified": True}
    if "verified_claims" in names:
        found["verified_claims"] = _verified(session, resident_id)
    if "locale" in names:
        found["locale"] = language_of(resident_id)
    return {name: value for name, value in found.items() if name in names and value}


def _of_card(resident_id: UUID) -> dict[str, Any]:
    card = card_of(resident_id)
    if card is None:
        return {}
    return {
        "nickname": card.nickname,
        "birthdate": card.birthdate.isoformat() if card.birthdate else None,
        "gender": SEX.get(card.sex or ""),
        "address": _address(card.district),
    }


def _verified(session: Session, resident_id: UUID) -> dict[str, Any] | None:
    """What the card said last, with its time: the tool judges whether that is new enough."""
    record = reading.newest(session, resident_id)
    if record is None:
        return None
    told = record.verified
    values = {
        "name": told.name,
        "birthdate": told.birthdate.isoformat() if told.birthdate else None,
        "gender": SEX.get(told.sex or ""),
        "address": {"formatted": told.address} if told.address else None,
    }
    return {
        "verification": {
            "trust_framework": record.acr,
            "time": record.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "source": record.issuer,
        },
        "claims": {name: value for name, value in values.items() if value},
    }


def _address(key: str | None) -> dict[str, str] | None:
    """City and district; nobody types a street here (OpenID Connect Core §5.1.1)."""
    district = load_catalogue().districts.get(key or "")
    if district is None:
        return None
    city = current_app.extensions["mado.settings"].CITY_NAME
    name = district.name.say("ja")
    return {"country": "JP", "locality": city, "formatted": f"{city}{name}"}


def shown(session: Session, resident_id: UUID, wanted: Iterable[str]) -> list[Field]:
    """The same for the resident to read, empty ones too."""
    values = of(session, resident_id, wanted)
    fields = []
    for name in wanted:
        if name in scopes.LABELS:
            said = _said(resident_id, name, values.get(name)) or gettext("(not filled in)")
            fields.append(Field(gettext(scopes.LABELS[name]), said))
    return fields


def _said(resident_id: UUID, name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "birthdate":
        card = card_of(resident_id)
        return birthdate_words(card.birthdate) if card else ""
    if name == "gender":
        return str(gettext("Female") if value == "female" else gettext("Male"))
    if name == "verified_claims":
        told = {**value["claims"]} | value["claims"].get("address", {})
        told["birthdate"] = birthdate_words(date.fromisoformat(told["birthdate"]))
        told["gender"] = _said(resident_id, "gender", told["gender"]) if "gender" in told else ""
        parts = (told.get(part) for part in ("name", "birthdate", "formatted", "gender"))
        return " / ".join(part for part in parts if part)
    if name == "locale":
        return str(LANGUAGES.get(value, value))
    if name == "address":
        return str(value["formatted"])
    return str(value)


def note_release(session: Session, grant_id: UUID, names: Iterable[str]) -> None:
    """The tool received these fields now."""
    fields = " ".join(sorted(names))
    row = insert(Release).values(
        grant_id=grant_id, fields=fields, times=1, first_at=now(), last_at=now()
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=[Release.grant_id, Release.fields],
            set_={"times": Release.times + 1, "last_at": now()},
        )
    )
