"""The form of a fictitious family: person cards, a day, a draft on trial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from wtforms.form import BaseForm

from portal.catalogue.model import Catalogue, Relation
from portal.catalogue.staff.bodies import nested, numbers
from portal.catalogue.staff.forms import make_fields
from portal.catalogue.staff.layouts import SEX_WORDS
from portal.catalogue.staff.specs import Spec, Unreadable
from portal.catalogue.staff.typed import Texts, received, renumbered
from portal.catalogue.staff.words import RELATION_WORDS, called
from portal.core.errors import N_
from portal.core.i18n import current_language

PEOPLE = 12


class TravelForm:
    """What was typed; without anything, one empty card and today."""

    def __init__(self, typed: Texts, specs: list[Spec], rows: list[list[Spec]]) -> None:
        self.typed, self.rows = typed, rows
        self.specs = {spec.path: spec for spec in [*specs, *(s for row in rows for s in row)]}
        self.fields: BaseForm = make_fields(list(self.specs.values()), typed)
        self.values: dict[str, Any] = {}
        self.changed_rows = False

    @classmethod
    def received(
        cls, sent: MultiDict[str, str], catalogue: Catalogue, drafts: Sequence[Any], today: date
    ) -> TravelForm:
        """The form as it was sent, with a card more or less where that was asked for."""
        typed = renumbered(received(sent.lists()), ("persons",))
        do = sent.get("do", "")
        if not sent:
            typed = {"day": [today.isoformat()], "persons[0].relation": ["self"]}
        found = numbers(typed, "persons", PEOPLE) or [0]
        if do == "add" and len(found) < PEOPLE:
            found.append(found[-1] + 1)
            typed[f"persons[{found[-1]}].relation"] = ["child"]
        if do.startswith("remove:") and len(found) > 1:
            typed = {k: v for k, v in typed.items() if not k.startswith(f"{do[7:]}.")}
            typed = renumbered(typed, ("persons",))
            found = numbers(typed, "persons", PEOPLE)
        form = cls(typed, _plain(drafts), [_card(n, catalogue) for n in found])
        form.changed_rows = do == "add" or do.startswith("remove:")
        return form

    def read(self) -> bool:
        """Take the values in; errors stand beside their fields."""
        for path, spec in self.specs.items():
            try:
                self.values[path] = spec.read(self.typed)
            except Unreadable as error:
                self.fields[path].errors = [gettext(str(error))]
        for row in self.rows:
            prefix = row[0].path.rpartition(".")[0]
            expected = self.values.get(f"{prefix}.relation") == Relation.EXPECTED
            if expected and not self.values.get(f"{prefix}.expected_date"):
                self.fields[f"{prefix}.expected_date"].errors = [gettext("Please fill this in.")]
        return not self.fields.errors

    @property
    def day(self) -> date:
        """The day to travel to."""
        return date.fromisoformat(self.values["day"])

    @property
    def draft_id(self) -> UUID | None:
        """The draft on trial."""
        return UUID(self.values["draft"]) if self.values.get("draft") else None

    def family(self) -> dict[str, Any]:
        """In the shape of a family's file."""
        own = {k: v for k, v in self.values.items() if k.startswith("persons[")}
        return nested(own | {"facts": self.values.get("facts")})


def _plain(drafts: Sequence[Any]) -> list[Spec]:
    choices = tuple((str(row.id), f"{called(row.key, row.body)} #{row.number}") for row in drafts)
    hint = N_("Like poll_date=2026-04-19; moved_in=2026-04-01.")
    return [
        Spec("day", "day", N_("Day"), required=True),
        Spec("draft", "choice", N_("Draft on trial"), choices=choices),
        Spec("facts", "facts", N_("Facts of the household and the city"), hint),
    ]


def _card(number: int, catalogue: Catalogue) -> list[Spec]:
    language = current_language()
    districts = tuple((key, each.name.say(language)) for key, each in catalogue.districts.items())
    relations = tuple(RELATION_WORDS.items())
    specs = (
        Spec("relation", "choice", N_("Relation"), required=True, choices=relations),
        Spec("name", "line", N_("Called")),
        Spec("birthdate", "day", N_("Birthdate")),
        Spec("expected_date", "day", N_("Expected date of birth")),
        Spec("sex", "choice", N_("Sex"), choices=SEX_WORDS),
        Spec("district", "choice", N_("District"), choices=districts),
        Spec("interests", "words", N_("Interests"), N_("With commas.")),
        Spec("facts", "facts", N_("Facts")),
    )
    return [replace(spec, path=f"persons[{number}].{spec.path}") for spec in specs]
