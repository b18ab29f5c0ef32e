"""Connected city tools when two accounts become one, and what stays behind for a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from auth.provider.clients import Client
from auth.provider.models import Grant, Subject, ToolConsent
from portal.core.clock import now
from portal.core.merging import MOVES, Preview, Steps, absent

CONSENTS = ToolConsent.metadata.tables["provider_consents"]
SUBJECTS = Subject.metadata.tables["provider_subjects"]
GRANTS = Grant.metadata.tables["provider_grants"]


class Tools:
    """The part of `registries.merge_parts` for tools: they go on knowing who they knew.

    Where both accounts were known to one sector, the tool keeps two names of one person; from now
    on it meets the name of the account that stays.
    """

    columns: Mapping[str, str] = {
        "provider_subjects.resident_id": MOVES,
        "provider_consents.resident_id": MOVES,
        "provider_grants.resident_id": MOVES,
    }

    def preview(self, session: Session, into: UUID, other: UUID) -> Preview:
        """Which tools come, and which know both accounts."""
        mine, theirs = _tools(session, into), _tools(session, other)
        found = Preview()
        if theirs:
            names = gettext(", ").join(sorted(theirs.values()))
            found.lines.append(gettext("Connected services: %(names)s", names=names))
        for client_id in theirs.keys() & mine.keys():
            name = theirs[client_id]
            found.lines.append(
                gettext(
                    "%(name)s knows both accounts. It goes on with the one you are signed in to;"
                    " what you did there with the other stays there.",
                    name=name,
                )
            )
        return found

    def move(self, steps: Steps, into: UUID, other: UUID, choices: Mapping[str, str]) -> None:
        """Sign-ins at tools are over by now; consents and names move where they can."""
        steps.move(
            SUBJECTS.c.resident_id, other, into, absent(SUBJECTS.c.resident_id, into, "sector")
        )
        live = CONSENTS.alias()
        taken = (
            select(live.c.id)
            .where(
                live.c.resident_id == into,
                live.c.client_id == CONSENTS.c.client_id,
                live.c.ended_at.is_(None),
            )
            .exists()
        )
        steps.move(
            CONSENTS.c.resident_id, other, into, or_(CONSENTS.c.ended_at.is_not(None), ~taken)
        )
        steps.move(GRANTS.c.resident_id, other, into)


class Staying:
    """What does not move, and why: it hangs on the one account, or is over in a while."""

    columns: Mapping[str, str] = {
        "recovery_codes.resident_id": "Hashed with their own account; those of the other stay.",
        "consent_records.resident_id": "Each account agreed for itself.",
        "guardian_agreements.resident_id": "Each account was agreed to for itself.",
        "guardian_agreements.guardian_id": "Names who agreed; never another account.",
        "guardian_requests.resident_id": "Over within a week.",
        "address_undos.resident_id": "Ended by the merge, or an address would leave by a link.",
        "account_merges.into_id": "The merge itself.",
        "account_merges.other_id": "The merge itself.",
        "departures.resident_id": "Who leaves is not merged.",
        "desk_lists.resident_id": "Hashed with their own account.",
        "counter_numbers.resident_id": "Over within the day.",
        "recovery_cases.resident_id": "About one account; it ends with it.",
        "passkey_offers.resident_id": "When one was asked; nothing hangs on it.",
        "devices.resident_id": "A remembered device of one account must not open another.",
        "not_me_links.resident_id": "It ends what was open for that account; nothing is.",
    }

    def preview(self, session: Session, into: UUID, other: UUID) -> Preview:
        """Nothing to see."""
        return Preview()

    def move(self, steps: Steps, into: UUID, other: UUID, choices: Mapping[str, str]) -> None:
        """Nothing moves."""


def _tools(session: Session, resident_id: UUID) -> dict[Any, str]:
    rows = (
        select(Client.id, Client.name)
        .join(ToolConsent, ToolConsent.client_id == Client.id)
        .where(
            ToolConsent.resident_id == resident_id,
            ToolConsent.ended_at.is_(None),
            ToolConsent.until > now(),
        )
    )
    return {row.id: row.name for row in session.execute(rows)}
