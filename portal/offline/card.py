"""What stands on the disaster card beside the fixed words: the city's shelters."""

from __future__ import annotations

from dataclasses import dataclass

from portal.guide.facilities.showing import places

MOST = 200  # the card is kept on phones


@dataclass(frozen=True)
class Shelter:
    """A place to go."""

    name: str
    address: str
    safe_from: list[str]


def shelters() -> list[Shelter]:
    """In the page's language."""
    return [
        Shelter(one.name, one.address, [str(danger) for danger in one.dangers])
        for one in places("shelter")[:MOST]
    ]
