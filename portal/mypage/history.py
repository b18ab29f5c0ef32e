"""What the family checked off, hid or put off, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext

from portal.catalogue.load import load_catalogue
from portal.core.clock import in_tokyo
from portal.core.crypto import key_ring
from portal.core.db import rows
from portal.mypage.models import Kind
from portal.mypage.whose import tells_of_home
from portal.residents.days import said_short
from portal.residents.reading import kind_of, name_of
from portal.residents.rights import Act, Role, may

MOST = 200


@dataclass(frozen=True)
class Past:
    """An act that stands."""

    key: str
    title: str
    ref: UUID
    name: str
    kind: str
    state: str
    words: str
    occurrence: str
    may_undo: bool


def standing_acts(resident_id: UUID, today: date, language: str) -> list[Past]:
    """Acts of the family: one's own, and what other parents of shared children have done."""
    catalogue = load_catalogue()
    found = []
    for row in rows(ACTS, {"resident": resident_id, "most": MOST}):
        act = _Row(*row)
        service = catalogue.find(act.service)
        if service is None:
            continue  # withdrawn from the catalogue: nothing to bring back
        if not act.mine and tells_of_home(service):
            continue
        nickname = _opened(act.nickname, "persons.nickname")
        found.append(
            Past(
                key=service.key,
                title=service.title.say(language),
                ref=act.person_id,
                name=name_of(act.relation, nickname),
                kind=kind_of(act.relation, act.birthdate, today),
                state=STATES[Kind(act.kind)],
                words=_words(act, today, language),
                occurrence=act.occurrence,
                may_undo=act.mine or may(Role(act.role), Act.UNDO_OTHERS),
            )
        )
    return found


# Their name: of a co-parent the one they chose to show everybody, of the owner the one they chose
# to show this resident; of somebody who shares no longer, none.
ACTS = """
SELECT a.service, a.occurrence, a.kind, a.until, a.at, a.by = %(resident)s AS mine,
       p.id, CASE WHEN s.id IS NULL THEN p.relation
                  WHEN p.relation = 'expected' THEN 'expected' ELSE 'child' END,
       p.nickname, p.birthdate, coalesce(s.role, 'owner'), theirs.name,
       CASE WHEN a.by = p.resident_id THEN s.owner_name END
  FROM persons p
  JOIN todo_acts a ON a.person_id = p.id AND a.undone_at IS NULL
                  AND (a.by = %(resident)s OR a.kind = 'done')
  LEFT JOIN card_shares s ON s.person_id = p.id AND s.resident_id = %(resident)s
                         AND p.resident_id <> %(resident)s
  LEFT JOIN card_shares theirs ON theirs.person_id = p.id AND theirs.resident_id = a.by
 WHERE p.resident_id = %(resident)s
    OR p.id IN (SELECT person_id FROM card_shares WHERE resident_id = %(resident)s)
 ORDER BY a.at DESC LIMIT %(most)s
"""


class _Row(NamedTuple):
    service: str
    occurrence: str
    kind: str
    until: date | None
    at: datetime
    mine: bool
    person_id: UUID
    relation: str
    nickname: bytes | None
    birthdate: date | None
    role: str
    sharer_name: bytes | None
    owner_name: bytes | None


def _opened(sealed: bytes | None, column: str) -> str | None:
    return None if sealed is None else key_ring().decrypt(bytes(sealed), column).decode()


STATES = {Kind.DONE: "done", Kind.DISMISSED: "not_for_us", Kind.POSTPONED: "later"}


def _words(act: _Row, today: date, language: str) -> str:
    if act.kind == Kind.POSTPONED and act.until is not None:
        return str(gettext("shown again on %(day)s", day=said_short(act.until, today, language)))
    day = said_short(in_tokyo(act.at).date(), today, language)
    if act.mine:
        return day
    name = _opened(act.owner_name, "card_shares.owner_name")
    name = name or _opened(act.sharer_name, "card_shares.name")
    if name:
        return str(gettext("%(name)s, the other parent, did it on %(day)s", name=name, day=day))
    return str(gettext("The other parent did it on %(day)s", day=day))
