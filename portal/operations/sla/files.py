"""The report's files as they leave: XLSX and PDF, signed, with the newest seal of the audit log."""

from __future__ import annotations

from collections.abc import Sequence

from portal.core.audit_anchor import NAME as ANCHOR
from portal.core.audit_anchor import anchor
from portal.core.signing import signing_keys
from portal.operations.sla.report import Report

KINDS = ("xlsx", "pdf")


def content(report: Report, kind: str) -> bytes:
    """One file; pdf.NoPango where the machine has no letters."""
    from portal.operations.sla import pdf, xlsx  # openpyxl: 10 MB a process that needs it rarely

    return xlsx.workbook(report) if kind == "xlsx" else pdf.document(report)


def packed(report: Report, kinds: Sequence[str] = KINDS) -> bytes:
    """A ZIP of them, each with its signature; `./mado verify` checks it."""
    made = {f"sla-{report.month.name}.{kind}": content(report, kind) for kind in kinds}
    newest = anchor()
    return signing_keys().packed(made | ({ANCHOR: newest} if newest else {}))
