"""What a cell of a table says without its dress: for files, for sorting. Pure."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser
from typing import Any

NUMBER = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?|[-+]?\d+(\.\d+)?")
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)")
NOTHING = {"", "—", "-", "–"}
# What stands in a cell to be pressed, drawn, or read aloud beside what is seen already.
LEFT_OUT = {"button", "form", "input", "select", "svg", "script", "template", "textarea", "label"}
APART = {"br", "div", "dd", "dt", "li", "p", "td", "tr", "ul"}
VOID = {"br", "hr", "img", "input", "wbr", "use"}

Value = str | int | float


class _Reader(HTMLParser):
    """Collects what is read; `data-value` and the moment of a <time> stand for their words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.open: list[tuple[str, bool]] = []  # tag, whether its words are left out

    @property
    def silent(self) -> bool:
        """Whether we are inside something that is left out."""
        return any(out for _, out in self.open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in APART:
            self.parts.append(" ")
        if tag in VOID:
            return
        said = given.get("data-value") if "data-value" in given else _moment(tag, given)
        if said is not None and not self.silent:
            self.parts.append(said)
        unseen = "unseen" in (given.get("class") or "").split()
        self.open.append((tag, tag in LEFT_OUT or unseen or said is not None))

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self.open) - 1, -1, -1):
            if self.open[depth][0] == tag:
                del self.open[depth:]
                break
        if tag in APART:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data)


def _moment(tag: str, given: dict[str, str | None]) -> str | None:
    at = given.get("datetime") if tag == "time" else None
    if at is None:
        return None
    found = MOMENT.match(at)
    return f"{found[1]} {found[2]}" if found else at


def plain(cell: Any) -> str:
    """The words of a cell on one line, as a file carries them; "" for a dash."""
    if cell is None:
        return ""
    if hasattr(cell, "__html__"):
        reader = _Reader()
        reader.feed(str(cell.__html__()))
        reader.close()
        text = "".join(reader.parts)
    else:
        text = str(cell)
    words = " ".join(text.split())
    return "" if words in NOTHING else words


def value(cell: Any, *, numeric: bool = False) -> Value:
    """A number where the column has numbers, without the comma of thousands; else the words."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell
    words = plain(cell)
    if not numeric or not NUMBER.fullmatch(words):
        return words
    figures = words.replace(",", "")
    return float(figures) if "." in figures else int(figures)


def order(cell: Any) -> tuple[int, float, str]:
    """By what cells are sorted: numbers, then words as they are read, empty ones last."""
    words = value(cell, numeric=True)
    if isinstance(words, int | float):
        return (0, float(words), "")
    if not words:
        return (2, 0.0, "")
    leading = NUMBER.match(words)
    folded = unicodedata.normalize("NFKC", words).casefold()
    if leading and not re.match(r"\d{4}-\d\d|\d+[-:/]", words):  # "3 days", never a date
        return (0, float(leading[0].replace(",", "")), folded)
    return (1, 0.0, folded)
