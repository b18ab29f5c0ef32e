"""What is kept of questions asked on LINE: why and how long. Nothing of it names a resident."""

from __future__ import annotations

from portal.core.personal_data import PersonalData, kept

DATA = PersonalData(
    columns=kept(
        "line_events",
        "What was said on LINE, until it is answered; encrypted.",
        "Emptied when it is answered.",
        "payload",
    )
)
