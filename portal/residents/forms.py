"""Forms of the profile and of person cards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import RadioField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from portal.catalogue.load import load_catalogue
from portal.core.clock import today
from portal.core.i18n import LANGUAGES, current_language
from portal.core.web.forms import AtMost, Form, trimmed
from portal.residents.days import OLDEST_YEARS
from portal.residents.family import Card
from portal.residents.fields import DayField
from portal.residents.models import Relation
from portal.residents.reading import CardRow

NICKNAME = 20  # characters
LATE_BIRTH = timedelta(days=42)  # a card for an expected child is still right some weeks after
LONGEST_WAIT = timedelta(days=300)

FAMILY_RELATIONS = {
    Relation.CHILD: lazy_gettext("Child"),
    Relation.EXPECTED: lazy_gettext("Child to be born"),
    Relation.SPOUSE: lazy_gettext("Wife, husband or partner"),
    Relation.PARENT: lazy_gettext("Parent"),
    Relation.OTHER: lazy_gettext("Somebody else"),
}


def check_birthdate(day: date) -> None:
    """A day on which a living person can have been born."""
    if day > today():
        raise ValidationError(gettext("This day is still to come."))
    if day.year < today().year - OLDEST_YEARS:
        raise ValidationError(gettext("Please check the year; this is very long ago."))


def check_expected(day: date) -> None:
    """A day on which a child can be expected."""
    if not today() - LATE_BIRTH <= day <= today() + LONGEST_WAIT:
        raise ValidationError(gettext("Please check the expected date; it is far away from today."))


class Named(Form):
    """A card with a nickname."""

    nickname = StringField(
        lazy_gettext("What we should call them"),
        [AtMost(NICKNAME)],
        filters=[trimmed],
        description=lazy_gettext(
            "A nickname is enough. Please do not write illness or disability here."
        ),
    )


class AboutPerson(Named):
    """What every card of a born person has: nickname, sex, district."""

    sex = RadioField(
        lazy_gettext("Sex"),
        choices=[
            SelectChoice("", lazy_gettext("Rather not say")),
            SelectChoice("F", lazy_gettext("Female")),
            SelectChoice("M", lazy_gettext("Male")),
        ],
        default="",
        description=lazy_gettext("Only used for some check-ups and vaccinations."),
    )
    district = SelectField(lazy_gettext("District"), default="")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        districts = load_catalogue().districts.values()
        language = current_language()
        self.district.choices = [
            SelectChoice("", gettext("Choose")),
            *(SelectChoice(each.key, each.name.say(language)) for each in districts),
        ]


class ProfileForm(AboutPerson):
    """The resident's own card and language."""

    birthdate = DayField(
        lazy_gettext("Birthdate"),
        required=True,
        check=check_birthdate,
        description=lazy_gettext("It decides which services are for you."),
    )
    language = RadioField(
        lazy_gettext("Language"), choices=[SelectChoice(*each) for each in LANGUAGES.items()]
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.nickname.label.text = gettext("What we should call you")


class PersonForm(AboutPerson):
    """A card of the family."""

    birthdate = DayField(lazy_gettext("Birthdate"), required=True, check=check_birthdate)

    def card(self, relation: str, facts: dict[str, Any]) -> Card:
        """What was typed."""
        return Card(
            relation=relation,
            nickname=self.nickname.data or None,
            birthdate=self.birthdate.data,
            sex=self.sex.data or None,
            district=self.district.data or None,
            facts=facts,
        )


class ExpectedForm(Named):
    """A child not yet born. Nothing about the pregnancy but the day is asked."""

    expected_on = DayField(
        lazy_gettext("Expected date of birth"),
        required=True,
        check=check_expected,
        description=lazy_gettext("As your doctor said. You can change it at any time."),
    )

    def card(self, relation: str, facts: dict[str, Any], district: str | None) -> Card:
        """What was typed; the district is the resident's."""
        return Card(
            relation=relation,
            nickname=self.nickname.data or None,
            expected_on=self.expected_on.data,
            district=district,
            facts=facts,
        )


def values_of(person: CardRow) -> dict[str, Any]:
    """What a form about this person begins with."""
    return {
        "nickname": person.nickname,
        "birthdate": person.birthdate,
        "expected_on": person.expected_on,
        "sex": person.sex or "",
        "district": person.district or "",
    }
