"""What roles and states of clerks' accounts are called on pages."""

from __future__ import annotations

from collections.abc import Iterable

from portal.core.errors import N_

ROLE_WORDS = {
    "author": N_("Author of notices"),
    "approver": N_("Approver of notices"),
    "catalogue_editor": N_("Editor of services"),
    "knowledge_editor": N_("Editor of answers"),
    "report_handler": N_("Handler of reports"),
    "administrator": N_("Administrator"),
    "auditor": N_("Auditor"),
}


def role_names(roles: Iterable[str]) -> dict[str, str]:
    """What each role is called on pages, as message keys; a city's own by its name."""
    return {role: ROLE_WORDS.get(role, role) for role in roles}


FIELD_WORDS = {
    "name": N_("Name"),
    "roles": N_("Roles"),
    "starts_on": N_("First day"),
    "ends_on": N_("Last day"),
    "login_name": N_("Login name in other tools"),
}
KIND_WORDS = {
    "error": N_("Fault"),
    "new": N_("New account"),
    "changed": N_("Changed"),
    "ended": N_("Ended"),
    "unchanged": N_("Unchanged"),
}
