"""Clerks' forms of hand-overs."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from notifications.handing_over.defining import FaultyHandOver, Wanted
from notifications.handing_over.files import ENCODINGS
from notifications.notices.words import typed_values
from portal.core.web.forms import AtMost, Form, Required, trimmed
from portal.residents.interests import INTERESTS, interest_name

ADDRESSES = [
    SelectChoice("line", lazy_gettext("LINE user number")),
    SelectChoice("email", lazy_gettext("E-mail address")),
]


class HandOverForm(Form):
    """What a tool gets."""

    tool = StringField(
        lazy_gettext("Tool"),
        [Required(), AtMost(60)],
        filters=[trimmed],
        description=lazy_gettext("As residents know it, for example KANAMETO."),
    )
    purpose = TextAreaField(
        lazy_gettext("What for"),
        [Required(), AtMost(400)],
        filters=[trimmed],
        description=lazy_gettext("Residents read this before they agree. Short, plain words."),
    )
    address = RadioField(lazy_gettext("Address of the messages"), choices=ADDRESSES, default="line")
    given = SelectMultipleField(lazy_gettext("Interests and language"))
    format = RadioField(
        lazy_gettext("File"), choices=[SelectChoice("csv", "CSV"), SelectChoice("json", "JSON")]
    )
    encoding = SelectField(
        lazy_gettext("Letters of the file"),
        choices=[SelectChoice(*each) for each in ENCODINGS.items()],
        default="utf-8",
    )
    names = TextAreaField(
        lazy_gettext("Names of columns"),
        [AtMost(2000)],
        filters=[trimmed],
        description=lazy_gettext(
            "One line each where the tool calls a column otherwise: address = userId. "
            "Columns are id, state, address and the fields chosen above."
        ),
    )
    client = SelectField(lazy_gettext("Takes it by itself"), default="")

    def __init__(self, *args: Any, clients: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [SelectChoice(each, interest_name(each)) for each in INTERESTS]
        self.given.choices = [SelectChoice("language", gettext("Language")), *chosen]
        none = SelectChoice("", gettext("No, by file only"))
        self.client.choices = [none, *(SelectChoice(*each) for each in clients.items())]
        self.format.data = self.format.data or "csv"

    def wanted(self) -> Wanted:
        """What was typed; raises FaultyHandOver."""
        try:
            names = typed_values(self.names.data or "")
        except ValueError:
            raise FaultyHandOver("name") from None
        return Wanted(
            tool=self.tool.data or "",
            purpose=self.purpose.data or "",
            address=self.address.data,
            fields=tuple(self.given.data or ()),
            format=self.format.data,
            encoding=self.encoding.data,
            names=names,
            client_id=self.client.data or None,
        )


class FileForm(Form):
    """A file leaves the house: why."""

    reason = StringField(
        lazy_gettext("Why do you take this file?"), [Required(), AtMost(200)], filters=[trimmed]
    )
    what = RadioField(
        lazy_gettext("What is in it"),
        choices=[
            SelectChoice("changes", lazy_gettext("What changed since the last file")),
            SelectChoice("all", lazy_gettext("Everybody who agreed")),
        ],
        default="changes",
    )
