"""What clerks do to many links at once: hide them, show them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.errors import N_, Conflict, NotFound
from portal.core.i18n import current_language
from portal.core.registries import BulkAct
from portal.guide.links_kept import keeping
from portal.guide.links_kept.models import KeptLink

EDIT = "catalogue.edit"


class AsWanted(Conflict):
    """Nothing to do."""

    message = N_("It is so already.")


def names(session: Session, rows: Sequence[str]) -> Mapping[str, str]:
    """Titles of those that are there."""
    known = keeping.every()
    return {key: known[key].link.title.say(current_language()) for key in rows if key in known}


def hide(session: Session, row: str, value: str, by: UUID) -> None:
    """Residents do not see it any more."""
    _set(session, row, hidden=True)


def show(session: Session, row: str, value: str, by: UUID) -> None:
    """Residents see it again."""
    _set(session, row, hidden=False)


def _unhide(session: Session, row: str, before: Any, by: UUID) -> None:
    _set(session, row, hidden=False)


def _unshow(session: Session, row: str, before: Any, by: UUID) -> None:
    _set(session, row, hidden=True)


def _set(session: Session, key: str, *, hidden: bool) -> None:
    kept = keeping.every().get(key)
    if kept is None:
        raise NotFound()
    stands = session.get(KeptLink, key, with_for_update=True)
    if (stands.hidden if stands else kept.hidden) == hidden:
        raise AsWanted()
    keeping.keep(session, key, **(keeping.said_of(kept) | {"hidden": hidden}))


ACTS = (
    BulkAct("links.hide", N_("Hide from residents"), EDIT, hide, names, _unhide),
    BulkAct("links.show", N_("Show to residents"), EDIT, show, names, _unshow),
)
