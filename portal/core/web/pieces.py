"""Parts of pages that are rendered once and then only filled: a template's text around its slots.

A part through Jinja costs 0.05 to 0.2 ms; filled into kept pieces it costs a tenth. Kept pieces
hold words of the product and the catalogue only: whatever is about a person comes through a slot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

# Private-use letters that nobody types: they mark the places while the template runs.
_OPEN, _CLOSE = "\ue010", "\ue011"
_SLOT = re.compile(f"{_OPEN}([a-z_]+){_CLOSE}")
_BETWEEN_TAGS = re.compile(r">\s+<")


def marks(slots: Iterable[str]) -> dict[str, str]:
    """What a template is given in place of each slot's value."""
    return {slot: f"{_OPEN}{slot}{_CLOSE}" for slot in slots}


@dataclass(frozen=True, slots=True)
class Piece:
    """A rendered template cut at its marks: one text more than there are slots."""

    texts: tuple[str, ...]
    slots: tuple[str, ...]

    @classmethod
    def cut(cls, html: str) -> Piece:
        """The piece of a template that was rendered with `marks`."""
        parts = _SLOT.split(_BETWEEN_TAGS.sub("><", html.strip()))
        return cls(tuple(parts[::2]), tuple(parts[1::2]))

    def filled(self, values: Mapping[str, str]) -> Markup:
        """The piece with these values, which are escaped already."""
        found = [self.texts[0]]
        for slot, text in zip(self.slots, self.texts[1:], strict=True):
            found += (values[slot], text)
        return Markup("".join(found))  # noqa: S704  (a rendered template and escaped values)
