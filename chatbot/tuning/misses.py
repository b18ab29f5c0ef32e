"""The inbox of misses: reads them from every log, keeps what staff made of them, takes it back."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from chatbot.answering.client import AnswerClient
from chatbot.answering.unavailable import AnswersUnavailable
from chatbot.dialogue.reply import Question
from chatbot.garbage.phrases import asks_about_garbage
from chatbot.knowledge import editing, store, words
from chatbot.knowledge.models import Thing
from chatbot.tuning import missing
from chatbot.tuning.figures import ranking
from chatbot.tuning.grouping import alike, folded
from chatbot.tuning.missing import Asked, Decided, Miss
from chatbot.tuning.models import MissDecision
from portal.core import audit
from portal.core.clock import in_tokyo, now, today
from portal.core.db import read
from portal.core.errors import NotFound
from portal.core.ids import new_id
from portal.core.settings import Settings

BACK_TO = timedelta(days=90)
MOST_ROWS = 20_000
SUGGESTED = 3
LIKE_ENOUGH = 0.2
# A pick carries no words: they are those of the turn before. "None of these" is counted there.
MISSED = text("""
SELECT a.day, a.hour, a.channel, a.kind, a.key, a.solved, a.reason, a.words AS said,
       CASE WHEN a.text = '' THEN p.text ELSE a.text END AS words,
       CASE WHEN a.text = '' THEN p.folded ELSE a.folded END AS folded
  FROM asked_questions AS a LEFT JOIN asked_questions AS p ON p.id = a.after
 WHERE NOT a.trial AND a.day >= :since
   AND (a.solved IS FALSE OR (a.kind = 'unknown' AND a.text <> '')
        OR (a.kind = 'candidates' AND NOT EXISTS (
              SELECT FROM asked_questions AS n
               WHERE n.after = CASE WHEN a.text = '' THEN a.after ELSE a.id END
                 AND n.text = '' AND n.key <> '')))
 ORDER BY a.day DESC LIMIT :most
""")
SEARCHED = text("SELECT day, words, times FROM search_misses WHERE day >= :since LIMIT :most")


def inbox() -> list[Miss]:
    """What was missed in the last 90 days and nobody has dealt with, by people affected."""
    values = {"since": today() - BACK_TO, "most": MOST_ROWS}
    asked = [_of_bot(row) for row in read().execute(MISSED, values) if row.folded]
    asked += [_of_search(row) for row in read().execute(SEARCHED, values)]
    return missing.gathered(asked, _decisions())


def history(limit: int = 100) -> list[MissDecision]:
    """What staff made of misses, the newest first."""
    with Session(read()) as session:
        return list(
            session.scalars(select(MissDecision).order_by(MissDecision.at.desc()).limit(limit))
        )


def suggestions(words_asked: str) -> list[str]:
    """Keys of the entries that may be meant: what the engine finds, then what is written alike."""
    settings: Settings = current_app.extensions["mado.settings"]
    try:
        found = list(ranking(AnswerClient(settings.ANSWERS_SOCKET).turn(Question(words_asked))))
    except AnswersUnavailable:
        found = []  # the inbox works without the engine
    entries = store.load_knowledge().entries
    known = {entry.key for entry in entries}
    key = folded(words_asked)
    near = sorted(((_likeness(key, entry), entry.key) for entry in entries), reverse=True)
    found += [one for likeness, one in near[:SUGGESTED] if likeness >= LIKE_ENOUGH]
    return [one for one in dict.fromkeys(found) if one in known][:SUGGESTED]


def make_alias(session: Session, miss: str, asked: str, key: str, *, by: UUID | None) -> None:
    """The question is one more way to ask an entry's. Raises UnfitWords, NotFound."""
    words.add_alias(session, key, asked, by)
    _decide(session, miss, asked, "alias", key, by)


def make_synonym(session: Session, miss: str, asked: str, same_as: str, *, by: UUID | None) -> None:
    """A word means the same as another. Raises UnfitWords."""
    group = _group_of(same_as)
    made = words.add_synonym(session, [asked, same_as], by, group=group)
    _decide(session, miss, asked, "synonym", made.key if made else group, by)


def make_draft(
    session: Session, miss: str, asked: str, answer: str, *, by: UUID | None, near: str = ""
) -> str:
    """A draft of a new entry with this question; its key."""
    key = draft_entry(session, asked, answer, by=by, near=near)
    _decide(session, miss, asked, "draft", key, by)
    return key


