"""The 29 items as they stand in the contract."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Item:
    """One line of the contract."""

    number: int
    key: str
    title: str
    target: str
    definition: str


@lru_cache(maxsize=1)
def items() -> tuple[Item, ...]:
    """All of them, in order."""
    rows = yaml.safe_load((DATA / "items.yaml").read_text("utf-8"))
    return tuple(Item(**row) for row in rows)


@lru_cache(maxsize=1)
def words() -> dict[str, str]:
    """Heads of tables and other words of the report."""
    found: dict[str, str] = yaml.safe_load((DATA / "words.yaml").read_text("utf-8"))
    return found
