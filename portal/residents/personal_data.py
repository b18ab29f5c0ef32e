"""What is kept of residents and their families, how it is taken along, why and how long."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.core.errors import N_
from portal.core.personal_data import ExportPart, Kept, PersonalData, as_rows, table_part
from portal.residents.models import Person, PersonRemoval, Resident
from portal.residents.rights import Role
from portal.residents.sharing_models import CardChange, CardInvitation, CardShare, SharingEnd

UNTIL_REMOVED = "Until the resident removes it; a removed card for 7 days, an account for 30."
CARD = {
    "relation": N_("Relation"),
    "nickname": N_("Nickname"),
    "birthdate": N_("Birthdate"),
    "sex": N_("Sex"),
    "district": N_("District"),
    "interests": N_("Interests"),
    "expected_on": N_("Expected date"),
    "facts": N_("Dates you gave"),
    "silenced_at": N_("Silent since"),
    "created_at": N_("Made at"),
}


def _shared(session: Session, resident_id: UUID) -> list[dict[str, Any]]:
    """Cards others share with me: what I may see of them, never what the owner's home says."""
    found = (
        select(
            Person.nickname.label("nickname"),
            Person.birthdate.label("birthdate"),
            Person.sex.label("sex"),
            CardShare.role.label("role"),
            CardShare.name.label("called"),
            CardShare.owner_name.label("other"),
            CardShare.silenced_at.label("silenced_at"),
            CardShare.at.label("at"),
        )
        .join(Person, Person.id == CardShare.person_id)
        .where(CardShare.resident_id == resident_id)
    )
    return as_rows(session.execute(found.order_by(CardShare.at)))


def _lent(session: Session, resident_id: UUID) -> list[dict[str, Any]]:
    """My cards others have, by the name each chose to show."""
    found = (
        select(
            Person.nickname.label("nickname"),
            CardShare.name.label("other"),
            CardShare.role.label("role"),
            CardShare.at.label("at"),
        )
        .join(Person, Person.id == CardShare.person_id)
        .where(Person.resident_id == resident_id)
    )
    return as_rows(session.execute(found.order_by(CardShare.at)))


def _invited(session: Session, resident_id: UUID) -> list[dict[str, Any]]:
    """Open invitations I made."""
    names = ("kind", "name", "agreed", "at", "until")
    found = select(*(getattr(CardInvitation, name).label(name) for name in names))
    return as_rows(session.execute(found.where(CardInvitation.invited_by == resident_id)))


def _changed(session: Session, resident_id: UUID) -> list[dict[str, Any]]:
    """Changes of the last 30 days on cards I own or share; `mine`: it was me."""
    shared = select(CardShare.person_id).where(
        CardShare.resident_id == resident_id, CardShare.role == Role.CO_PARENT
    )
    found = (
        select(
            (CardChange.by == resident_id).label("mine"),
            CardChange.before.label("before"),
            CardChange.at.label("at"),
        )
        .join(Person, Person.id == CardChange.person_id)
        .where(or_(Person.resident_id == resident_id, Person.id.in_(shared)))
    )
    return as_rows(session.execute(found.order_by(CardChange.at)))


PARTS = (
    table_part(
        "account",
        N_("Your account"),
        Resident.id,
        {"id": N_("Number"), "language": N_("Language"), "created_at": N_("Made at")},
        covers=(),
    ),
    table_part("people", N_("Your family"), Person.resident_id, CARD),
    table_part(
        "removed_cards",
        N_("Removed cards that can still come back"),
        PersonRemoval.resident_id,
        {"card": N_("Card"), "at": N_("Removed at")},
    ),
    ExportPart(
        "shared_with_you",
        N_("Cards others share with you"),
        {
            "nickname": N_("Nickname"),
            "birthdate": N_("Birthdate"),
            "sex": N_("Sex"),
            "role": N_("Role"),
            "called": N_("What the others call you"),
            "other": N_("Shared by"),
            "silenced_at": N_("Silent since"),
            "at": N_("Since"),
        },
        _shared,
        ("card_shares.resident_id",),
    ),
    ExportPart(
        "shared_by_you",
        N_("Who else has your cards"),
        {
            "nickname": N_("Nickname"),
            "other": N_("Shared with"),
            "role": N_("Role"),
            "at": N_("Since"),
        },
        _lent,
        ("card_shares.person_id",),
    ),
    ExportPart(
        "invitations",
        N_("Open invitations to a card"),
        {
            "kind": N_("Kind"),
            "name": N_("For"),
            "agreed": N_("Agreed"),
            "at": N_("Made at"),
            "until": N_("Valid until"),
        },
        _invited,
        ("card_invitations.invited_by", "card_invitations.person_id"),
    ),
    ExportPart(
        "card_changes",
        N_("Changes of shared cards in the last 30 days"),
        {"mine": N_("By you"), "before": N_("What was before"), "at": N_("Changed at")},
        _changed,
        ("card_changes.person_id",),
    ),
    table_part(
        "sharing_ends",
        N_("Sharing that has ended lately"),
        SharingEnd.resident_id,
        {"why": N_("Why"), "at": N_("Ended at")},
    ),
)

_RULES = "Rules and segments work out from it what is for whom."
_SHARED = "The other parent of a shared card is called by it."
COLUMNS = {
    "residents.language": Kept("Pages and messages come in it.", UNTIL_REMOVED),
    "persons.relation": Kept(_RULES, UNTIL_REMOVED),
    "persons.nickname": Kept("Pages call the person by it; encrypted.", UNTIL_REMOVED),
    "persons.birthdate": Kept(_RULES, UNTIL_REMOVED),
    "persons.sex": Kept(_RULES + " Optional.", UNTIL_REMOVED),
    "persons.district": Kept(_RULES + " Garbage days and desks depend on it.", UNTIL_REMOVED),
    "persons.interests": Kept("Which notices and news are shown first. Optional.", UNTIL_REMOVED),
    "persons.expected_on": Kept(_RULES, UNTIL_REMOVED),
    "persons.facts": Kept(_RULES + " Dates the resident gave (moving, marriage).", UNTIL_REMOVED),
    "person_removals.card": Kept("A removed card can be put back; encrypted.", "7 days."),
    "card_shares.role": Kept("What somebody may do with the card.", "Until the sharing ends."),
    "card_shares.name": Kept(_SHARED + " Encrypted.", "Until the sharing ends."),
    "card_shares.owner_name": Kept(_SHARED + " Encrypted.", "Until the sharing ends."),
    "card_invitations.kind": Kept("What the invitation is for.", "7 days."),
    "card_invitations.agreed": Kept("Whether the owner has said yes.", "7 days."),
    "card_invitations.name": Kept("Says whom the invitation is for; encrypted.", "7 days."),
    "card_changes.before": Kept("The other parent can take a change back; encrypted.", "30 days."),
    "sharing_ends.why": Kept("The resident is told once why a card is gone.", "30 days."),
}

DATA = PersonalData(parts=PARTS, columns=COLUMNS)
