"""Texts of an entry's body by their place, and bodies with texts of further languages put in.

A text is a mapping with `ja`; its place names list items by their keys (`milestones.first.title`),
so that it stays the same when rows are moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from portal.core.languages import JAPANESE, TRANSLATED

Body = Mapping[str, Any]
Words = Mapping[str, str]
Find = Callable[[str, Words], Words]


def texts_of(body: Any, place: str = "") -> Iterator[tuple[str, Words]]:
    """Every text of a body with its place."""
    if isinstance(body, Mapping):
        if isinstance(body.get(JAPANESE), str):
            yield place, body
            return
        for name, value in body.items():
            yield from texts_of(value, _under(place, name))
    elif isinstance(body, list):
        for number, value in enumerate(body):
            yield from texts_of(value, _under(place, _key(value, number)))


def with_texts(body: Any, find: Find, place: str = "") -> Any:
    """The same body; `find(place, text)` gives each text's further languages, which go in."""
    if isinstance(body, Mapping):
        if isinstance(body.get(JAPANESE), str):
            return {**find(place, body), **body}
        return {name: with_texts(each, find, _under(place, name)) for name, each in body.items()}
    if isinstance(body, list):
        return [with_texts(x, find, _under(place, _key(x, n))) for n, x in enumerate(body)]
    return body


def with_words_of(body: Body, other: Body, *, same: bool) -> Any:
    """`body` with the translations that `other` has at the same places.

    same: only where the Japanese is the same too; otherwise an older translation goes on until
    somebody looks it over (its signature no longer counts).
    """
    known = dict(texts_of(other))

    def find(place: str, words: Words) -> Words:
        there = known.get(place, {})
        if same and there.get(JAPANESE) != words[JAPANESE]:
            return {}
        return {code: there[code] for code in TRANSLATED if code in there}

    return with_texts(body, find)


def with_language(body: Body, language: str, texts: Mapping[str, str]) -> Any:
    """`body` with these texts of one language by place; "" takes a text out."""
    bare = _without(body, language)
    return with_texts(bare, lambda place, _: {language: texts[place]} if texts.get(place) else {})


def _without(value: Any, language: str) -> Any:
    if isinstance(value, Mapping):
        gone = language if isinstance(value.get(JAPANESE), str) else ""
        return {name: _without(each, language) for name, each in value.items() if name != gone}
    if isinstance(value, list):
        return [_without(each, language) for each in value]
    return value


def _under(place: str, name: object) -> str:
    return f"{place}.{name}" if place else str(name)


def _key(value: Any, number: int) -> object:
    return value.get("key", number) if isinstance(value, Mapping) else number
