"""The box over everything; it lives in `portal.search`, packages register here."""

from portal.search.documents import Document, OwnThing, Source, add_own_source, add_source
from portal.search.folding import folded

__all__ = ["Document", "OwnThing", "Source", "add_own_source", "add_source", "folded"]
