"""Sendai's monthly statistics: sign-ins, use, machine, inquiries, batch results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.operations.sla.month import Month, rows

DAY = "AT TIME ZONE 'Asia/Tokyo')::date"
SIGN_INS = f"""
SELECT (at {DAY}, count(*) FILTER (WHERE subject_kind = 'resident'),
  count(*) FILTER (WHERE subject_kind = 'staff') FROM audit_entries
 WHERE at >= :begin AND at < :end AND action = 'sign_in.completed' GROUP BY 1 ORDER BY 1
"""  # noqa: S608
USE = """
SELECT function, face, sum(count) FROM function_days
 WHERE day >= :first AND day <= (:end AT TIME ZONE 'Asia/Tokyo')::date
   AND date_trunc('month', day) = date_trunc('month', CAST(:first AS timestamp))
 GROUP BY 1, 2 ORDER BY 3 DESC
"""
MACHINE = f"""
SELECT (at {DAY},
  round(avg(cpu)::numeric * 100, 1)::float, round(max(cpu)::numeric * 100, 1)::float,
  round(avg(memory)::numeric * 100, 1)::float, round(max(memory)::numeric * 100, 1)::float,
  round(max(disk)::numeric * 100, 1)::float
  FROM machine_samples WHERE at >= :begin AND at < :end GROUP BY 1 ORDER BY 1
"""  # noqa: S608
INQUIRIES = """
SELECT kind, topic, count(*), count(answered_at), count(closed_at) FROM tickets
 WHERE created_at >= :begin AND created_at < :end GROUP BY 1, 2 ORDER BY 1, 2
"""
BATCHES = """
SELECT job, count(*), count(*) FILTER (WHERE NOT ok), max(ms), round(avg(ms))::int FROM job_runs
 WHERE started_at >= :begin AND started_at < :end GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True)
class Table:
    """A sheet: its key names the words of its title and heads."""

    key: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]


def tables(month: Month) -> list[Table]:
    """All of them."""
    return [
        Table("sign_ins", ("day", "residents", "staff"), rows(SIGN_INS, month)),
        Table("use", ("function", "face", "count"), rows(USE, month)),
        Table(
            "machine",
            ("day", "cpu_mean", "cpu_most", "memory_mean", "memory_most", "disk_most"),
            rows(MACHINE, month),
        ),
        Table(
            "inquiries", ("kind", "topic", "count", "answered", "closed"), rows(INQUIRIES, month)
        ),
        Table("batches", ("job", "count", "failed", "ms_most", "ms_mean"), rows(BATCHES, month)),
    ]
