"""What is kept of hand-overs to tools, how it is taken along, why and how long; and merging."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.handing_over.models import HandOver, HandOverConsent, HandOverRow
from portal.core.errors import N_
from portal.core.merging import Preview, Steps
from portal.core.personal_data import ExportPart, Kept, PersonalData, as_rows


def _consents(session: Session, resident_id: UUID) -> list[dict[str, Any]]:
    found = (
        select(
            HandOver.tool,
            HandOver.purpose,
            HandOver.address,
            HandOver.fields,
            HandOverConsent.given_at,
            HandOverConsent.ended_at,
        )
        .join(HandOver, HandOver.id == HandOverConsent.hand_over_id)
        .where(HandOverConsent.resident_id == resident_id)
        .order_by(HandOverConsent.given_at)
    )
    return as_rows(session.execute(found))


def _given(session: Session, resident_id: UUID) -> list[dict[str, Any]]:
    found = (
        select(
            HandOver.tool,
            HandOverRow.first_given_at,
            HandOverRow.last_given_at,
            HandOverRow.times,
        )
        .join(HandOver, HandOver.id == HandOverRow.hand_over_id)
        .where(HandOverRow.resident_id == resident_id)
        .order_by(HandOver.tool)
    )
    return as_rows(session.execute(found))


PARTS = (
    ExportPart(
        "hand_over_consents",
        N_("Tools you let have your address"),
        {
            "tool": N_("Tool"),
            "purpose": N_("What for"),
            "address": N_("Address of the messages"),
            "fields": N_("Fields"),
            "given_at": N_("Allowed at"),
            "ended_at": N_("Ended at"),
        },
        _consents,
        ("hand_over_consents.resident_id",),
    ),
    ExportPart(
        "hand_over_rows",
        N_("What tools were given of you"),
        {
            "tool": N_("Tool"),
            "first_given_at": N_("First given"),
            "last_given_at": N_("Last given"),
            "times": N_("How often"),
        },
        _given,
        ("hand_over_rows.resident_id",),
    ),
)
_WITH = "Until the account is deleted."
COLUMNS = {
    "hand_over_consents.language": Kept("In which words the resident agreed.", _WITH),
    "hand_over_rows.digest": Kept(
        "Whether a tool has the newest data; made with our key.", "Until the resident withdraws."
    ),
    "hand_over_rows.times": Kept("Residents can see what tools were given.", _WITH),
    "hand_over_rows.step": Kept("Which change a tool has seen.", _WITH),
}
DATA = PersonalData(parts=PARTS, columns=COLUMNS)


class HandOvers:
    """The part of `registries.merge_parts` for hand-overs."""

    columns: Mapping[str, str] = {
        "hand_over_consents.resident_id": "A consent is for the address its own account had.",
        "hand_over_rows.resident_id": "It says what a tool was given of its own account.",
    }

    def preview(self, session: Session, into: UUID, other: UUID) -> Preview:
        """Nothing comes along."""
        return Preview(lines=[])

    def move(self, steps: Steps, into: UUID, other: UUID, choices: Mapping[str, str]) -> None:
        """Nothing moves: whoever wants it agrees again."""
