"""Acts on translations: sign, correct, withdraw. Each is a row with its audit entry."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import now
from portal.core.db import after_commit
from portal.core.errors import N_, MadoError, NotFound
from portal.core.ids import new_id
from portal.languages import kept
from portal.languages.models import TextSignature
from portal.languages.written import WORDS, Written

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
LONE_PERCENT = re.compile(r"%(?!\(\w+\)[sd]|%)")


class BadWords(MadoError):
    """A correction that can not stand; the text is an English message key."""


def sign(session: Session, language: str, texts: Iterable[Written], *, by: UUID) -> UUID:
    """Stand by these texts as they are; gives the batch, by which it can be taken back."""
    batch, chosen = new_id(), [each for each in texts if each.text]
    known = _of_the_city(session, language)
    for each in chosen:
        ours = known.get(each.key) if each.kind == WORDS else None
        _put(session, language, each, batch, by, ours)
    audit.record(session, "translation.signed", ("language", language), count=len(chosen))
    after_commit(session, kept.checked().forget)
    return batch


def correct(session: Session, language: str, line: Written, text: str, *, by: UUID) -> None:
    """Say `text` from now on, signed by who wrote it. Raises BadWords."""
    _insist_on_placeholders(line.key, text)
    new = Written(WORDS, line.key, line.ja, line.en, text)
    _put(session, language, new, new_id(), by, text)
    audit.record(session, "translation.corrected", ("language", language), key=line.mark)
    after_commit(session, kept.checked().forget)


def withdraw(session: Session, language: str, number: UUID, *, by: UUID) -> int:
    """Take one signature or a whole batch back; a correction's shipped words return with it."""
    ended = session.scalars(
        update(TextSignature)
        .where(
            TextSignature.language == language,
            (TextSignature.id == number) | (TextSignature.batch == number),
            TextSignature.ended_at.is_(None),
        )
        .values(ended_at=now(), ended_by=by, changed_at=now())
        .returning(TextSignature.id)
    ).all()
    if not ended:
        raise NotFound()
    audit.record(session, "translation.withdrawn", ("language", language), count=len(ended))
    after_commit(session, kept.checked().forget)
    return len(ended)


def _put(
    session: Session, language: str, line: Written, batch: UUID, by: UUID, text: str | None
) -> None:
    session.execute(
        update(TextSignature)
        .where(
            TextSignature.language == language,
            TextSignature.kind == line.kind,
            TextSignature.key == line.key,
            TextSignature.ended_at.is_(None),
        )
        .values(ended_at=now(), ended_by=by, changed_at=now())
    )
    session.add(
        TextSignature(
            batch=batch,
            language=language,
            kind=line.kind,
            key=line.key,
            hash=line.hash,
            text=text,
            staff_id=by,
        )
    )
    session.flush()


def _of_the_city(session: Session, language: str) -> dict[str, str | None]:
    """Corrections go on under a new signature."""
    found = session.execute(
        select(TextSignature.key, TextSignature.text).where(
            TextSignature.language == language,
            TextSignature.kind == WORDS,
            TextSignature.text.is_not(None),
            TextSignature.ended_at.is_(None),
        )
    )
    return {row.key: row.text for row in found}


def _insist_on_placeholders(key: str, text: str) -> None:
    if not text.strip():
        raise BadWords(N_("Please fill this in."))
    if set(PLACEHOLDER.findall(key)) != set(PLACEHOLDER.findall(text)):
        raise BadWords(N_("Please keep the places in %( ) as they are."))
    if "%(" in key and LONE_PERCENT.search(text):
        raise BadWords(N_("Please keep the places in %( ) as they are."))
