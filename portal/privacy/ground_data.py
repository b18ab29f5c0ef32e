"""What the ground, the privacy pages and the survey keep of residents, why and how long."""

from __future__ import annotations

from portal.core.errors import N_
from portal.core.personal_data import PersonalData, kept, table_part
from portal.insight.models import SurveyAsk
from portal.privacy.looking_models import ResidentLook
from portal.privacy.models import DataExport

PARTS = (
    table_part(
        "exports",
        N_("Files you asked for"),
        DataExport.resident_id,
        {"asked_at": N_("Date"), "made_at": N_("Made at"), "fetched_at": N_("Downloaded at")},
    ),
    table_part(
        "looks",
        N_("Who in the city hall looked at your data"),
        ResidentLook.resident_id,
        {
            "at": N_("Date"),
            "department": N_("Clerk's department"),
            "place": N_("What was opened"),
            "reason": N_("Why"),
        },
    ),
    table_part(
        "survey",
        N_("When we last asked how easy something was"),
        SurveyAsk.resident_id,
        {"asked_on": N_("Date")},
    ),
)

COLUMNS = {
    **kept("outbox_messages", "A message to one person, until it is sent; encrypted.",
           "Words until sent; the address 14 days.", "to", "params"),
    **kept("kept_forms", "A form sent too late comes back to its writer; encrypted.",
           "30 minutes.", "fields"),
    **kept("data_exports", "In which language the file is made.", "7 days.", "language"),
    **kept("resident_looks", "Why a clerk opened a resident's data, in the clerk's words; "
           "encrypted.", "Until the account is deleted.", "words"),
    **kept("resident_looks", "So that residents see which department opened what, and why.",
           "Until the account is deleted.", "department", "place", "reason"),
    **kept("survey_asks", "So that nobody is asked twice within 90 days.",
           "Until the account is deleted.", "asked_on"),
}  # fmt: skip

DATA = PersonalData(parts=PARTS, columns=COLUMNS)
