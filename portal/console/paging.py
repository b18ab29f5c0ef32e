"""Pages of a list: how many rows, which page, or all of them where a file or an order is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from portal.core.web.forms import page_number

SIZES = (20, 50, 100, 200)
MOST = 20_000  # rows of a file, and of a list that is put in order


@dataclass(frozen=True)
class Paged:
    """Rows of one page; `whole`: all rows are here, and the table cuts its page out of them."""

    rows: Sequence[Any]
    total: int
    page: int
    size: int
    whole: bool

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))


def wants_all() -> bool:
    """Whether the first table of this page goes into a file or is put in another order."""
    return "file" in request.args or "sort" in request.args


def size_of(default: int) -> int:
    """Rows a page, as the address says it."""
    wanted = request.args.get("rows", "")
    return int(wanted) if wanted in map(str, SIZES) else default


def paged(rows: Sequence[Any], default: int = 50) -> Paged:
    """A list that is in memory."""
    whole, size, total = wants_all(), size_of(default), len(rows)
    page = min(page_number(), max(1, -(-total // size)))
    shown = rows[:MOST] if whole else rows[(page - 1) * size : page * size]
    return Paged(shown, total, page, size, whole)


def fetched(fetch: Callable[[int, int], tuple[Sequence[Any], int]], default: int = 50) -> Paged:
    """A list in the database: `fetch(limit, offset)` gives rows and how many there are in all."""
    whole, size, page = wants_all(), size_of(default), page_number()
    rows, total = fetch(MOST, 0) if whole else fetch(size, (page - 1) * size)
    return Paged(rows, total, page, size, whole)
