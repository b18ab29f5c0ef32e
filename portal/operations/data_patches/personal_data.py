"""What patches keep that speaks of people."""

from __future__ import annotations

from portal.core.personal_data import PersonalData, kept

DATA = PersonalData(
    columns=kept(
        "data_patches", "The approved script, why it was needed, and the rows before and after it, "
        "so that it can be taken back; encrypted.",
        "As long as the operation log.", "script", "reason", "changes",
    )
)  # fmt: skip
