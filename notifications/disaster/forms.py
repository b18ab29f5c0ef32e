"""Clerks' forms: the last words of a proposal, a dismissal, an evacuation order, its file."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from notifications.disaster.evacuation import LEVELS, LONGEST, Order
from notifications.notices.forms import no_placeholders
from portal.core.web.forms import AtMost, Form, Required, trimmed

TITLE, BODY, REASON, DISTRICTS = 80, 2000, 300, 60


class ConfirmForm(Form):
    """The words as they go out."""

    title = StringField(
        lazy_gettext("Title"), [Required(), AtMost(TITLE), no_placeholders], filters=[trimmed]
    )
    body = TextAreaField(
        lazy_gettext("Text"), [Required(), AtMost(BODY), no_placeholders], filters=[trimmed]
    )
    title_en = StringField(
        lazy_gettext("Title in English"),
        [Required(), AtMost(TITLE), no_placeholders],
        filters=[trimmed],
    )
    body_en = TextAreaField(
        lazy_gettext("Text in English"),
        [Required(), AtMost(BODY), no_placeholders],
        filters=[trimmed],
    )
    menu = BooleanField(
        lazy_gettext("Change the portal to disaster mode now (a banner on every page)")
    )

    @property
    def variants(self) -> dict[str, dict[str, str]]:
        """As a notice keeps them."""
        return {
            "ja": {"title": self.title.data or "", "body": _plain(self.body.data)},
            "en": {"title": self.title_en.data or "", "body": _plain(self.body_en.data)},
        }


class DismissForm(Form):
    """Why nothing goes out."""

    reason = StringField(lazy_gettext("Reason"), [Required(), AtMost(REASON)], filters=[trimmed])


class OrderForm(Form):
    """An evacuation order, as the mayor gave it."""

    level = RadioField(
        lazy_gettext("Alert level"),
        [Required()],
        choices=[
            SelectChoice(str(level), lazy_gettext("Level %(level)s: %(name)s", level=level, name=n))
            for level, n in LEVELS.items()
        ],
    )
    districts = TextAreaField(
        lazy_gettext("Districts"),
        [Required()],
        description=lazy_gettext("One on each line."),
        filters=[trimmed],
    )
    lifted = BooleanField(lazy_gettext("The order is lifted"))

    def validate_districts(self, field: Any) -> None:
        """A list that residents can read."""
        names = self._names()
        if not names or len(names) > DISTRICTS or any(len(name) > LONGEST for name in names):
            raise ValidationError(
                gettext(
                    "Please write at most %(most)s districts, one on each line.", most=DISTRICTS
                )
            )

    def order(self) -> Order:
        """What was typed."""
        return Order(int(self.level.data), self._names(), bool(self.lifted.data))

    def _names(self) -> tuple[str, ...]:
        lines = (line.strip() for line in (self.districts.data or "").splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))


class OrderFileForm(Form):
    """A file that an L-Alert terminal wrote."""

    file = FileField(lazy_gettext("File (CSV)"))


class EmptyForm(Form):
    """A button."""


def _plain(text: str | None) -> str:
    """Line ends as one kind; browsers send CRLF."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")
