"""What is kept of how residents sign in and where, how it is taken along, why and how long."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth import authenticators, consents, guardians, identities, recovery
from auth.address_undos import AddressUndo
from auth.card.records import VerifiedRecord
from auth.desk.lists import DeskList
from auth.devices.models import Device
from auth.passkeys.records import Passkey
from auth.personal_columns import COLUMNS
from auth.provider.clients import Client
from auth.provider.models import Grant, Release, ToolConsent
from auth.recovery_cases import RecoveryCase
from portal.core.errors import N_
from portal.core.personal_data import ExportPart, PersonalData, as_rows, table_part
from portal.core.web.sessions import SessionRow


def _tools(session: Session, resident_id: UUID) -> list[dict[str, Any]]:
    """Every consent to a tool, by the tool's name."""
    names = ("scopes", "given_at", "until", "ended_at", "ended_why")
    found = (
        select(Client.name.label("tool"), *(getattr(ToolConsent, n).label(n) for n in names))
        .join(Client, Client.id == ToolConsent.client_id)
        .where(ToolConsent.resident_id == resident_id)
    )
    return as_rows(session.execute(found.order_by(ToolConsent.given_at)))


def _received(session: Session, resident_id: UUID) -> list[dict[str, Any]]:
    """Sign-ins at tools, under which name, and the fields each received."""
    found = (
        select(
            Client.name.label("tool"),
            Grant.subject.label("subject"),
            Grant.created_at.label("at"),
            Release.fields.label("received"),
            Release.times.label("times"),
            Release.last_at.label("last_at"),
            Grant.revoked_at.label("ended_at"),
        )
        .join(Client, Client.id == Grant.client_id)
        .outerjoin(Release, Release.grant_id == Grant.id)
        .where(Grant.resident_id == resident_id)
    )
    return as_rows(session.execute(found.order_by(Grant.created_at)))


_USED = {"created_at": N_("Made at"), "used_at": N_("Last used at")}
WAYS = (
    table_part(
        "ways_in",
        N_("Your addresses"),
        identities.Identity.resident_id,
        {"issuer": N_("Kind"), "subject": N_("Address"), "verified_at": N_("Confirmed at")},
    ),
    table_part(
        "authenticators",
        N_("Authenticator apps"),
        authenticators.Authenticator.resident_id,
        _USED,
    ),
    table_part(
        "passkeys",
        N_("Passkeys"),
        Passkey.resident_id,
        {"name": N_("Name"), "device": N_("Device"), **_USED},
    ),
    table_part("recovery_codes", N_("Recovery codes"), recovery.RecoveryCode.resident_id, _USED),
    table_part(
        "desk_lists",
        N_("Code list from the desk"),
        DeskList.resident_id,
        {"created_at": N_("Made at")},
    ),
    table_part(
        "devices",
        N_("Your devices"),
        Device.resident_id,
        {
            "kind": N_("Kind"),
            **_USED,
            "remembered_until": N_("Remembered until"),
            "ended_at": N_("Ended at"),
        },
    ),
    table_part(
        "sessions",
        N_("Where you are signed in"),
        SessionRow.subject_id,
        {"created_at": N_("Since"), "seen_at": N_("Last used at")},
        SessionRow.face == "resident",
        covers=(),
    ),
)
CONSENTS = (
    table_part(
        "consents",
        N_("Your consents"),
        consents.ConsentRecord.resident_id,
        {"version": N_("Version"), "language": N_("Language"), "at": N_("Date")},
    ),
    table_part(
        "guardians",
        N_("Consents of your guardian"),
        guardians.GuardianAgreement.resident_id,
        {
            "version": N_("Version"),
            "relation": N_("Relation"),
            "basis": N_("How we know"),
            "at": N_("Date"),
        },
    ),
    table_part(
        "given_for_children",
        N_("Consents you gave for children"),
        guardians.GuardianAgreement.guardian_id,
        {"version": N_("Version"), "relation": N_("Relation"), "at": N_("Date")},
    ),
    table_part(
        "verified",
        N_("Confirmed by My Number card"),
        VerifiedRecord.resident_id,
        {"source": N_("Kind"), "claims": N_("What it said"), "verified_at": N_("Confirmed at")},
    ),
    table_part(
        "old_addresses",
        N_("Old mail addresses that can still come back"),
        AddressUndo.resident_id,
        {"old": N_("Address"), "at": N_("Changed at")},
    ),
    table_part(
        "recoveries",
        N_("Recoveries of your account"),
        RecoveryCase.resident_id,
        {
            "lost": N_("What was lost"),
            "seen": N_("What was shown at the desk"),
            "new_email": N_("Address"),
            "created_at": N_("Date"),
            "done_at": N_("Done at"),
            "stopped_at": N_("Stopped at"),
        },
    ),
)
TOOLS = (
    ExportPart(
        "tools",
        N_("Connected services"),
        {
            "tool": N_("Service"),
            "scopes": N_("Fields"),
            "given_at": N_("Allowed at"),
            "until": N_("Valid until"),
            "ended_at": N_("Ended at"),
            "ended_why": N_("Why it ended"),
        },
        _tools,
        ("provider_consents.resident_id",),
    ),
    ExportPart(
        "received_by_tools",
        N_("What connected services received"),
        {
            "tool": N_("Service"),
            "subject": N_("Your number there"),
            "at": N_("Date"),
            "received": N_("Fields"),
            "times": N_("How often"),
            "last_at": N_("Last time"),
            "ended_at": N_("Ended at"),
        },
        _received,
        ("provider_grants.resident_id", "provider_subjects.resident_id"),
    ),
)
NOT_EXPORTED = {
    "guardian_requests.resident_id": "A code that is over within a week; only its hash is kept.",
    "account_merges.into_id": "The sealed steps of an undo; what they moved is in the other parts.",
    "account_merges.other_id": "The sealed steps of an undo; what they moved is in the others.",
    "departures.resident_id": "Who has left can not download any more.",
    "counter_numbers.resident_id": "A number that is over in half an hour; only its hash is kept.",
    "passkey_offers.resident_id": "When a passkey was last offered; says nothing of anybody.",
    "not_me_links.resident_id": "The hash of a link that is over within a week.",
}

DATA = PersonalData(parts=WAYS + CONSENTS + TOOLS, not_exported=NOT_EXPORTED, columns=COLUMNS)
