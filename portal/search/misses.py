"""Words that found nothing, for the staff who write: folded, masked, counted by day, 90 days."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, func, select, text

from portal.core.clock import today
from portal.core.db import read, transaction
from portal.search.models import SearchMiss
from portal.search.typed import typed

KEPT = timedelta(days=90)
MOST_A_DAY = 2_000  # different words; a flood of nonsense must not fill the table
SHOWN = 200
MASK = "〇〇"
PERSONAL = re.compile(
    r"\S+@\S+|https?://\S+"
    r"|\d[\d\s()-]{2,}\d"  # telephone, number of a card, day of birth
    r"|\d+(?:丁目|番地?|号室?)[\d丁目番地号室-]*"  # where somebody lives
    r"|[^\s\d]{1,8}(?:さん|さま|様|くん|君|ちゃん)(?!\S)"  # somebody's name
)
NOTE = """
INSERT INTO search_misses (day, words, language, times)
SELECT :day, :words, :language, 1
 WHERE (SELECT count(*) FROM search_misses WHERE day = :day) < :most
    OR EXISTS (SELECT FROM search_misses
                WHERE day = :day AND words = :words AND language = :language)
ON CONFLICT (day, words, language) DO UPDATE SET times = search_misses.times + 1
"""


@dataclass(frozen=True)
class Miss:
    """Words that found nothing, over the days kept."""

    words: str
    times: int
    days: int
    last: date


def masked(text_typed: str) -> str:
    """The words, folded, without what may tell who somebody is."""
    plain = unicodedata.normalize("NFKC", text_typed)
    return typed(PERSONAL.sub(MASK, plain)).folded


def note(text_typed: str, language: str) -> None:
    """Count one search without a result."""
    words = masked(text_typed)
    if not words.replace(MASK, "").strip():
        return  # nothing is left that could be answered
    with transaction() as session:
        values = {"day": today(), "words": words, "language": language, "most": MOST_A_DAY}
        session.execute(text(NOTE), values)


def most_frequent() -> list[Miss]:
    """What was looked for in vain most often."""
    times = func.sum(SearchMiss.times)
    found = (
        select(
            SearchMiss.words, times, func.count(SearchMiss.day.distinct()), func.max(SearchMiss.day)
        )
        .group_by(SearchMiss.words)
        .order_by(times.desc(), SearchMiss.words)
        .limit(SHOWN)
    )
    return [
        Miss(words, int(number), days, last) for words, number, days, last in read().execute(found)
    ]


def forget() -> None:
    """Tick: nothing is kept longer than needed to see what is missing."""
    with transaction() as session:
        session.execute(delete(SearchMiss).where(SearchMiss.day < today() - KEPT))
