"""Forms of the profile and of person cards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from flask_babel import gettext, lazy_gettext
from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from portal.catalogue.load import load_catalogue
from portal.core.clock import today
from portal.core.i18n import LANGUAGES, current_language
from portal.core.web.forms import AtMost, Form, Required, trimmed
from portal.residents.cautions import Caution, caution
from portal.residents.days import OLDEST_YEARS
from portal.residents.family import Card
from portal.residents.fields import DayField
from portal.residents.interests import INTERESTS, interest_name
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


class Cautious(Form):
    """A form that asks back before it keeps a free text with sensitive words.

    Name the fields in `free_texts` and show `keep_anyway` where `warned` is true. My Numbers are
    never kept (番号法20条).
    """

    free_texts: ClassVar[tuple[str, ...]] = ("nickname",)
    keep_anyway = BooleanField(lazy_gettext("Keep it as I wrote it"))
    warned = False

    def validate(self, extra_validators: Any = None) -> bool:
        """The fields themselves, then what the free texts say."""
        right = bool(super().validate(extra_validators))
        wrong = [self._is_wrong(self[name]) for name in self.free_texts]
        return right and not any(wrong)

    def _is_wrong(self, field: Any) -> bool:
        found = caution(field.data)
        if found is Caution.MY_NUMBER:
            field.errors = [gettext("This looks like a My Number. Please do not write it here.")]
            return True
        if found is None or self.keep_anyway.data:
            return False
        self.warned = True
        field.errors = [
            gettext(
                "This may tell of illness, disability, belief or the like. It is safer not to write"
                " it here."
            )
        ]
        return True


class Named(Cautious):
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
    interests = SelectMultipleField(
        lazy_gettext("What you would like to hear of"),
        description=lazy_gettext("My Page then also shows what is not about a certain age."),
    )
    language = RadioField(
        lazy_gettext("Language"), choices=[SelectChoice(*each) for each in LANGUAGES.items()]
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.nickname.label.text = gettext("What we should call you")
        self.interests.choices = [SelectChoice(each, interest_name(each)) for each in INTERESTS]


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


class ShownName(Cautious):
    """The name other people with a card see of oneself."""

    free_texts = ("name",)
    name = StringField(
        lazy_gettext("Your name for them"),
        [Required(), AtMost(NICKNAME)],
        filters=[trimmed],
        description=lazy_gettext("Those who share the card see this name only."),
    )

    @property
    def said(self) -> str:
        """The name, once the form is valid."""
        return self.name.data or ""


class TakeOverForm(ShownName):
    """A grown child takes the own card over."""

    parents_see = BooleanField(lazy_gettext("My parents may go on looking at my to-dos"))


def values_of(person: CardRow) -> dict[str, Any]:
    """What a form about this person begins with."""
    return {
        "nickname": person.nickname,
        "birthdate": person.birthdate,
        "expected_on": person.expected_on,
        "sex": person.sex or "",
        "district": person.district or "",
        "interests": person.interests,
    }