def draft_entry(
    session: Session, asked: str, answer: str, *, by: UUID | None, near: str = ""
) -> str:
    """A draft of an entry, to be finished in the editor; its key.

    Category, desk and department begin as those of `near`, an entry that is asked alike.
    """
    key, day = f"faq_{new_id().hex[-10:]}", today()
    alike = next((one for one in store.load_knowledge().entries if one.key == near), None)
    body = {
        "key": key,
        "kind": "faq",
        "category": alike.category if alike else "",
        "desk": alike.desk if alike else "general",
        "owner": alike.owner if alike else "",
        "links": [],
        "source": {"title": "見つからなかった質問", "url": ""},
        "texts": {"ja": {"question": asked[:120], "answer": answer, "aliases": []}},
        "updated": day.isoformat(),
        "valid_from": day.isoformat(),
    }
    editing.draft(session, Thing.FAQ, key, body, by=by)
    return key


def put_aside(
    session: Session, miss: str, asked: str, act: str, *, by: UUID | None
) -> MissDecision:
    """Not the city's matter ("not_ours"), or nothing to do ("ignore")."""
    if act not in missing.LASTING:
        raise NotFound()
    return _decide(session, miss, asked, act, "", by)


def undo(session: Session, decision_id: UUID, *, by: UUID | None) -> MissDecision:
    """Take a decision back, with the alias or the word it made; a draft stays in the editor."""
    found = session.get(MissDecision, decision_id, with_for_update=True)
    if found is None or found.undone_at is not None:
        raise NotFound()
    if found.act == "alias":
        _take_alias(session, found.target, found.words, by)
    if found.act == "synonym":
        _take_word(session, found.target, found.words, by)
    found.undone_at, found.undone_by = now(), by
    audit.record(session, "miss.undone", ("miss", found.id), act=found.act)
    return found


def _decide(
    session: Session, miss: str, asked: str, act: str, target: str, by: UUID | None
) -> MissDecision:
    session.execute(
        update(MissDecision)
        .where(MissDecision.folded == miss, MissDecision.undone_at.is_(None))
        .values(undone_at=now(), undone_by=by)
    )
    made = MissDecision(folded=miss, words=asked, act=act, target=target, by=by)
    session.add(made)
    session.flush()
    audit.record(session, "miss.decided", ("miss", made.id), act=act, target=target)
    return made


def _take_alias(session: Session, key: str, alias: str, by: UUID | None) -> None:
    body = _in_force(session, Thing.FAQ, key)
    if body is None:
        return
    for said in body["texts"].values():
        said["aliases"] = [one for one in said.get("aliases", []) if one != alias]
    editing.live_at_once(session, Thing.FAQ, key, body, by=by, note="alias")


def _take_word(session: Session, group: str, word: str, by: UUID | None) -> None:
    body = _in_force(session, Thing.SYNONYM, group)
    if body is None or word not in body["words"]:
        return
    left = [one for one in body["words"] if one != word]
    words.put_words(session, Thing.SYNONYM, group, left if len(left) > 1 else None, by)


def _in_force(session: Session, thing: Thing, key: str) -> dict[str, Any] | None:
    live = editing.live_revision(session, thing, key)
    body = live.body if live else store.shipped_bodies()[thing].get(key)
    return copy.deepcopy(dict(body)) if body is not None else None


def _group_of(word: str) -> str:
    """The group a word is in; "" for none."""
    groups = store.bodies_over(store.live_entries())[Thing.SYNONYM]
    return next((key for key, body in groups.items() if word in body["words"]), "")


def _likeness(key: str, entry: Any) -> float:
    texts = entry.texts.values()
    spoken = (words for text in texts for words in (text.question, *text.aliases))
    return max((alike(key, folded(each)) for each in spoken), default=0.0)


def _decisions() -> list[Decided]:
    found = select(MissDecision.id, MissDecision.folded, MissDecision.act, MissDecision.at)
    rows = read().execute(found.where(MissDecision.undone_at.is_(None)))
    return [Decided(str(row.id), row.folded, row.act, in_tokyo(row.at).date()) for row in rows]


def _of_bot(row: Any) -> Asked:
    source = missing.UNSOLVED
    if row.solved is not False:
        source = missing.UNKNOWN if row.kind == "unknown" else missing.UNPICKED
        if source == missing.UNKNOWN and asks_about_garbage(row.words):
            source = missing.GARBAGE
    return Asked(
        folded=row.folded,
        words=row.words,
        source=source,
        day=row.day,
        who=f" {row.hour} {row.channel} ",
        key=row.key if source == missing.UNSOLVED else "",
        reason=row.reason or "",
        said=row.said or "",
    )


def _of_search(row: Any) -> Asked:
    key = folded(row.words)
    return Asked(key, row.words, missing.SEARCH, row.day, " search ", times=row.times)
