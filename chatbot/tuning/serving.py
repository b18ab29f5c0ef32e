"""Which releases of the answers are out, and which one a conversation is asked of."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal.core.db import read

log = structlog.get_logger(__name__)

LIVE, PILOT, TRIAL = "", "pilot", "trial"  # what Question.release names
LOOK_EVERY = 5  # seconds after which another process's change is seen here
OUT = text("""
SELECT r.state, r.id::text AS id, r.number, r.knowledge_number, r.drafts,
       r.learned_id::text AS learned_id, r.share
  FROM answer_releases AS r WHERE r.state IN ('live', 'pilot', 'trial')
""")


@dataclass(frozen=True, slots=True)
class Served:
    """A release that can be asked. `knowledge_number` None: always what is in force.

    `learned` is the id of the learned weights (`learned_bytes`), "" for none.
    """

    name: str
    id: str
    number: int
    knowledge_number: int | None
    drafts: bool
    learned: str
    share: int


def served(session: Session | Connection | None = None) -> dict[str, Served]:
    """The releases that are out by the name Question.release gives them. One cheap query."""
    return {one.name: one for one in map(_served, (session or read()).execute(OUT))}


def learned_bytes(learned: str, session: Session | Connection | None = None) -> bytes | None:
    """The bytes of learned weights."""
    found = text("SELECT model FROM learned_weights WHERE id = CAST(:id AS uuid)")
    kept = (session or read()).execute(found, {"id": learned}).scalar() if learned else None
    return bytes(kept) if kept is not None else None


def in_share(talk: str, release_id: str, share: int) -> bool:
    """Whether a conversation belongs to the share (percent) that a pilot answers. Pure.

    By the release too, so that it is not always the same conversations that try things out.
    """
    digest = hashlib.sha256(f"{release_id}:{talk}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % 100 < share


def release_for(talk: str) -> str:
    """The release a conversation is asked of: the pilot's for its share, else the live one."""
    pilot = _pilot()
    return PILOT if pilot and in_share(talk, pilot.id, pilot.share) else LIVE


def forget() -> None:
    """Look again at the next question: something was changed here."""
    current_app.extensions.pop("mado.pilot", None)


def _pilot() -> Served | None:
    looked, found = current_app.extensions.get("mado.pilot", (float("-inf"), None))
    if time.monotonic() - looked < LOOK_EVERY:
        return found if isinstance(found, Served) else None
    try:
        found = served().get(PILOT)
    except OperationalError:
        log.warning("tuning.database_away")
    current_app.extensions["mado.pilot"] = (time.monotonic(), found)
    return found if isinstance(found, Served) else None


def _served(row: Row[Any]) -> Served:
    return Served(
        name=LIVE if row.state == "live" else row.state,
        id=row.id,
        number=row.number,
        knowledge_number=row.knowledge_number,
        drafts=row.drafts,
        learned=row.learned_id or "",
        share=row.share,
    )
