"""Other ways to ask and words that mean the same: in force at once, each with its audit entry.

They change what is found, not what is said; the release gate measures them with the rest.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chatbot.knowledge import editing, store
from chatbot.knowledge.bodies import Body
from chatbot.knowledge.entries import WRITTEN
from chatbot.knowledge.models import AnswerRevision, Thing
from portal.core.errors import N_, MadoError, NotFound

LONGEST_ALIAS, MOST_ALIASES = 120, 200
LONGEST_WORD, MOST_WORDS = 40, 60


class UnfitWords(MadoError):
    """Words that can not be taken; the message says why."""


def add_alias(
    session: Session, key: str, text: str, author: UUID | None, *, language: str = "ja"
) -> AnswerRevision | None:
    """One more way to ask an entry's question; None where it is there already."""
    alias = " ".join(text.split())
    if not alias or len(alias) > LONGEST_ALIAS or language not in WRITTEN:
        raise UnfitWords(N_("Please write a short question."))
    body = _in_force(session, Thing.FAQ, key)
    if body is None:
        raise NotFound()
    said = body["texts"].get(language)
    if said is None:
        raise UnfitWords(N_("This answer is not written in that language yet."))
    if alias in said.get("aliases", []) or alias == said["question"]:
        return None
    if len(said.get("aliases", [])) >= MOST_ALIASES:
        raise UnfitWords(N_("This answer has too many ways to ask already."))
    opened = editing.open_revision(session, Thing.FAQ, key)
    if opened is not None and opened.body is not None:
        opened.body = _with_alias(opened.body, language, alias)  # or it would be lost with it
    more = _with_alias(body, language, alias)
    return editing.live_at_once(session, Thing.FAQ, key, more, by=author, note="alias")


def add_synonym(
    session: Session, words: Sequence[str], author: UUID | None, *, group: str = ""
) -> AnswerRevision | None:
    """Words that mean the same: a new group, or more words of one; None where nothing is new."""
    clean = checked_words(words)
    body = _in_force(session, Thing.SYNONYM, group) if group else None
    if group and body is None:
        raise NotFound()
    before = list(body["words"]) if body else []
    merged = list(dict.fromkeys([*before, *clean]))
    if len(merged) < 2 or len(merged) > MOST_WORDS:
        raise UnfitWords(N_("A group has two words or more."))
    if merged == before:
        return None
    return put_words(session, Thing.SYNONYM, group or free_key(session, clean[0]), merged, author)


def put_words(
    session: Session, thing: Thing, key: str, words: Sequence[str] | None, author: UUID | None
) -> AnswerRevision:
    """A group or a list of stop words as it shall be now; None takes it away."""
    body = None if words is None else {"key": key, "words": checked_words(words)}
    return editing.live_at_once(session, thing, key, body, by=author, note="words")


def checked_words(words: Sequence[str]) -> list[str]:
    """The words without blanks and doubles; UnfitWords."""
    clean = list(dict.fromkeys(word for word in (" ".join(w.split()) for w in words) if word))
    if not clean or any(len(word) > LONGEST_WORD for word in clean):
        raise UnfitWords(N_("Please write words of at most 40 letters."))
    return clean


def free_key(session: Session, word: str) -> str:
    """A group is known by its first word; by a number more where another has that."""
    taken = store.bodies_over(store.live_entries())[Thing.SYNONYM]
    key, number = word, 1
    while key in taken or editing.newest_number(session, Thing.SYNONYM, key):
        number += 1
        key = f"{word} {number}"
    return key


def _in_force(session: Session, thing: Thing, key: str) -> dict[str, Any] | None:
    """The plain form in force, read under lock where it is the city's own."""
    live = editing.live_revision(session, thing, key)
    body = live.body if live else store.shipped_bodies()[thing].get(key)
    return copy.deepcopy(dict(body)) if body is not None else None


def _with_alias(body: Body, language: str, alias: str) -> dict[str, Any]:
    made = copy.deepcopy(dict(body))
    said = made["texts"].get(language)
    if said is not None and alias not in said.get("aliases", []):
        said["aliases"] = [*said.get("aliases", []), alias]
    return made
