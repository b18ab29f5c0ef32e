"""The sections of the security page that other modules of this package bring, in their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Part:
    """One section: its template, and what it shows of a resident (the variable `part` there)."""

    template: str
    values: Callable[[UUID], dict[str, Any]]


PARTS: tuple[Part, ...] = ()
