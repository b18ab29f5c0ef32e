"""Clerks' forms of menus: a new one, its areas, whom it is for, modes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import gettext, lazy_gettext
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms import Form as PlainForm
from wtforms.fields import DateTimeLocalField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import NumberRange, Optional

from notifications.richmenus import areas as rules
from notifications.richmenus import drawing, listing
from notifications.richmenus.areas import LONGEST_BAR, MOST_AREAS, Area
from notifications.richmenus.destinations import Groups
from notifications.richmenus.picture_forms import options
from notifications.segments.listing import newest
from portal.core.clock import TOKYO
from portal.core.web.forms import AtMost, Form, Required, trimmed

UPLOAD = "upload"
LOCAL = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
LONGEST_ADDRESS = 900


def _units(most: int) -> Any:
    """At most so many letters as LINE counts them."""

    def check(form: Any, field: Any) -> None:
        if field.data and rules.units(field.data) > most:
            raise ValidationError(gettext("Please use at most %(limit)s characters.", limit=most))

    return check


def bar_field() -> StringField:
    """The words under the picture."""
    return StringField(
        lazy_gettext("Words of the bar"),
        [Required(), _units(LONGEST_BAR)],
        filters=[trimmed],
        description=lazy_gettext("At the bottom of the talk; at most 14 letters."),
        render_kw={"maxlength": LONGEST_BAR},
    )


class NewForm(Form):
    """A new menu: what it is called, and the picture it starts from."""

    name = StringField(lazy_gettext("Name for clerks"), [Required(), AtMost(60)], filters=[trimmed])
    bar = bar_field()
    start = RadioField(lazy_gettext("Picture"), validate_choice=True)

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        found = [(key, gettext(each.title)) for key, each in drawing.templates().items()]
        self.start.choices = options([*found, (UPLOAD, gettext("My own picture"))])
        self.bar.data = self.bar.data if self.bar.data is not None else "メニュー"
        self.start.data = self.start.data or "six"


class AreaForm(PlainForm):
    """One area: where it is, and what a tap does."""

    label = StringField(
        lazy_gettext("Name, read aloud"), [_units(rules.LONGEST_LABEL)], filters=[trimmed]
    )
    to = SelectField(lazy_gettext("A tap leads to"), validate_choice=True)
    more = StringField(
        lazy_gettext("Address, or words to say"), [AtMost(LONGEST_ADDRESS)], filters=[trimmed]
    )
    outside = BooleanField(lazy_gettext("Open in the phone's own browser"))
    x = IntegerField(lazy_gettext("From the left"), [Optional(), NumberRange(0, 2500)])
    y = IntegerField(lazy_gettext("From the top"), [Optional(), NumberRange(0, 2500)])
    width = IntegerField(lazy_gettext("Width"), [Optional(), NumberRange(1, 2500)])
    height = IntegerField(lazy_gettext("Height"), [Optional(), NumberRange(1, 2500)])
    gone = BooleanField(lazy_gettext("Remove this area"))

    def area(self) -> Area:
        """What was typed; places that are missing are 0, which the checks refuse."""
        return Area(
            x=self.x.data or 0,
            y=self.y.data or 0,
            width=self.width.data or 0,
            height=self.height.data or 0,
            label=self.label.data or "",
            to=self.to.data or "",
            more=self.more.data or "",
            outside=bool(self.outside.data),
        )


class AreasForm(Form):
    """All areas of a version, and a grid to begin with."""

    columns = IntegerField(lazy_gettext("Columns"), [Optional(), NumberRange(1, 6)])
    rows = IntegerField(lazy_gettext("Rows"), [Optional(), NumberRange(1, 4)])
    top = IntegerField(lazy_gettext("Begins below"), [Optional(), NumberRange(0, 2000)])
    areas = FieldList(FormField(AreaForm), max_entries=MOST_AREAS)

    def offer(self, groups: Groups) -> None:
        """What a tap can do."""
        every = [SelectChoice("", gettext("Not chosen"))]
        for heading, some in groups.items():
            every += [SelectChoice(value, label, optgroup=heading) for value, label in some]
        for each in self.areas:
            each.form.to.choices = every
            if each.form.to.data not in {option.value for option in every}:
                each.form.to.data = ""

    def read(self) -> list[Area]:
        """What was typed, without what is to go."""
        return [each.form.area() for each in self.areas if not each.form.gone.data]

    def show(self, found: list[Area]) -> None:
        """These in place of what was typed."""
        while self.areas.entries:
            self.areas.pop_entry()
        for each in found:
            self.areas.append_entry(each.json())


class AudienceForm(Form):
    """Whom a version is for, and when."""

    bar = bar_field()
    mode = RadioField(lazy_gettext("Shown in"), validate_choice=True)
    segment = SelectField(lazy_gettext("For whom"))
    place = IntegerField(
        lazy_gettext("Order"),
        [Required(), NumberRange(1, 99)],
        description=lazy_gettext(
            "Who is in several segments gets the menu with the smallest number."
        ),
    )
    starts_at = DateTimeLocalField(lazy_gettext("Begins at"), [Optional()], format=LOCAL)
    ends_at = DateTimeLocalField(lazy_gettext("Ends at"), [Optional()], format=LOCAL)

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.mode.choices = options((key, gettext(said)) for key, said in listing.MODES.items())
        self.segments = {str(each.segment_id): each for each in newest()}
        named = [(key, each.name) for key, each in self.segments.items()]
        self.segment.choices = options([("", gettext("Everybody")), *named])

    def validate_ends_at(self, field: Any) -> None:
        """The end is after the start."""
        start = self.starts_at.data
        if field.data is not None and start is not None and field.data <= start:
            raise ValidationError(gettext("The end must be after the start."))

    def moments(self) -> tuple[Any, Any]:
        """From and until, as a Japanese wall clock says them."""
        return tuple(  # type: ignore[return-value]  # two of them
            each.data.replace(tzinfo=TOKYO) if each.data else None
            for each in (self.starts_at, self.ends_at)
        )

    def chosen(self) -> tuple[UUID | None, dict[str, Any] | None]:
        """The segment and the copy of its conditions."""
        found = self.segments.get(self.segment.data or "")
        return (found.segment_id, found.body) if found else (None, None)


class ReturnForm(Form):
    """Why a version goes back."""

    reason = TextAreaField(
        lazy_gettext("What has to change"), [Required(), AtMost(300)], filters=[trimmed]
    )


class ModeForm(Form):
    """A mode, from when and until when."""

    mode = RadioField(lazy_gettext("Menus of"), validate_choice=True)
    starts_at = DateTimeLocalField(
        lazy_gettext("Begins at"),
        [Optional()],
        format=LOCAL,
        description=lazy_gettext("Empty: now."),
    )
    ends_at = DateTimeLocalField(
        lazy_gettext("Ends at"),
        [Optional()],
        format=LOCAL,
        description=lazy_gettext("Empty: until somebody ends it."),
    )

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.mode.choices = options(
            (key, gettext(listing.MODES[key])) for key in ("maintenance", "disaster")
        )
        self.mode.data = self.mode.data or "maintenance"

    validate_ends_at = AudienceForm.validate_ends_at
    moments = AudienceForm.moments


class EmptyForm(Form):
    """A button."""
