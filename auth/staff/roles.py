"""The seven starting roles, each a set of operations; a clerk may hold several."""

from __future__ import annotations

from collections.abc import Iterable

OPERATIONS = ("operations.view", "operations.manage", "tickets.view", "tickets.handle")
ROLES: dict[str, frozenset[str]] = {
    "author": frozenset({"notices.view", "notices.write"}),
    "approver": frozenset(
        {
            "notices.view",
            "notices.approve",
            "catalogue.view",
            "catalogue.approve",
            "knowledge.view",
            "knowledge.approve",
            "languages.view",
            "languages.sign",
        }
    ),
    "catalogue_editor": frozenset(
        {"catalogue.view", "catalogue.edit", "languages.view", "languages.sign"}
    ),
    "knowledge_editor": frozenset(
        {"knowledge.view", "knowledge.edit", "languages.view", "languages.sign"}
    ),
    # Who answers residents helps them in, too. Not the administrator: who makes clerks' accounts
    # could play both clerks of a recovery.
    "report_handler": frozenset(
        {
            "reports.view",
            "reports.handle",
            "residents.assist",
            "residents.open",
            "tickets.view",
            "tickets.handle",
        }
    ),
    "administrator": frozenset(
        {
            "staff.view",
            "staff.manage",
            "clients.manage",
            "handover.manage",
            "extracts.run",
            "patches.write",
            "exit.decide",
            *OPERATIONS,
        }
    ),
    "auditor": frozenset(
        {
            "audit.read",
            # The second pair of eyes on what leaves and on what is mended by hand.
            "extracts.approve",
            "patches.approve",
            "exit.decide",
            "residents.open",
            "notices.view",
            "catalogue.view",
            "knowledge.view",
            "languages.view",
            "reports.view",
            "staff.view",
            "operations.view",
            "tickets.view",
        }
    ),
}


def permissions_of(roles: Iterable[str]) -> frozenset[str]:
    """What somebody with these roles may do; a role that is no more gives nothing."""
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))
