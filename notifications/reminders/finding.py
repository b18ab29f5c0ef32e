"""Decides about each thing that became due: told, or held back and why. By one statement."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from notifications.reminders.models import EVERY_SERVICE
from notifications.reminders.wording import MANY
from portal.catalogue import upcoming
from portal.catalogue.load import load_catalogue
from portal.core.errors import N_
from portal.mypage import newly_due
from portal.mypage.relatives import relatives_of
from portal.mypage.todos import everything

CATCH_UP_DAYS = newly_due.CATCH_UP_DAYS
WHY = {  # codes of `held_back`, in the order in which they are looked for
    "left": N_("Account is being deleted"),
    "sensitive": N_("Sensitive service: never leaves My Page"),
    "switched_off": N_("Reminders of the service are switched off"),
    "not_offered": N_("Service is not offered any more"),
    "silent": N_("Card is paused or no longer theirs"),
    "done": N_("Done or put aside already"),
    "not_wanted": N_("Resident wants no reminders"),
    "over": N_("Over meanwhile"),
}
HEAP = """
CREATE TEMPORARY TABLE reminder_heap (resident_id uuid, person_id uuid, service text,
  occurrence text, what text, day date, held_back text) ON COMMIT DROP
"""
DUE = """
SELECT resident_id, person_id, service, occurrence, what, day FROM newly_due
 WHERE day > :since AND day <= :day
"""
# What the sweep of another day would find; the same occurrence is found once only.
WOULD_BE_DUE = """
SELECT DISTINCT h.resident_id, h.person_id, h.service, h.occurrence, h.what,
       CAST(:day AS date) AS day
  FROM newly_due_heap h
 WHERE NOT EXISTS (
       SELECT 1 FROM newly_due n
        WHERE n.resident_id = h.resident_id AND n.person_id = h.person_id
          AND n.service = h.service AND n.occurrence = h.occurrence AND n.what = h.what
          AND n.day < :day)
"""
DECIDED = f"""
INSERT INTO reminder_heap
SELECT d.resident_id, d.person_id, d.service, d.occurrence, d.what, d.day, CASE
       WHEN r.left_at IS NOT NULL THEN 'left'
       WHEN d.service = ANY(:sensitive) THEN 'sensitive'
       WHEN EXISTS (SELECT 1 FROM reminder_switches o
                     WHERE o.service IN (d.service, :all)) THEN 'switched_off'
       WHEN d.service <> ALL(:offered) THEN 'not_offered'
       WHEN c.id IS NULL THEN 'silent'
       WHEN EXISTS (SELECT 1 FROM todo_acts a
                     WHERE a.person_id = d.person_id AND a.service = d.service
                       AND a.occurrence = d.occurrence AND a.undone_at IS NULL
                       AND (a.kind = 'done' OR a.by = d.resident_id)) THEN 'done'
       WHEN NOT coalesce(w.todos, true) THEN 'not_wanted' END
  FROM ({{due}}) d
  JOIN residents r ON r.id = d.resident_id
  LEFT JOIN ({upcoming.HELD}) c ON c.id = d.person_id AND c.resident_id = d.resident_id
  LEFT JOIN reminder_wishes w ON w.resident_id = d.resident_id
 WHERE NOT EXISTS (
       SELECT 1 FROM reminder_lines l
        WHERE l.resident_id = d.resident_id AND l.person_id = d.person_id
          AND l.service = d.service AND l.occurrence = d.occurrence AND l.what = d.what)
"""  # noqa: S608  (constants only)
OVER = """
UPDATE reminder_heap SET held_back = 'over'
 WHERE resident_id = :resident AND person_id = :person AND service = :service
   AND occurrence = :occurrence
"""
GROUPS = """
SELECT things, count(*) FROM (
    SELECT least(count(*), :many) AS things FROM reminder_heap
     WHERE held_back IS NULL GROUP BY resident_id) g
 GROUP BY things ORDER BY things
"""


def collect(session: Session, since: date, day: date) -> None:
    """Into `reminder_heap`: everything that became due after `since`, up to the day."""
    session.execute(text(HEAP))
    asked = _services() | {"since": max(since, day - timedelta(CATCH_UP_DAYS)), "day": day}
    session.execute(text(DECIDED.format(due=DUE)), asked)
    _hold_back_what_is_over(session, day)


def collect_ahead(session: Session, day: date) -> None:
    """The same as if the sweep of the day had run now."""
    session.execute(text(HEAP))
    session.execute(text(newly_due.HEAP))
    found = [each._asdict() for each in newly_due.found_on(session, day)]
    if found:
        session.execute(
            text(
                "INSERT INTO newly_due_heap VALUES (:resident, :person, :service, :occurrence, "
                ":what)"
            ),
            [each | {"what": each["what"].value} for each in found],
        )
    asked = _services() | {"day": day}
    session.execute(text(DECIDED.format(due=WOULD_BE_DUE)), asked)


def groups(session: Session) -> list[tuple[int, int]]:
    """(new things, residents with so many); MANY stands for more, too."""
    return [(row[0], row[1]) for row in session.execute(text(GROUPS), {"many": MANY})]


def held_back(session: Session) -> Counter[str]:
    """How many things are held back, by code."""
    rows = session.execute(
        text("SELECT held_back, count(*) FROM reminder_heap WHERE held_back IS NOT NULL GROUP BY 1")
    )
    return Counter({row[0]: row[1] for row in rows})


def _services() -> dict[str, Any]:
    services = load_catalogue().services
    return {
        "sensitive": [each.key for each in services if each.sensitive],
        "offered": [each.key for each in services if each.confirmed],
        "all": EVERY_SERVICE,
    }


def _hold_back_what_is_over(session: Session, day: date) -> None:
    """Things of earlier days (after an outage) are told only while My Page still shows them."""
    late = session.execute(
        text(
            "SELECT resident_id, person_id, service, occurrence FROM reminder_heap "
            "WHERE day < :day AND held_back IS NULL"
        ),
        {"day": day},
    )
    of: dict[UUID, list[tuple[str, str, str]]] = defaultdict(list)
    for resident, person, service, occurrence in late:
        of[resident].append((str(person), service, occurrence))
    over = [gone for resident, things in of.items() for gone in _gone(resident, things, day)]
    if over:
        session.execute(text(OVER), over)


def _gone(
    resident: UUID, things: Iterable[tuple[str, str, str]], day: date
) -> Iterable[dict[str, Any]]:
    todos = everything(relatives_of(resident, day), day)
    shown = {(todo.relative.ref, todo.service.key, todo.occurrence) for todo in todos}
    for thing in things:
        if thing not in shown:
            person, service, occurrence = thing
            yield {
                "resident": resident,
                "person": UUID(person),
                "service": service,
                "occurrence": occurrence,
            }
