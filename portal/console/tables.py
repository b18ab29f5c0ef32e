"""Tables of clerks' pages: in an order, a page at a time, and each of them as a file.

A page says the columns and rows of a list once, in `components/pieces.html`'s table. What is shown,
what is sorted and what leaves as CSV or XLSX is that one list: nothing else can be in the file,
nobody gets columns there whom the page does not show them. `?file=csv&table=2` at the page's own
address is the second table as a file, behind the page's own permission and filters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, g, has_request_context, request

from portal.console import cells, files
from portal.console.paging import SIZES, Paged
from portal.core import audit
from portal.core.clock import today
from portal.core.db import transaction

KEPT = "mado.tables"  # of a request
OWN_SIZE = 200  # rows of a list no view cuts into pages
Column = Mapping[str, Any]


@dataclass
class Table:
    """One table of the page at hand, with everything its macro prints."""

    number: int
    columns: Sequence[Column]
    every: list[Sequence[Any]]
    total: int
    page: int
    size: int
    main: bool = False  # the list its view cuts into pages
    sort: str = ""
    down: bool = False
    rows: list[Sequence[Any]] = field(default_factory=list)
    picks: list[str] = field(default_factory=list)  # ids of the rows shown, where rows are chosen

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // self.size))

    @property
    def sizes(self) -> list[tuple[int, str]]:
        """Other numbers of rows a page that make a difference, with their addresses."""
        if self.total <= SIZES[0]:
            return []
        return [(size, self.at(rows=size, page=None)) for size in SIZES]

    def name(self, word: str) -> str:
        """The parameter of this table: "sort", of the second table "sort2"."""
        return word if self.number == 1 or self.main else f"{word}{self.number}"

    def at(self, **asked: Any) -> str:
        """This page's address with other parameters of this table; None leaves one out."""
        kept = {key: value for key, value in request.args.items() if key not in ("file", "table")}
        for word, value in asked.items():
            kept.pop(self.name(word), None)
            if value is not None:
                kept[self.name(word)] = str(value)
        return f"?{urlencode(kept)}"

    @property
    def here(self) -> str:
        """This page and what its address asks, to come back to."""
        return request.path + self.at()

    def file(self, kind: str) -> str:
        """The address of this table as a file."""
        kept = {key: value for key, value in request.args.items() if not key.startswith("page")}
        return f"?{urlencode(kept | {'file': kind, 'table': str(self.number)})}"

    def by(self, number: int) -> str:
        """The address of the list in the order of a column; the same again turns it round."""
        again = self.sort == str(number) and not self.down
        return self.at(sort=f"-{number}" if again else number, page=None)

    def order(self, number: int) -> str:
        """What aria-sort says of a column."""
        if self.sort != str(number):
            return "none"
        return "descending" if self.down else "ascending"


def install(app: Flask) -> None:
    """What the macro calls, and files in place of pages."""
    app.jinja_env.globals["arranged"] = arranged
    app.after_request(_as_file)


def arranged(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Any]],
    paged: Paged | None = None,
    ids: Sequence[Any] = (),
) -> Table | None:
    """The table as asked for; None where no clerk looks (residents' pages, specimens)."""
    viewer = g.get("viewer") if has_request_context() else None
    if viewer is None or viewer.face != "staff" or not viewer.signed_in:
        return None
    tables: list[Table] = request.environ.setdefault(KEPT, [])
    made = _table(len(tables) + 1, columns, list(rows), paged)
    tables.append(made)
    picks = [str(one) for one in ids]
    _put_in_order(made, picks)
    _cut(made, picks, whole=paged is None or paged.whole)
    return made


def _table(
    number: int, columns: Sequence[Column], rows: list[Sequence[Any]], paged: Paged | None
) -> Table:
    made = Table(number, columns, rows, len(rows), 1, OWN_SIZE, main=paged is not None)
    wanted = request.args.get(made.name("sort"), "")
    column = wanted.removeprefix("-")
    if column.isdecimal() and len(column) < 3 and 0 < int(column) <= len(columns):
        made.sort, made.down = column, wanted.startswith("-")
    size = request.args.get(made.name("rows"), "")
    made.size = int(size) if size in map(str, SIZES) else OWN_SIZE
    page = request.args.get(made.name("page"), "1")
    made.page = int(page) if page.isdecimal() and len(page) < 5 else 1
    if paged is not None:
        made.total, made.page, made.size = paged.total, paged.page, paged.size
    made.page = min(max(1, made.page), made.pages)
    return made


def _put_in_order(table: Table, picks: list[str]) -> None:
    if not table.sort:
        return
    at = int(table.sort) - 1
    keys = [cells.order(row[at]) for row in table.every]
    places = sorted(range(len(keys)), key=keys.__getitem__, reverse=table.down)
    if table.down:  # what is empty stays last
        places.sort(key=lambda place: keys[place][0] == 2)
    table.every = [table.every[place] for place in places]
    picks[:] = [picks[place] for place in places] if picks else []


def _cut(table: Table, picks: list[str], *, whole: bool) -> None:
    first = (table.page - 1) * table.size if whole else 0
    table.rows = table.every[first : first + table.size]
    table.picks = picks[first : first + table.size]


def _as_file(response: Response) -> Response:
    kind, number = request.args.get("file", ""), request.args.get("table", "1")
    tables: list[Table] = request.environ.get(KEPT, [])
    wanted = next((one for one in tables if str(one.number) == number), None)
    fine = request.method == "GET" and response.status_code == 200
    if kind not in files.TYPES or wanted is None or not fine:
        return response
    name = f"{(request.endpoint or 'list').replace('.', '-').replace('_', '-')}-{today():%Y%m%d}"
    content = files.written(kind, name, *_contents(wanted))
    with transaction() as session:
        audit.record(
            session, "list.exported", ("page", request.endpoint or ""),
            table=wanted.number, rows=len(wanted.every), kind=kind,
        )  # fmt: skip
    response.set_data(content)
    response.headers["Content-Type"] = files.TYPES[kind]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _contents(table: Table) -> tuple[list[str], list[list[cells.Value]]]:
    """Heads and rows; columns of buttons stay here."""
    kept = [
        at
        for at, column in enumerate(table.columns)
        if column.get("label") and not column.get("acts")
    ]
    heads = [cells.plain(table.columns[at]["label"]) for at in kept]
    rows = [
        [cells.value(row[at], numeric=bool(table.columns[at].get("numeric"))) for at in kept]
        for row in table.every
    ]
    return heads, rows
