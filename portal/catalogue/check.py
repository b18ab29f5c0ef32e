"""Checks the catalogue's date rules against a table of examples (`./mado rules check FILE.csv`).

Every row goes through the same entries My Page uses; only AGE.* and SCHOOL.ENTRY speak to the
primitives. Columns: vector_id, rule_id, birthdate, sex, today, facts, expected_state, due_from,
due_to. "value" compares the date itself with due_from.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TextIO

from portal.catalogue import ages
from portal.catalogue.facts import FULL_NAMES
from portal.catalogue.model import Catalogue, Service
from portal.catalogue.rules import FactValue, Known, Rule
from portal.catalogue.table import read_rows
from portal.catalogue.windows import State, state_of

STATES = ("open", "eligible", "future", "passed", "not_eligible", "overdue", "due_soon")
SAME = {"eligible": "open", "due_soon": "open", "not_eligible": "passed"}
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MONTH = re.compile(r"\d{4}-\d{2}")
NHI = frozenset({"nhi", "国保", "国民健康保険"})
SEXES = {"": "", "f": "F", "female": "F", "女": "F", "女性": "F"}
SEXES |= {"m": "M", "male": "M", "男": "M", "男性": "M"}
SEXES |= dict.fromkeys(("-", "x", "other", "unknown", "不明", "その他"), "")
COLUMNS = ("rule_id", "expected_state")
YES = frozenset({"yes", "true", "1", "はい"})
NO = frozenset({"no", "false", "0", "いいえ"})

WORDS: Mapping[str, tuple[str, bool]] = {
    "未就園": ("enrolled", False),
    "就園": ("enrolled", True),
    "就園中": ("enrolled", True),
    "在園": ("enrolled", True),
    "在園中": ("enrolled", True),
    "既婚": ("married", True),
    "婚姻": ("married", True),
    "未婚": ("married", False),
}

Primitive = Callable[[date, Mapping[str, FactValue]], date]


class BrokenRow(ValueError):
    """A row that cannot be checked; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row expected and what the rules say, both as the words to print."""

    vector_id: str
    expected: str
    got: str
    passed: bool


def _number(facts: Mapping[str, FactValue], name: str) -> int:
    value = facts.get(name)
    if type(value) is not int:
        raise BrokenRow(f"fact {name} is missing")
    return value


PRIMITIVES: Mapping[str, Primitive] = {
    "AGE.ATTAIN_Y": lambda born, facts: ages.attain(born, _number(facts, "n_years")),
    "AGE.ATTAIN_M": lambda born, facts: ages.attain_months(born, _number(facts, "n_months")),
    "AGE.TURN_Y": lambda born, facts: ages.turn(born, _number(facts, "n_years")),
    "AGE.TURN_M": lambda born, facts: ages.turn_months(born, _number(facts, "n_months")),
    "SCHOOL.ENTRY": lambda born, facts: ages.school_entry(born),
}


def check_file(stream: TextIO, catalogue: Catalogue) -> list[Outcome]:
    """Outcomes of all rows of a CSV file; a file that breaks off ends in a failed outcome."""
    rows, problem = read_rows(stream, COLUMNS)
    outcomes = check_rows(rows, catalogue)
    if problem:
        outcomes.append(Outcome("?", "a CSV file", f"broken file: {problem}", passed=False))
    return outcomes


def check_rows(rows: Iterable[Mapping[str, str | None]], catalogue: Catalogue) -> list[Outcome]:
    """Outcomes of all rows; a row that cannot be read is a failed outcome, never an error."""
    rules = rules_by_check(catalogue)
    return [_outcome(row, rules) for row in rows]


def rules_by_check(catalogue: Catalogue) -> dict[str, list[tuple[Service, Rule | None]]]:
    """For each check id the services that answer it; a milestone answers with its own rule."""
    found: dict[str, list[tuple[Service, Rule | None]]] = {}
    for service in catalogue.services:
        for check in service.checks:
            found.setdefault(check, []).append((service, None))
        for milestone in service.milestones:
            for check in milestone.checks:
                found.setdefault(check, []).append((service, milestone.rule))
    return found


def _cell(row: Mapping[str, str | None], name: str) -> str:
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""


def _outcome(
    row: Mapping[str, str | None], rules: Mapping[str, list[tuple[Service, Rule | None]]]
) -> Outcome:
    name = _cell(row, "vector_id") or "?"
    state, opens, closes = (_cell(row, each) for each in ("expected_state", "due_from", "due_to"))
    expected = _say(state, opens, closes)
    try:
        _check_cells(row, state, opens, closes)
        got = _primitive(row) or _answer(row, rules)
    except (BrokenRow, ValueError, OverflowError) as error:
        return Outcome(name, expected, f"broken row: {error}", passed=False)
    same = _same_state(state, got[0]) and _same_day(opens, got[1]) and _same_day(closes, got[2])
    return Outcome(name, expected, _say(*got), passed=same)


def _check_cells(row: Mapping[str, str | None], state: str, opens: str, closes: str) -> None:
    if None in row:
        raise BrokenRow("more cells than columns")
    if state != "value" and state not in STATES:
        raise BrokenRow(f"unknown expected_state {state!r}")
    if state == "value" and not opens:
        raise BrokenRow("a value needs due_from")
    for day in (opens, closes):
        if day and not (DAY.fullmatch(day) or MONTH.fullmatch(day)):
            raise BrokenRow(f"not a date: {day!r}")


def _say(state: str, opens: str, closes: str) -> str:
    dates = f"{opens}..{closes}" if closes else opens
    return f"{state} {dates}".strip()


def _same_state(expected: str, got: str) -> bool:
    return SAME.get(expected, expected) == SAME.get(got, got)


def _same_day(expected: str, got: str) -> bool:
    return not expected or got[: len(expected)] == expected


def _primitive(row: Mapping[str, str | None]) -> tuple[str, str, str] | None:
    primitive = PRIMITIVES.get(_cell(row, "rule_id"))
    if primitive is None:
        return None
    born = _day(row, "birthdate")
    if born is None:
        raise BrokenRow("birthdate is missing")
    day = primitive(born, parse_facts(_cell(row, "facts")))
    if _cell(row, "expected_state") == "value":
        return "value", day.isoformat(), ""
    today = _day(row, "today") or day
    return ("open" if day <= today else "future"), day.isoformat(), ""


def _answer(
    row: Mapping[str, str | None], rules: Mapping[str, list[tuple[Service, Rule | None]]]
) -> tuple[str, str, str]:
    rule_id, sex = _cell(row, "rule_id"), _sex(row)
    answering = rules.get(rule_id)
    if not answering:
        raise BrokenRow(f"unknown rule_id {rule_id!r}")
    facts = parse_facts(_cell(row, "facts"))
    today = _day(row, "today") or _day_in(facts) or _due(row)
    if today is None:
        raise BrokenRow("today is missing")
    admitted = [each for each in answering if not sex or each[0].sex in ("", sex)]
    if not admitted:
        return "not_eligible", "", ""
    service, milestone_rule = admitted[0]
    rule = milestone_rule or service.rule_on(today)
    if rule is None:
        return "not_eligible", "", ""
    return _asked(row, rule, Known(_day(row, "birthdate"), facts), today)


def _sex(row: Mapping[str, str | None]) -> str:
    word = _cell(row, "sex").lower()
    if word not in SEXES:
        raise BrokenRow(f"unknown sex {word!r}")
    return SEXES[word]


def _asked(
    row: Mapping[str, str | None], rule: Rule, known: Known, today: date
) -> tuple[str, str, str]:
    if rule.anchors and rule.anchor_of(known) is None:
        raise BrokenRow(f"{' or '.join(rule.anchors)} is missing or no date")
    window = rule.window(known, today)
    if window is None:
        return "not_eligible", "", ""
    if _cell(row, "expected_state") == "value":
        return "value", _iso(rule.value(window)), ""
    state: State = state_of(window, today)
    return SAME.get(state, state), _iso(window.opens), _iso(window.closes)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _day(row: Mapping[str, str | None], column: str) -> date | None:
    text = _cell(row, column)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BrokenRow(f"{column} is not a date: {text!r}") from None


def _due(row: Mapping[str, str | None]) -> date | None:
    """The day a row without `today` expects; a month's first day."""
    text = _cell(row, "due_from")
    return date.fromisoformat(f"{text}-01" if MONTH.fullmatch(text) else text) if text else None


