"""Clerks' forms of a menu's picture: words, icons and colours of a template, or a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf.file import FileField
from wtforms import FieldList, FormField, SelectField, StringField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from notifications.richmenus import drawing, fonts
from portal.core.web.forms import AtMost, Form, Required, trimmed

COLOURS = {
    "paper": lazy_gettext("White"),
    "brand": lazy_gettext("Teal"),
    "soft": lazy_gettext("Light blue"),
    "lamp": lazy_gettext("Yellow"),
    "alert": lazy_gettext("Red"),
    "calm": lazy_gettext("Gray"),
}
GROUNDS = {
    "sand": lazy_gettext("Sand"),
    "teal": lazy_gettext("Teal"),
    "night": lazy_gettext("Black"),
    "white": lazy_gettext("White"),
}
ICONS = {
    "": lazy_gettext("None"), "window": lazy_gettext("Window"), "ask": lazy_gettext("Question"),
    "bell": lazy_gettext("Bell"), "bin": lazy_gettext("Bin"), "print": lazy_gettext("Printer"),
    "calendar": lazy_gettext("Calendar"), "search": lazy_gettext("Magnifying glass"),
    "phone": lazy_gettext("Telephone"), "place": lazy_gettext("Place"),
    "page": lazy_gettext("Paper"), "bag": lazy_gettext("Bag"), "person": lazy_gettext("Person"),
    "people": lazy_gettext("People"), "baby": lazy_gettext("Baby"), "child": lazy_gettext("Child"),
    "elder": lazy_gettext("Elderly person"), "heart": lazy_gettext("Heart"),
    "mail": lazy_gettext("Letter"), "talk": lazy_gettext("Talk"), "globe": lazy_gettext("Globe"),
    "camera": lazy_gettext("Camera"), "siren": lazy_gettext("Siren"),
    "alert": lazy_gettext("Caution"), "info": lazy_gettext("Information"),
    "star": lazy_gettext("Star"), "clock": lazy_gettext("Clock"), "list": lazy_gettext("List"),
    "chart": lazy_gettext("Chart"), "gear": lazy_gettext("Gear"), "city": lazy_gettext("City"),
    "menu": lazy_gettext("Three lines"),
}  # fmt: skip


def options(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """(value, label) as WTForms wants them."""
    return [SelectChoice(value, label) for value, label in pairs]


class PaneForm(PlainForm):
    """What one pane says."""

    words = StringField(
        lazy_gettext("Words of the pane"),
        [Required(), AtMost(drawing.LONGEST_WORDS)],
        filters=[trimmed],
    )
    small = StringField(
        lazy_gettext("Second line"), [AtMost(drawing.LONGEST_SMALL)], filters=[trimmed]
    )
    icon = SelectField(lazy_gettext("Icon"), choices=options(ICONS.items()))
    colour = SelectField(lazy_gettext("Colour"), choices=options(COLOURS.items()))


class DrawingForm(Form):
    """Words, icons and colours of a template."""

    ground = SelectField(lazy_gettext("Ground"), choices=options(GROUNDS.items()))
    panes = FieldList(FormField(PaneForm))

    def read(self, template: str) -> dict[str, Any]:
        """As it is stored."""
        panes = [
            {name: each.form[name].data or "" for name in ("words", "small", "icon", "colour")}
            for each in self.panes
        ]
        return {"template": template, "ground": self.ground.data, "panes": panes}

    def fits(self, said: dict[str, Any]) -> bool:
        """Whether everything can be lettered and has room; what can not, says so at its field."""
        font = fonts.japanese()
        if font is None:
            raise drawing.NoFont()
        for number, pane in enumerate(said["panes"]):
            for name in ("words", "small"):
                unknown = font.unknown(pane[name])
                if unknown:
                    self._say(
                        number,
                        name,
                        gettext("These can not be drawn: %(letters)s", letters=unknown),
                    )
        for number, name in drawing.too_long(said, font):
            self._say(number, name, gettext("This is too long for its place."))
        return not any(f.errors for each in self.panes for f in each.form)

    def _say(self, number: int, name: str, words: str) -> None:
        self.panes[number].form[name].errors = [words]


class UploadForm(Form):
    """A picture of one's own."""

    file = FileField(
        lazy_gettext("Picture (PNG or JPEG)"),
        description=lazy_gettext(
            "800 to 2,500 wide, at least 250 high, at least 1.45 times as wide as high, up to "
            "1 MB. Best: 2,500 × 1,686 or 2,500 × 843."
        ),
    )
