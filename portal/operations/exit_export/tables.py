"""Which tables there are, which of their columns are secrets, and which go on moving."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table
from sqlalchemy import inspect as look

from portal.core.crypto import Personal, PersonalJSON
from portal.core.db import Base
from portal.privacy.columns import said

VERSION = "alembic_version"
# Keys of ways to sign in and of ours: another system must not act for people by them.
SECRETS = frozenset(
    {
        "authenticators.secret",
        "line_grants.access",
        "line_grants.refresh",
        "provider_keys.private",
        "saml_keys.private",
        "sign_in_flows.totp",
        "staff_accounts.totp_secret",
    }
)
# Written by the machinery and by the clerks who decide, after the export, too: taken anew before
# the deletion. Everything else must be as it was exported.
MOVING = frozenset(
    {
        "access_minutes",
        "alerts",
        "audit_entries",
        "audit_links",
        "audit_seals",
        "backup_runs",
        "backup_wal_days",
        "counted_visits",
        "exit_decisions",
        "exit_exports",
        "function_days",
        "job_runs",
        "kept_forms",
        "machine_samples",
        "outbox_messages",
        "passkey_ceremonies",
        "probes",
        "sessions",
        "sign_in_attempts",
        "sign_in_challenges",
        "sign_in_flows",
        "staff_accounts",
    }
)
_LINE = re.compile(r"^\s{4}(\w+): Mapped\[.*?#\s*(.+)$")


@dataclass(frozen=True)
class Said:
    """One column in the layout document."""

    column: str
    type: str
    empty: bool
    key: str
    personal: bool
    secret: bool
    meaning: str


def tables(connection: Connection) -> list[Table]:
    """Every table of the database, those others hang on first; unknown ones as they are."""
    there = set(look(connection).get_table_names())
    known = [one for one in Base.metadata.sorted_tables if one.name in there]
    rest = sorted(there - {one.name for one in known})
    unknown = MetaData()
    return known + [Table(name, unknown, autoload_with=connection) for name in rest]


def stored(table: Table) -> list[Column[Any]]:
    """Columns with values of their own."""
    return [one for one in table.columns if one.computed is None]


def is_secret(column: Column[Any]) -> bool:
    """Whether it is kept back unless asked for."""
    return f"{column.table.name}.{column.name}" in SECRETS


def record_of(table: Table) -> type[Any] | None:
    """The class whose rows these are."""
    every = (mapper.class_ for mapper in Base.registry.mappers)
    return next((one for one in every if one.__table__ is table), None)


def meaning_of(table: Table) -> tuple[str, str]:
    """What the record's own words say, and the module it stands in."""
    record = record_of(table)
    if record is None:
        return "", ""
    return " ".join(inspect.cleandoc(record.__doc__ or "").split()), record.__module__


def layout(table: Table) -> list[Said]:
    """Every column: type, key, whether personal, and what the record or the law of it says."""
    record = record_of(table)
    source = inspect.getsource(record).splitlines() if record else []
    remarks = {found[1]: found[2] for line in source if (found := _LINE.match(line))}
    why = said()
    return [_said(one, remarks, why) for one in table.columns]


def _said(column: Column[Any], remarks: dict[str, str], why: dict[str, Any]) -> Said:
    name = f"{column.table.name}.{column.name}"
    sealed = isinstance(column.type, Personal | PersonalJSON)
    plain = "JSON" if isinstance(column.type, PersonalJSON) else "TEXT"
    key = "primary" if column.primary_key else ""
    for one in column.foreign_keys:
        key = f"{key} references {one.target_fullname}".strip()
    words = [remarks.get(column.name, ""), why[name].why if name in why else ""]
    return Said(
        column.name,
        plain if sealed else str(column.type),
        bool(column.nullable),
        key,
        sealed or name in why,
        name in SECRETS,
        " ".join(one for one in words if one),
    )
