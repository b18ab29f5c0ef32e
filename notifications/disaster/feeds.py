"""The agency's feeds (Atom): which of their messages can be about us."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from notifications.disaster.places import Place
from notifications.disaster.xml import Unreadable, child, children, words

# Families we act on. Not VPWW53, 54 and VXWW50, which repeat the new ones until fiscal 2028, nor
# VPWS50, which repeats all of them at 3 to 5 MB.
WANTED = re.compile(r"VPWW5[5-9]|VPWW6[01]|VPOA50|VPBS50|VXKO[5-8][0-9]|VXSE5[123]|VTSE41")
# "20261120021900_0_VPWW55_060000.xml": time, number, family, office.
_NAME = re.compile(
    r"/(?P<at>[0-9]{14})_[0-9]+_(?P<family>V[A-Z]{3}[0-9]{2})_(?P<office>[0-9]+)\.xml$"
)
BY_PREFECTURE = ("VPWW", "VPOA", "VPBS")
MOST_ENTRIES = 5_000


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One message of a feed; they sort by time."""

    at: str
    address: str
    family: str


def entries(content: bytes, place: Place, origin: str) -> list[Entry]:
    """What the feed has for the place, oldest first; only of the feed's own host."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unreadable(f"not a feed ({type(error).__name__})") from None
    found = []
    for number, entry in enumerate(children(root, "entry")):
        if number >= MOST_ENTRIES:
            break
        link = child(entry, "link")
        address = (link.get("href", "") if link is not None else "") or words(entry, "id")
        one = _entry(address, place, origin)
        if one is not None:
            found.append(one)
    return sorted(set(found))


def _entry(address: str, place: Place, origin: str) -> Entry | None:
    named = _NAME.search(address)
    if named is None or not address.startswith(f"{origin}/"):
        return None
    family, office = named["family"], named["office"]
    if not WANTED.fullmatch(family):
        return None
    if family.startswith(BY_PREFECTURE) and not office.startswith(place.prefecture):
        return None
    return Entry(named["at"], address, family)
