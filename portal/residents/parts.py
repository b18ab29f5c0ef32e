"""Rows of other parts of the product that belong to a card: they go, stay and come back with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session


class CardPart:
    """One kind of such rows."""

    name: str

    def save(self, session: Session, person_id: UUID) -> list[dict[str, Any]]:
        """The rows as plain values, before the card is removed."""
        raise NotImplementedError

    def restore(self, session: Session, person_id: UUID, rows: list[dict[str, Any]]) -> None:
        """Write them again."""
        raise NotImplementedError

    def forget(self, session: Session, person_id: UUID, resident_id: UUID) -> None:
        """A resident no longer has this card: delete what was theirs alone (notes, put-offs)."""
        raise NotImplementedError

    def hand_over(self, session: Session, person_id: UUID, target: UUID) -> None:
        """The card is the grown child's: what is done goes to `target`, nobody's notes do.

        `target` is `person_id` itself where the child had no card of their own.
        """
        raise NotImplementedError


_parts: list[CardPart] = []


def keep_with_card(part: CardPart) -> None:
    """Register a kind of rows."""
    if part.name not in {each.name for each in _parts}:
        _parts.append(part)


def card_parts() -> list[CardPart]:
    """Every registered kind."""
    return _parts
