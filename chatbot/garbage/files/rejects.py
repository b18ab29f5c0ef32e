"""Rejected rows as CSV for Excel: everything that stood in the row, and why it was not taken."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

# What a spreadsheet would run: an apostrophe in front makes text of it.
RUNS = re.compile(r"^[=+\-@\t\r]")


def rejected_csv(
    report: Mapping[str, Any],
    rejected: Sequence[Mapping[str, Any]],
    say: Callable[[str, str], str],
) -> bytes:
    """UTF-8 with its mark; `say(cause, value)` puts the cause in words."""
    headers = report.get("headers", {})
    width = max((len(row["cells"]) for row in rejected), default=0)
    known = next(iter(headers.values()), ()) if len(headers) == 1 else ()
    names = [known[n] if n < len(known) and known[n] else f"{n + 1}列目" for n in range(width)]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["ファイル", "行", "理由", *map(_safe, names)])
    for row in rejected:
        cells = [_safe(cell) for cell in row["cells"]]
        writer.writerow([_safe(row["file"]), row["row"], say(row["cause"], row["value"]), *cells])
    return out.getvalue().encode("utf-8-sig")


def _safe(cell: str) -> str:
    return f"'{cell}" if RUNS.match(cell) else cell
