"""Ways in when two accounts become one: of LINE, mail address and card there can be one each."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.addresses import masked
from auth.authenticators import Authenticator
from auth.identities import CARD, EMAIL, LINE, Identity
from auth.passkeys.records import Passkey
from portal.core.errors import N_
from portal.core.merging import MOVES, Preview, Question, Steps, raw

IDENTITIES = Identity.metadata.tables["identities"]
APPS = Authenticator.metadata.tables["authenticators"]
PASSKEYS = Passkey.metadata.tables["passkeys"]
RECORDS = "verified_records"
SWAPPED = ("subject", "subject_index", "verified_at")
MINE, THEIRS = "mine", "theirs"
TWO_PEOPLE = N_("Each account has a My Number card of its own, so they belong to two people.")


class WaysIn:
    """The part of `registries.merge_parts` for what one signs in with."""

    columns: Mapping[str, str] = {
        "identities.resident_id": MOVES,
        "authenticators.resident_id": MOVES,
        "passkeys.resident_id": MOVES,
        f"{RECORDS}.resident_id": MOVES,
    }

    def preview(self, session: Session, into: UUID, other: UUID) -> Preview:
        """Which ways come, which of two addresses shall stay; two cards are two people."""
        mine, theirs = _of(session, into), _of(session, other)
        found = Preview()
        names = {
            LINE: gettext("LINE"),
            EMAIL: gettext("Mail address"),
            CARD: gettext("My Number card"),
        }
        coming = [names[issuer] for issuer in (LINE, EMAIL, CARD) if issuer in theirs.keys() - mine]
        coming += [gettext("Authenticator app")] * _count(session, APPS, other)
        coming += [gettext("Passkey")] * _count(session, PASSKEYS, other)
        if coming:
            found.lines.append(
                gettext("Ways to sign in: %(names)s", names=gettext(", ").join(coming))
            )
        if CARD in mine.keys() & theirs.keys():
            found.refusals.append(gettext(TWO_PEOPLE))
        if EMAIL in mine.keys() & theirs.keys():
            options = ((MINE, masked(mine[EMAIL])), (THEIRS, masked(theirs[EMAIL])))
            found.questions.append(Question(EMAIL, gettext("Which mail address?"), options))
        if LINE in mine.keys() & theirs.keys():
            options = (
                (MINE, gettext("The one of the account you are signed in to")),
                (THEIRS, gettext("The one of the other account")),
            )
            found.questions.append(Question(LINE, gettext("Which LINE account?"), options))
        return found

    def move(self, steps: Steps, into: UUID, other: UUID, choices: Mapping[str, str]) -> None:
        """What is missing comes; of two the chosen one stays, the other goes with its account."""
        mine, theirs = _of(steps.session, into), _of(steps.session, other)
        for issuer in theirs:
            if issuer not in mine:
                steps.move(IDENTITIES.c.resident_id, other, into, IDENTITIES.c.issuer == issuer)
                steps.notes.add(issuer)
            elif choices.get(issuer, MINE) == THEIRS and issuer != CARD:
                steps.notes.add(issuer)
                _swap(steps, _id(steps.session, into, issuer), _id(steps.session, other, issuer))
        for table in (APPS, PASSKEYS, Identity.metadata.tables[RECORDS]):
            steps.move(table.c.resident_id, other, into)


def _swap(steps: Steps, mine: UUID, theirs: UUID) -> None:
    """Three writes, since no two rows may ever be the same: theirs is parked, mine, theirs."""
    session = steps.session
    one, two = (raw(session, IDENTITIES, {"id": each}, SWAPPED) for each in (mine, theirs))
    steps.write(IDENTITIES, {"id": theirs}, two | {"subject_index": os.urandom(32)})
    steps.write(IDENTITIES, {"id": mine}, two)
    steps.write(IDENTITIES, {"id": theirs}, one)


def _of(session: Session, resident_id: UUID) -> dict[str, str]:
    rows = select(Identity.issuer, Identity.subject).where(Identity.resident_id == resident_id)
    return {row.issuer: row.subject for row in session.execute(rows)}


def _id(session: Session, resident_id: UUID, issuer: str) -> UUID:
    mine = Identity.resident_id == resident_id, Identity.issuer == issuer
    return session.execute(select(Identity.id).where(*mine)).scalar_one()


def _count(session: Session, table: Any, resident_id: UUID) -> int:
    rows = select(func.count()).select_from(table).where(table.c.resident_id == resident_id)
    return int(session.execute(rows).scalar_one())
