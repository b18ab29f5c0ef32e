"""The operations roles are made of: their words, which reach people's data, which stay apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from portal.core.errors import N_

OPERATIONS = {
    "notices.view": N_("See notices and groups of recipients"),
    "notices.write": N_("Write notices, menus and templates"),
    "notices.approve": N_("Approve notices; disaster news"),
    "catalogue.view": N_("See the service catalogue"),
    "catalogue.edit": N_("Change services, facilities, links and kiosks"),
    "catalogue.approve": N_("Approve services"),
    "knowledge.view": N_("See answers and searches in vain"),
    "knowledge.edit": N_("Change answers and the garbage guide"),
    "knowledge.approve": N_("Approve answers and releases"),
    "languages.view": N_("See how far translations are"),
    "languages.sign": N_("Correct and sign translations"),
    "reports.view": N_("See reports"),
    "reports.handle": N_("Handle reports; open the contact of who told it"),
    "residents.assist": N_("Help residents at the counter; recover accounts"),
    "residents.open": N_("Open a resident's data with a reason"),
    "tickets.view": N_("See contact tickets"),
    "tickets.handle": N_("Answer contact tickets"),
    "operations.view": N_("See how the system runs"),
    "operations.manage": N_("Look after faults, maintenance and on-call"),
    "extracts.run": N_("Extract data; personal columns masked"),
    "extracts.approve": N_("Approve extractions of personal columns"),
    "patches.write": N_("Prepare and run data patches"),
    "patches.approve": N_("Approve data patches"),
    "exit.decide": N_("Decide on deletion at the contract's end"),
    "clients.manage": N_("Keep connected tools"),
    "handover.manage": N_("Hand addresses and interests to other tools"),
    "staff.view": N_("See staff accounts and roles"),
    "staff.manage": N_("Change staff accounts and roles"),
    "audit.read": N_("Read the operation log"),
}
# Rights over personal data or over staff: two clerks give them.
SENSITIVE = frozenset(
    {
        "reports.handle",
        "residents.assist",
        "residents.open",
        "tickets.handle",
        "clients.manage",
        "exit.decide",
        "extracts.run",
        "extracts.approve",
        "patches.write",
        "patches.approve",
        "handover.manage",
        "operations.manage",
        "staff.manage",
        "audit.read",
    }
)
# Who makes clerks' accounts could play both clerks of a recovery; who acts does not audit.
APART = (
    frozenset({"staff.manage", "residents.assist"}),
    frozenset({"staff.manage", "audit.read"}),
)
# Operations whose pages know departments, so that a limited role is really limited there.
BY_DEPARTMENT = frozenset({"reports.view", "reports.handle"})


@dataclass(frozen=True)
class Limit:
    """Where and when a role of an account holds; "" and None: everywhere, open."""

    department: str = ""
    from_day: date | None = None
    until_day: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the role holds on this day."""
        return (self.from_day is None or self.from_day <= day) and (
            self.until_day is None or day <= self.until_day
        )


def rights(
    roles: Iterable[str],
    composed: Mapping[str, Collection[str]],
    limits: Mapping[str, Limit],
    day: date,
) -> frozenset[str]:
    """Operations on this day; one limited to a department reads "reports.view@civic".

    A role limited to a department gives only what pages can limit: nothing leaks elsewhere.
    """
    found: set[str] = set()
    for role in roles:
        limit = limits.get(role, Limit())
        if not limit.holds_on(day):
            continue
        for operation in composed.get(role, ()):
            if not limit.department:
                found.add(operation)
            elif operation in BY_DEPARTMENT:
                found.add(f"{operation}@{limit.department}")
    return frozenset(found)


def gained(before: Collection[str], after: Collection[str]) -> frozenset[str]:
    """Sensitive operations somebody has afterwards and had not, or not everywhere."""
    return frozenset(
        one
        for one in after
        if one.partition("@")[0] in SENSITIVE
        and one not in before
        and one.partition("@")[0] not in before
    )


def clash(operations: Collection[str]) -> frozenset[str] | None:
    """Operations that must not be one role's, if these hold such."""
    return next((pair for pair in APART if pair <= set(operations)), None)
