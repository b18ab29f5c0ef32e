"""What residents did, wrote and marked on My Page, how it is taken along, why and how long."""

from __future__ import annotations

from portal.core.errors import N_
from portal.core.personal_data import Kept, PersonalData, kept, table_part
from portal.mypage.calendar.models import CalendarFeed
from portal.mypage.favourite_models import Favourite
from portal.mypage.models import TodoAct
from portal.mypage.newly_models import NewlyDue
from portal.mypage.own_models import LifeEventEntry, OwnTodo, TodoNote
from portal.mypage.visits.models import VisitSheet

PARTS = (
    table_part(
        "todo_acts",
        N_("What you checked off, hid or put off"),
        TodoAct.by,
        {
            "person_id": N_("Card"),
            "service": N_("Service"),
            "occurrence": N_("Which time"),
            "kind": N_("Kind"),
            "until": N_("Until"),
            "at": N_("Date"),
            "undone_at": N_("Taken back at"),
        },
        covers=("todo_acts.person_id",),
    ),
    table_part(
        "own_todos",
        N_("Your own to-dos"),
        OwnTodo.resident_id,
        {
            "title": N_("Title"),
            "note": N_("Note"),
            "due_on": N_("Until"),
            "person_id": N_("Card"),
            "created_at": N_("Made at"),
            "done_at": N_("Done at"),
            "removed_at": N_("Removed at"),
        },
        covers=("own_todos.resident_id", "own_todos.person_id"),
    ),
    table_part(
        "todo_notes",
        N_("Your notes on to-dos"),
        TodoNote.resident_id,
        {
            "person_id": N_("Card"),
            "service": N_("Service"),
            "occurrence": N_("Which time"),
            "note": N_("Note"),
            "packed": N_("Things that are ready"),
            "at": N_("Date"),
        },
        covers=("todo_notes.resident_id", "todo_notes.person_id"),
    ),
    table_part(
        "life_events",
        N_("Life events you entered"),
        LifeEventEntry.resident_id,
        {
            "kind": N_("Kind"),
            "day": N_("Date"),
            "silenced": N_("The card was made silent"),
            "person_id": N_("Card"),
            "created_at": N_("Made at"),
            "removed_at": N_("Removed at"),
        },
        covers=("life_events.resident_id", "life_events.person_id"),
    ),
    table_part(
        "visit_sheets",
        N_("Visit sheets"),
        VisitSheet.resident_id,
        {
            "on_day": N_("Date"),
            "entries": N_("Procedures"),
            "packed": N_("Things that are ready"),
            "created_at": N_("Made at"),
            "finished_at": N_("Done at"),
        },
    ),
    table_part(
        "calendar_feed",
        N_("Your calendar address"),
        CalendarFeed.resident_id,
        {
            "wording": N_("Wording"),
            "alarm_days": N_("Days before"),
            "created_at": N_("Made at"),
            "fetched_at": N_("Last used at"),
        },
    ),
    table_part(
        "newly_due",
        N_("To-dos that came up, for reminders"),
        NewlyDue.resident_id,
        {
            "person_id": N_("Card"),
            "service": N_("Service"),
            "occurrence": N_("Which time"),
            "what": N_("Kind"),
            "day": N_("Date"),
        },
        covers=("newly_due.resident_id", "newly_due.person_id"),
    ),
    table_part(
        "favourites",
        N_("Favourites"),
        Favourite.resident_id,
        {"kind": N_("Kind"), "key": N_("Key"), "title": N_("Title"), "at": N_("Date")},
    ),
)

_ACTS = "So that what was done, hidden or put off stays that way. Never of sensitive services."
_WITH = "Until the card or the account is removed."
_OWN = "The resident's own words, shown to nobody else; encrypted."
_ONCE = "So that nobody is reminded twice; worked out from the cards and the catalogue."
COLUMNS = {
    "todo_acts.service": Kept(_ACTS, _WITH),
    "todo_acts.occurrence": Kept(_ACTS, _WITH),
    "todo_acts.kind": Kept(_ACTS, _WITH),
    "todo_acts.until": Kept(_ACTS, _WITH),
    "todo_acts.by": Kept("Which parent of a shared card did it.", "Emptied with that account."),
    "own_todos.title": Kept(_OWN, "Until removed, and 7 days after."),
    "own_todos.note": Kept(_OWN, "Until removed, and 7 days after."),
    "own_todos.due_on": Kept("When the to-do is due.", "Until removed, and 7 days after."),
    "todo_notes.service": Kept("Which to-do the note is on.", _WITH),
    "todo_notes.occurrence": Kept("Which to-do the note is on.", _WITH),
    "todo_notes.note": Kept(_OWN, _WITH),
    "todo_notes.packed": Kept("Which things to bring are ready.", _WITH),
    "life_events.kind": Kept("To-dos follow from it.", "Until removed."),
    "life_events.day": Kept("To-dos follow from it.", "Until removed."),
    "life_events.silenced": Kept("Taking the entry back shows the card again.", "Until removed."),
    "visit_sheets.on_day": Kept("Opening hours of that day.", "180 days after the visit."),
    "visit_sheets.entries": Kept("The procedures of the visit, by key.", "180 days after it."),
    "visit_sheets.packed": Kept("Which things to bring are ready.", "180 days after the visit."),
    "calendar_feeds.wording": Kept("How much the feed says.", "Until the feed is ended."),
    "calendar_feeds.alarm_days": Kept("When the calendar reminds.", "Until the feed is ended."),
    **kept("newly_due", _ONCE, "800 days.", "service", "occurrence", "what", "day"),
    "favourites.kind": Kept("What has a star.", "Until the star is taken away."),
    "favourites.key": Kept("What has a star.", "Until the star is taken away."),
    "favourites.title": Kept("What has a star, also once it is gone.", "Until taken away."),
}

DATA = PersonalData(parts=PARTS, columns=COLUMNS)
