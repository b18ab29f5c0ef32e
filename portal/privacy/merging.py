"""Two accounts of one person become one: what privacy pages and the survey keep of them."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.merging import Preview, Steps


class Asked:
    """The part of `registries.merge_parts` for files asked for and questions asked."""

    columns: Mapping[str, str] = {
        "data_exports.resident_id": "Sealed for the one account, and over within seven days.",
        "resident_looks.resident_id": "Who looked at which account stays said of that account.",
        "survey_asks.resident_id": "Each account was asked for itself; a day, nothing more.",
    }

    def preview(self, session: Session, into: UUID, other: UUID) -> Preview:
        """Nothing to see."""
        return Preview()

    def move(self, steps: Steps, into: UUID, other: UUID, choices: Mapping[str, str]) -> None:
        """Nothing moves."""