def _day_in(facts: Mapping[str, FactValue]) -> date | None:
    """The day a row without `today` is about: polling day or levy day."""
    asked = (facts.get(name) for name in ("poll_date", "levy_date"))
    return next((day for day in asked if isinstance(day, date)), None)


def parse_facts(text: str) -> dict[str, FactValue]:
    """Facts written `key=value;key=value` or as one of the plain words of the table."""
    facts: dict[str, FactValue] = {}
    text = unicodedata.normalize("NFKC", text)  # full-width signs, as Japanese keyboards give them
    for part in filter(None, (each.strip() for each in text.split(";"))):
        key, equals, value = (each.strip() for each in part.partition("="))
        if not equals:
            word, truth = WORDS.get(key, (key, True))
            facts[word] = truth
        elif key == "insurer":
            facts["other_insurer"] = value.lower() not in NHI
        else:
            facts.update(dict.fromkeys(FULL_NAMES.get(key, (key,)), _value(value)))
    return facts


def _value(text: str) -> FactValue:
    text = re.sub(r"\(.*\)$", "", text).strip()
    days = DAY.findall(text)
    if len(days) == 2 and "/" in text:
        return date.fromisoformat(days[0]), date.fromisoformat(days[1])
    if len(days) == 1 and DAY.fullmatch(text):
        return date.fromisoformat(text)
    if MONTH.fullmatch(text):
        return date.fromisoformat(f"{text}-01")
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    if re.fullmatch(r"\d+(,\s*\d+)+", text):
        return tuple(int(each) for each in text.split(","))
    if text.lower() in YES | NO:
        return text.lower() in YES
    return text
