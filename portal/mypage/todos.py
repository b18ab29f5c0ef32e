"""From matches and acts to what My Page shows: which to-dos are in sight, and in which group."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.catalogue.ages import fy
from portal.catalogue.evaluation import Match, evaluate
from portal.catalogue.load import load_catalogue
from portal.catalogue.model import Kind, Service
from portal.catalogue.windows import State
from portal.mypage.relatives import Relative, Standing, household_facts

GROUPS = ("overdue", "soon", "open", "offers", "coming")


@dataclass(frozen=True, slots=True)
class Todo:
    """One visible service for one person."""

    match: Match
    relative: Relative
    occurrence: str
    group: str

    @property
    def service(self) -> Service:
        """The service of the catalogue."""
        return self.match.service


@dataclass(frozen=True, slots=True)
class Today:
    """Everything My Page shows on a day, by group, and how many are put aside."""

    groups: dict[str, list[Todo]]
    hidden: int

    def count(self, group: str) -> int:
        """How many to-dos a group has."""
        return len(self.groups[group])

    @property
    def empty(self) -> bool:
        """Whether nothing at all is shown."""
        return not any(self.groups.values())


def todos_of(relatives: list[Relative], today: date) -> Today:
    """What the family can or must do; done, dismissed and postponed things are left out."""
    found = everything(relatives, today)
    in_sight = [todo for todo in found if not _is_hidden(todo, today)]
    groups: dict[str, list[Todo]] = {name: [] for name in GROUPS}
    for todo in in_sight:
        groups[todo.group].append(todo)
    groups["coming"].sort(key=lambda todo: todo.match.window.first if todo.match.window else today)
    return Today(groups, len(found) - len(in_sight))


def everything(relatives: list[Relative], today: date) -> list[Todo]:
    """The same with what was done, dismissed and postponed."""
    people = [relative.person for relative in relatives]
    matches = evaluate(load_catalogue(), people, household_facts(relatives), today)
    return list(_todos(matches, relatives, today))


def todos_about(
    key: str, relatives: list[Relative], today: date
) -> list[tuple[Todo, Standing | None]]:
    """One service for everybody it concerns today, with the act that stands."""
    found = (todo for todo in everything(relatives, today) if todo.service.key == key)
    return [(todo, todo.relative.acts.get((key, todo.occurrence))) for todo in found]


def _todos(matches: Iterable[Match], relatives: list[Relative], today: date) -> Iterable[Todo]:
    by_ref = {relative.ref: relative for relative in relatives}
    for match in matches:
        occurrence = occurrence_of(match, today)
        yield Todo(match, by_ref[match.person_ref], occurrence, group_of(match))


def _is_hidden(todo: Todo, today: date) -> bool:
    act = todo.relative.acts.get((todo.service.key, todo.occurrence))
    return act is not None and act.hides(today)


def group_of(match: Match) -> str:
    """The part of the page a match belongs to."""
    if match.state is State.OVERDUE:
        return "overdue"
    if match.state is State.DUE_SOON:
        return "soon"
    if match.state is State.FUTURE:
        return "coming"
    return "open" if match.service.kind is Kind.TODO else "offers"


def occurrence_of(match: Match, today: date) -> str:
    """Names this time of a service that comes again; "" for what happens once in a life.

    The window's first day names it, or the fiscal year where the city gives no date.
    """
    rule = match.service.rule_on(today)
    if rule is None or not comes_again(match.service, today):
        return ""
    if match.window is None or match.window.opens is None:
        return str(fy(today))
    return match.window.opens.isoformat()


def comes_again(service: Service, today: date) -> bool:
    """Whether the service has several windows in one life: seasons, milestones, polls."""
    rule = service.rule_on(today)
    return rule is not None and (rule.recurring or len(rule.branches(today, {})) > 1)
