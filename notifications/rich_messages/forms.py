"""Clerks' forms of rich messages: a picture, its areas, a card, a drawing."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from notifications.notices.links import link_allowed
from notifications.rich_messages import content, layouts
from notifications.rich_messages.content import Area, Button, Imagemap, Shot
from portal.core.web.forms import AtMost, Form, Required, trimmed

OWN = "own"
_LINK = lazy_gettext("A page of this site (/services/…) or an https:// address.")


def alt_field() -> Any:
    """What everybody reads who does not see the picture."""
    return StringField(
        lazy_gettext("In words"),
        [Required(), AtMost(content.ALT)],
        filters=[trimmed],
        description=lazy_gettext("Shown in the list of talks, and read aloud to who can not see."),
    )


def confirmed_field() -> Any:
    """The guideline of 2021: a clerk looked at it."""
    return BooleanField(
        lazy_gettext("I have looked at these places. They are nobody's personal data.")
    )


class LinksForm(Form):
    """Rows of a label and a link, named label_0, link_0, …"""

    rows: int
    asks = False  # whether something looks like personal data and can be confirmed

    def pair(self, number: int) -> tuple[str, str]:
        """What was typed in a row."""
        label, link = (self[f"{name}_{number}"].data or "" for name in ("label", "link"))
        return label, link

    def pairs_right(self, wanted: int | None = None) -> bool:
        """Each of the first rows has both, or (of a card) neither."""
        right = True
        for number in range(self.rows if wanted is None else wanted):
            label, link = self.pair(number)
            if wanted is not None or label or link:
                right = self._pair_right(number, label, link) and right
        return right

    def _pair_right(self, number: int, label: str, link: str) -> bool:
        if not label:
            return wrong(self[f"label_{number}"], gettext("Please fill this in."))
        if not link or not link_allowed(link):
            message = gettext("Please give a path like /services/… or an https:// address.")
            return wrong(self[f"link_{number}"], message)
        return True


def rows_of(form: type[LinksForm], count: int) -> None:
    """Give a form its rows."""
    form.rows = count
    for number in range(count):
        label = lazy_gettext("Words of place %(number)s", number=number + 1)
        link = lazy_gettext("Link of place %(number)s", number=number + 1)
        place = StringField(label, [AtMost(content.LABEL)], filters=[trimmed])
        setattr(form, f"label_{number}", place)
        setattr(form, f"link_{number}", StringField(link, [AtMost(900)], filters=[trimmed]))


class AreasForm(LinksForm):
    """A picture's areas: a grid, or places typed by hand."""

    alt = alt_field()
    grid = SelectField(lazy_gettext("Where to tap"), default="1x1")
    confirmed = confirmed_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grids = [SelectChoice(key, gettext(each[0])) for key, each in layouts.GRIDS.items()]
        self.grid.choices = [*grids, SelectChoice(OWN, gettext("Places as typed below"))]

    def places(self, shot: Shot) -> list[layouts.Place]:
        """By the grid, or the rows with a place that can be read."""
        if self.grid.data != OWN:
            return layouts.places(self.grid.data, shot.width, shot.height)
        found = []
        for number in range(self.rows):
            if typed := self[f"place_{number}"].data:
                try:
                    found.append(layouts.read_place(typed))
                except ValueError:
                    message = gettext("Please write four numbers: left, top, width, height.")
                    wrong(self[f"place_{number}"], message)
        return found

    def rich(self, shot: Shot) -> Imagemap | None:
        """What was typed; None when something is wrong, which is said beside it."""
        places = self.places(shot)
        if self.errors or not self.pairs_right(len(places)):
            return None
        areas = tuple(Area(*self.pair(n), *place) for n, place in enumerate(places))
        return Imagemap(self.alt.data or "", shot, areas)


rows_of(AreasForm, content.MOST_AREAS)
for _number in range(content.MOST_AREAS):
    _label = lazy_gettext("Place %(number)s: left, top, width, height", number=_number + 1)
    setattr(AreasForm, f"place_{_number}", StringField(_label, [AtMost(30)], filters=[trimmed]))


class CardForm(LinksForm):
    """One card."""

    picture = HiddenField()
    title = StringField(
        lazy_gettext("Title"), [Required(), AtMost(content.TITLE)], filters=[trimmed]
    )
    text = TextAreaField(lazy_gettext("Text"), [AtMost(content.TEXT)], filters=[trimmed])
    confirmed = confirmed_field()

    def buttons(self) -> tuple[Button, ...]:
        """The rows that were filled."""
        pairs = [self.pair(number) for number in range(self.rows)]
        return tuple(Button(*each) for each in pairs if any(each))

    def validate_text(self, field: Any) -> None:
        """A card is not only its title."""
        if not field.data and self.picture.data in {None, "", "-"}:
            raise ValidationError(gettext("A card needs a title and words or a picture."))


rows_of(CardForm, content.MOST_BUTTONS)


class AltForm(Form):
    """The words for all cards together."""

    alt = alt_field()
    confirmed = confirmed_field()
    asks = False


class UploadForm(Form):
    """A picture of the clerk's own."""

    file = FileField(
        lazy_gettext("Picture"),
        description=lazy_gettext(
            "PNG or JPEG, at least 1040 pixels wide and at most twice as high as wide. "
            "Please put no personal data into it."
        ),
    )


class DrawingForm(Form):
    """A drawing to keep: its name and the file."""

    name = StringField(lazy_gettext("Name"), [Required(), AtMost(40)], filters=[trimmed])
    file = FileField(
        lazy_gettext("SVG file"),
        description=lazy_gettext(
            "Words like {{title}} are places to fill. A rectangle with data-area is a place to tap."
        ),
    )


def wrong(field: Any, message: str) -> bool:
    """Say it beside the field."""
    field.errors = [*field.errors, message]
    return False
