"""Words of a to-do: its date as people say it, and the reason in the page's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from flask_babel import gettext

from portal.catalogue.model import Service
from portal.catalogue.phrases import say
from portal.catalogue.windows import Window
from portal.core.i18n import made_of_words
from portal.core.languages import in_japanese
from portal.mypage.todos import Todo
from portal.residents.days import said_short, said_with_era

YEARS_AHEAD = 3  # "until 2044" hurries nobody: such ends are told on the service's own page


@dataclass(frozen=True, slots=True)
class Shown:
    """A to-do in words."""

    service: Service
    key: str
    title: str
    ref: str
    name: str
    kind: str
    due: str
    iso: str
    left: str
    reason: str
    occurrence: str
    only: str
    may_check: bool  # a grown child's parents look on only


@made_of_words
@lru_cache(maxsize=16)
def _templates(language: str) -> dict[str, str]:
    """Sentences looked up once per language: My Page says them dozens of times."""
    return {
        "until": gettext("until %(day)s"),
        "was": gettext("was due %(day)s"),
        "from": gettext("from %(day)s"),
        "today": gettext("today is the last day"),
        "tomorrow": gettext("until tomorrow"),
        "left": gettext("%(days)s days left"),
        "women": gettext("For: women"),
        "men": gettext("For: men"),
    }


def shown(todo: Todo, today: date, language: str) -> Shown:
    """The to-do in the page's language."""
    match = todo.match
    due, iso, left = due_words(todo.group, match.window, today, language)
    texts = _templates(language)
    return Shown(
        service=todo.service,
        key=todo.service.key,
        title=todo.service.title.say(language),
        ref=todo.relative.ref,
        name=todo.relative.name,
        kind=todo.relative.kind,
        due=due,
        iso=iso,
        left=left,
        reason=sentence(say(match.reason, language, todo.relative.called), language),
        occurrence=todo.occurrence,
        may_check=todo.relative.may_check,
        only=texts["women"] if match.for_women else texts["men"] if match.for_men else "",
    )


def due_words(
    group: str, window: Window | None, today: date, language: str
) -> tuple[str, str, str]:
    """(words, ISO day, days left) of the date that matters for a group; blanks where none does."""
    if window is None:
        return "", "", ""
    day = window.opens if group == "coming" else window.closes
    if day is None or (group in ("open", "offers") and day.year > today.year + YEARS_AHEAD):
        return "", "", ""
    texts = _templates(language)
    key = {"coming": "from", "overdue": "was"}.get(group, "until")
    words = texts[key] % {"day": said_short(day, today, language)}
    left = _left((day - today).days, texts) if group == "soon" else ""
    return words, day.isoformat(), left


def _left(days: int, texts: dict[str, str]) -> str:
    if days <= 1:
        return texts["tomorrow"] if days else texts["today"]
    return texts["left"] % {"days": days}


def sentence(reason: str, language: str) -> str:
    """A reason clause as a sentence."""
    if language.startswith("zh"):
        return f"{reason}。"
    if in_japanese(language):
        return f"{reason}です。" if reason.endswith("ため") else f"{reason}。"
    return f"{reason[:1].upper()}{reason[1:]}."


def span_words(window: Window | None, language: str) -> str:
    """Both ends with the era, as forms of the city hall write them."""
    if window is None:
        return ""
    opens, closes = (
        said_with_era(day, language) if day else "" for day in (window.opens, window.closes)
    )
    between = "〜" if in_japanese(language) else " – "
    return f"{opens}{between}{closes}"
