"""What reminders keep of a resident, how it is taken along, why and how long."""

from __future__ import annotations

from notifications.reminders.models import NoticeRecipient, ReminderLine, ReminderWish
from portal.core.errors import N_
from portal.core.personal_data import PersonalData, kept, table_part

_ONCE = "So that nobody is reminded twice of one thing, and a report says why somebody was not."
_CARD = "800 days, or until the card or the account is removed."
_WISH = "Reminders come as the resident asked for them."

DATA = PersonalData(
    parts=(
        table_part(
            "reminder_wishes",
            N_("How you want reminders"),
            ReminderWish.resident_id,
            {
                "todos": N_("Reminders of your to-dos"),
                "garbage_place": N_("The evening before garbage day"),
                "at": N_("Date"),
            },
        ),
        table_part(
            "reminder_lines",
            N_("To-dos you were reminded of"),
            ReminderLine.resident_id,
            {
                "person_id": N_("Card"),
                "service": N_("Service"),
                "occurrence": N_("Which time"),
                "what": N_("Kind"),
                "night": N_("Date"),
                "held_back": N_("Why not"),
            },
            covers=("reminder_lines.resident_id", "reminder_lines.person_id"),
        ),
        table_part(
            "notice_recipients",
            N_("Reminders made for you"),
            NoticeRecipient.resident_id,
            {"notice_id": N_("Notice")},
        ),
    ),
    columns={
        **kept("reminder_wishes", _WISH, "Until the account is deleted.", "todos", "garbage_place"),
        **kept("reminder_lines", _ONCE, _CARD, "service", "occurrence", "what", "night"),
        **kept("reminder_lines", _ONCE, _CARD, "held_back"),
    },
)
