"""What is kept of questions left for staff: why and how long. Nothing of it names a resident."""

from __future__ import annotations

from portal.core.personal_data import PersonalData, kept

DATA = PersonalData(
    columns=kept(
        "question_tickets",
        "A question somebody left for staff and where the answer goes; encrypted.",
        "The address until 30 days after the answer, the rest 180 days.",
        "words",
        "mail",
        "answer",
    )
)
