"""From a document to its row of the index: names, how they look and sound, pairs of letters."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from portal.search.documents import Document
from portal.search.folding import face, grams
from portal.search.pieces import body_of, body_pieces
from portal.search.reading_aloud import Reader
from portal.search.synonyms import groups, other_words

TITLE, ALSO, SYNONYM, TOPIC = 1.0, 0.9, 0.7, 0.55
MOST_NAMES = 24
LONGEST_NAME = 80  # letters
FORM = 1  # of the index; another number makes every document be read anew


@dataclass(frozen=True)
class Entry:
    """A row, and the words its readings taught."""

    row: dict[str, Any]
    words: frozenset[tuple[str, str]]


def digest(document: Document) -> bytes:
    """Differs when the document, the synonyms or the form of the index do."""
    said = json.dumps([FORM, asdict(document), groups()], default=str, sort_keys=True)
    return hashlib.blake2b(said.encode(), digest_size=16).digest()


def entry(document: Document, source: str, reader: Reader) -> Entry:
    """Read the document's names aloud and take them apart."""
    names = _names(document)
    spoken = [reader.read(name) for name, _ in names]
    faces = [face(name) for name, _ in names]
    sounds = [each.sound for each in spoken]
    head = set().union(*map(grams, [*faces, *sounds]))
    row = {
        "kind": document.kind,
        "key": document.key,
        "source": source,
        "titles": dict(document.titles),
        "texts": dict(document.texts),
        "url": document.url,
        "sensitive": document.sensitive,
        "weight": document.weight,
        "updated": document.updated,
        "names": [name for name, _ in names],
        "faces": faces,
        "sounds": sounds,
        "strengths": [strength for _, strength in names],
        "head": sorted(head),
        "body": sorted(body_pieces(body_of(document.titles, document.texts))),
        "digest": digest(document),
    }
    return Entry(row, frozenset().union(*(each.words for each in spoken)))


def _names(document: Document) -> list[tuple[str, float]]:
    """Names without doubles, the most telling first."""
    told = [(title, TITLE) for title in document.titles.values()]
    told += [(name, ALSO) for name in document.also]
    told += [(name, SYNONYM) for name in other_words([face(name) for name, _ in told])]
    told += [(name, TOPIC) for name in document.topics]
    kept: dict[str, tuple[str, float]] = {}
    for name, strength in told:
        kept.setdefault(face(name), (name[:LONGEST_NAME], strength))
    kept.pop("", None)
    return list(kept.values())[:MOST_NAMES]
