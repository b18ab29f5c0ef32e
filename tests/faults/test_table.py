"""The manual's table is made of what the tests saw."""

from __future__ import annotations

import json
from pathlib import Path

from launcher import fault_table


def test_rows_stand_between_the_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# 表\n{fault_table.BEGIN}\nold\n{fault_table.END}\nafter\n", "utf-8")
    row = {"fault": "止まる", "seen": "503 a|b", "acts": 3, "lost": 0, "note": "復帰"}
    fault_table.write(page, [json.dumps(row)], "2026-11-21")
    text = page.read_text("utf-8")
    assert "| 止まる | 503 a／b | 3 | 0 | 復帰 |" in text
    assert "old" not in text and text.endswith(f"{fault_table.END}\nafter\n")
