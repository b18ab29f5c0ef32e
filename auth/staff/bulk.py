"""What a table of clerks would do to the accounts there are: a plan, row by row, pure.

For an account in use `starts_on` is the day from which the row's roles hold; its own first day
stays. An empty `ends_on` is an open end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from auth.staff.tables import Row, Written
from portal.core.errors import N_


@dataclass(frozen=True)
class Known(Written):
    """An account as it is now."""

    set_up: bool  # has a second step of ours
    planned_roles: tuple[str, ...]
    planned_from: date | None

    def state_on(self, day: date) -> str:
        """active, coming or ended."""
        if self.ends_on is not None and self.ends_on < day:
            return "ended"
        return "active" if self.starts_on <= day else "coming"


@dataclass(frozen=True)
class Step:
    """What happens for one row. kind: new, changed, unchanged, ended or error."""

    row: Row
    kind: str
    changes: tuple[tuple[str, Any, Any], ...] = ()  # (field, before, after)
    roles_from: date | None = None  # the roles change on this day to come
    roles_before: tuple[str, ...] = ()
    binds: bool = False
    invites: bool = False
    fault: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """What is set at once."""
        return {name: list(after) if name == "roles" else after for name, _, after in self.changes}


def plan(
    rows: Iterable[Row],
    known: Mapping[str, Known],
    roles: frozenset[str],
    issuers: frozenset[str],
    today: date,
) -> list[Step]:
    """One step a row; `known` by mail address."""
    taken = _Taken(known)
    steps = []
    for row in rows:
        fault = row.fault or _fault(row, roles, issuers) or taken.fault(row)
        if fault:
            steps.append(Step(row, "error", fault=fault))
        elif row.email in known:
            steps.append(_existing(row, known[row.email], today))
        else:
            steps.append(_new(row, today))
    return steps


class _Taken:
    """Names that must be one account's only, in the table and among the accounts."""

    def __init__(self, known: Mapping[str, Known]) -> None:
        self._emails: set[str] = set()
        self._login_names = {
            one.login_name.casefold(): email for email, one in known.items() if one.login_name
        }
        self._identities = {
            (one.issuer, one.subject): email for email, one in known.items() if one.issuer
        }

    def fault(self, row: Row) -> str:
        """What is twice; remembers the row."""
        if row.email in self._emails:
            return N_("This mail address is in the table twice.")
        self._emails.add(row.email)
        login_name, identity = (row.login_name or "").casefold(), (row.issuer, row.subject)
        if login_name and self._login_names.setdefault(login_name, row.email) != row.email:
            return N_("Another clerk has this login name.")
        if row.issuer and self._identities.setdefault(identity, row.email) != row.email:
            return N_("This outside identity is another clerk's.")
        return ""


def _fault(row: Row, roles: frozenset[str], issuers: frozenset[str]) -> str:
    if not row.roles:
        return N_("No role is named.")
    if set(row.roles) - roles:
        return N_("A role is unknown.")
    if row.starts_on and row.ends_on and row.ends_on < row.starts_on:
        return N_("The last day is before the first day.")
    if row.issuer and row.issuer not in issuers:
        return N_("The issuer is not set up.")
    return ""


def _new(row: Row, today: date) -> Step:
    starts_on = row.starts_on or today
    if row.ends_on is not None and row.ends_on < starts_on:
        return Step(row, "error", fault=N_("The last day is before the first day."))
    return Step(replace(row, starts_on=starts_on), "new", binds=bool(row.issuer))


def _existing(row: Row, known: Known, today: date) -> Step:
    active = known.state_on(today) == "active"
    wanted: dict[str, Any] = {"name": row.name, "ends_on": row.ends_on}
    if row.login_name is not None:
        wanted["login_name"] = row.login_name or None
    roles_from = None
    if active and row.starts_on is not None and row.starts_on > today:
        same_plan = (row.roles, row.starts_on) == (known.planned_roles, known.planned_from)
        roles_from = None if same_plan or row.roles == known.roles else row.starts_on
    else:
        wanted["roles"] = row.roles
    if not active and row.starts_on is not None:
        wanted["starts_on"] = row.starts_on
    first = wanted.get("starts_on", known.starts_on)
    if row.ends_on is not None and row.ends_on < first:
        return Step(row, "error", fault=N_("The last day is before the first day."))
    changes = tuple(
        (name, _before(known, name), value)
        for name, value in wanted.items()
        if _before(known, name) != value
    )
    binds = bool(row.issuer) and (row.issuer, row.subject) != (known.issuer, known.subject)
    reopened = known.state_on(today) == "ended" and (row.ends_on is None or row.ends_on >= today)
    kind = _kind(row, known, bool(changes or roles_from or binds))
    invites = reopened and not known.set_up
    return Step(row, kind, changes, roles_from, known.roles, binds, invites)


def _before(known: Known, name: str) -> Any:
    value = getattr(known, name)
    return value or None if name == "login_name" else value


def _kind(row: Row, known: Known, different: bool) -> str:
    sooner = row.ends_on is not None and (known.ends_on is None or row.ends_on < known.ends_on)
    if sooner:
        return "ended"
    return "changed" if different else "unchanged"
