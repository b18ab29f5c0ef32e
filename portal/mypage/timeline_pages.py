"""The page of a person's services along their ages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from portal.catalogue.ages import turn_months
from portal.catalogue.load import load_catalogue
from portal.catalogue.model import Relation
from portal.catalogue.phrases import say, say_age
from portal.core.clock import today
from portal.core.errors import NotFound
from portal.core.i18n import current_language
from portal.core.languages import in_japanese
from portal.core.web.access import resident
from portal.mypage.relatives import Relative, household_facts, relatives_of
from portal.mypage.timeline import (
    MONTHS,
    PAST,
    Acts,
    Entry,
    Group,
    Timeline,
    age_in_months,
    group_of_age,
    timeline,
)
from portal.mypage.words import sentence
from portal.residents.days import said_month, said_short
from portal.residents.pages import viewer_id

bp = Blueprint("timeline", __name__)


@dataclass(frozen=True)
class Line:
    """An entry in words."""

    url: str
    title: str
    state: str
    dates: list[tuple[str, str]]  # (ISO, words)
    reason: str
    desk: str


@dataclass(frozen=True)
class Stop:
    """A group in words: the age and the months it spans, "" where there is none."""

    age: str
    months: str
    lines: list[Line]


@bp.get("/my/timeline")
@resident
def show() -> str:
    """One person at a time: who is asked for, else the first child, else oneself."""
    day, language = today(), current_language()
    family = [one for one in relatives_of(viewer_id(), day) if not one.person.silenced]
    one = _chosen(family, request.args.get("person"))
    line = _line_of(one, family, day) if one else Timeline((), (), ())
    return render_template(
        "portal/timeline.html",
        family=family,
        one=one,
        past=[_stop(each, one, day, language) for each in line.past] if one else [],
        past_count=sum(len(each.entries) for each in line.past),
        now=[_words(each, one, day, language) for each in line.now] if one else [],
        now_age=_age_now(one, day, language),
        coming=[_stop(each, one, day, language) for each in line.coming] if one else [],
        card_url=_card_url(one),
    )


def _chosen(family: list[Relative], ref: str | None) -> Relative | None:
    if ref is not None:
        found = next((one for one in family if one.ref == ref), None)
        if found is None:
            raise NotFound()
        return found
    young = (Relation.CHILD, Relation.EXPECTED)
    first = next((one for one in family if one.person.relation in young), None)
    return first or next(iter(family), None)


def _card_url(one: Relative | None) -> str:
    """Where a birthdate is written."""
    if one is None or one.person.relation is Relation.SELF:
        return url_for("residents.welcome")
    return url_for("residents.person", person_id=one.id)


def _line_of(one: Relative, family: list[Relative], day: date) -> Timeline:
    acts: Acts = {what: act.kind for what, act in one.acts.items()}
    interests = frozenset().union(*(each.person.interests for each in family))
    return timeline(load_catalogue(), one.person, household_facts(family), day, acts, interests)


def _age_now(one: Relative | None, day: date, language: str) -> str:
    if one is None or one.person.birthdate is None or one.person.birthdate > day:
        return ""
    return _group_words(*group_of_age(age_in_months(one.person.birthdate, day)), language)


def _stop(group: Group, one: Relative, day: date, language: str) -> Stop:
    lines = [_words(each, one, day, language) for each in group.entries]
    born = one.person.birthdate
    if group.months is None or group.until is None or born is None:
        return Stop("", said_month(group.first, language), lines)
    last = turn_months(born, group.until - 1)
    between = "〜" if in_japanese(language) else " – "
    months = [said_month(group.first, language)]
    if group.until - group.months > 1:
        months.append(said_month(last, language))
    return Stop(_group_words(group.months, group.until, language), between.join(months), lines)


def _group_words(months: int, until: int, language: str) -> str:
    """3〜4か月, 1歳6か月, 3歳: how checks are named."""
    if until - months == 1 or months >= MONTHS[7]:
        return say_age(months, language)
    if in_japanese(language):
        return f"{months}〜{say_age(until - 1, language)}"
    return f"{months}–{say_age(until - 1, language)}"


def _words(entry: Entry, one: Relative, day: date, language: str) -> Line:
    reason = "" if entry.stage in PAST else say(entry.reason, language, one.called)
    return Line(
        url=url_for("catalogue_pages.service", key=entry.service.key),
        title=entry.service.title.say(language),
        state=entry.stage,
        dates=_dates(entry, day, language),
        reason=sentence(reason, language) if reason else "",
        desk=entry.service.desk.name.say(language),
    )


def _dates(entry: Entry, day: date, language: str) -> list[tuple[str, str]]:
    if entry.window is None:
        return []
    opens, closes = entry.window.opens, entry.window.closes
    found = []
    if opens and opens > day:
        words = gettext("from %(day)s", day=said_short(opens, day, language))
        found.append((opens.isoformat(), str(words)))
    if closes:
        words = gettext("until %(day)s", day=said_short(closes, day, language))
        found.append((closes.isoformat(), str(words)))
    return found
