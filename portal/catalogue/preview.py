"""What My Page would show a fictitious family on any day, with the reason of every line."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from portal.catalogue.evaluation import Match, evaluate
from portal.catalogue.model import Catalogue, Relation, Text
from portal.catalogue.phrases import say
from portal.catalogue.preview_family import Family, Member
from portal.core.languages import in_japanese

RELATION_WORDS = {  # how a reason calls a card that was given no name
    Relation.SPOUSE: Text("配偶者", "your spouse"),
    Relation.CHILD: Text("お子さん", "your child"),
    Relation.PARENT: Text("親御さん", "your parent"),
    Relation.OTHER: Text("ご家族", "your relative"),
    Relation.EXPECTED: Text("お子さん", "your child"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the page. Days are ISO; None where there is none or the city shows none."""

    service: str
    title: str
    person: str
    state: str
    opens: str | None
    closes: str | None
    reason: str
    desk: str


def preview(catalogue: Catalogue, family: Family, today: date, language: str = "ja") -> list[Line]:
    """The lines in the order My Page works them out: overdue, due soon, open, coming."""
    by_ref = {member.person.ref: member for member in family.members}
    people = [member.person for member in family.members]
    found = evaluate(catalogue, people, family.household, today)
    return [_line(match, by_ref[match.person_ref], language) for match in found]


def as_dicts(lines: list[Line]) -> list[dict[str, str | None]]:
    """For programs."""
    return [asdict(line) for line in lines]


def _line(match: Match, member: Member, language: str) -> Line:
    window = match.window
    opens, closes = (window.opens, window.closes) if window else (None, None)
    return Line(
        service=match.service.key,
        title=match.service.title.say(language),
        person=member.name,
        state=match.state,
        opens=opens.isoformat() if opens else None,
        closes=closes.isoformat() if closes else None,
        reason=say(match.reason, language, called(member, language)),
        desk=match.service.desk.name.say(language),
    )


def called(member: Member, language: str) -> str:
    """How a reason calls the person; "" speaks to the reader."""
    relation = member.person.relation
    if member.given:
        return f"{member.name}さん" if in_japanese(language) else member.name
    return "" if relation is Relation.SELF else RELATION_WORDS[relation].say(language)
