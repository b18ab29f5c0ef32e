"""The agency's XML as a tree of plain names: bounded, without entities or outside references."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

# The largest message we act on (an earthquake felt in half the country) has about 0.6 MB; the
# aggregate VPWS50 has 3 to 5 MB and repeats what VPWW55 to 61 say.
MOST_BYTES = 2 * 1024 * 1024
LONGEST_WORDS = 300


class Unreadable(ValueError):
    """Not a message of the agency; the text says why."""


def tree(content: bytes) -> Element:
    """The root; raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable(f"larger than {MOST_BYTES} bytes")
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unreadable(f"not well-formed XML ({type(error).__name__})") from None
    return root


def name_of(element: Element) -> str:
    """The name without its namespace."""
    return element.tag.rpartition("}")[2]


def children(element: Element | None, name: str) -> Iterator[Element]:
    """Direct children of this name."""
    return (one for one in (element if element is not None else ()) if name_of(one) == name)


def below(element: Element | None, name: str) -> Iterator[Element]:
    """All descendants of this name."""
    return (
        (one for one in element.iter() if name_of(one) == name) if element is not None else iter(())
    )


def child(element: Element | None, *path: str) -> Element | None:
    """The first one down the path, if there is one."""
    for name in path:
        element = next(children(element, name), None)
    return element


def words(element: Element | None, *path: str) -> str:
    """The text down the path, empty where there is none; never very long."""
    found = child(element, *path)
    return ((found.text or "") if found is not None else "").strip()[:LONGEST_WORDS]
