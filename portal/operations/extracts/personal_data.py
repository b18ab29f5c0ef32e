"""What extractions keep that speaks of people: only why they were made."""

from __future__ import annotations

from portal.core.personal_data import PersonalData, kept

DATA = PersonalData(
    columns=kept(
        "extract_requests", "Why a clerk wanted personal columns, in the clerk's words; encrypted.",
        "As long as the operation log.", "reason",
    )
    | kept(
        "extract_runs", "Why a clerk took an extraction, in the clerk's words; encrypted.",
        "As long as the operation log.", "reason",
    )
)  # fmt: skip
