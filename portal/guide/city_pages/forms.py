"""Forms of sources and of categories."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import NumberRange

from portal.catalogue.load import load_catalogue
from portal.core.web.forms import AtMost, Form, Required, trimmed
from portal.guide.city_pages.models import PageSource
from portal.residents.interests import INTERESTS, interest_name

KIND_NAMES: Any = [
    SelectChoice("feed", _("Feed (RSS, Atom)")),
    SelectChoice("sitemap", _("Sitemap")),
    SelectChoice("list", _("List page")),
]


class SourceForm(Form):
    """A source of pages."""

    name = StringField(_("Name"), [Required(), AtMost(60)], filters=[trimmed])
    kind = SelectField(_("Kind"), choices=KIND_NAMES)
    url = StringField(_("Web address"), [Required(), AtMost(500)], filters=[trimmed])
    hosts = TextAreaField(_("Host names of the website, one a line"), [AtMost(600)])
    within = StringField(_("Only pages under this path"), [AtMost(200)], filters=[trimmed])
    category = StringField(_("Category where the page names none"), [AtMost(80)], filters=[trimmed])
    row_selector = StringField(_("Rows of the list (CSS)"), [AtMost(200)], filters=[trimmed])
    link_selector = StringField(_("Link in a row (CSS)"), [AtMost(200)], filters=[trimmed])
    date_selector = StringField(_("Date in a row (CSS)"), [AtMost(200)], filters=[trimmed])
    category_selector = StringField(
        _("Category in a row or page (CSS)"), [AtMost(200)], filters=[trimmed]
    )
    reads_pages = BooleanField(_("Read each page too"))
    every_minutes = IntegerField(_("Minutes between runs"), [NumberRange(10, 10_080)], default=60)
    delay_ms = IntegerField(
        _("Milliseconds between requests"), [NumberRange(0, 60_000)], default=1000
    )
    active = BooleanField(_("Runs by itself"), default=True)

    def values(self) -> dict[str, Any]:
        """In the words of the record."""
        said = {name: field.data for name, field in self._fields.items() if name != "csrf_token"}
        said["hosts"] = [line.strip().lower() for line in (self.hosts.data or "").split()]
        return said | {"link_selector": self.link_selector.data or "a"}


def filled(source: PageSource) -> SourceForm:
    """The form with what is kept, unless it was sent."""
    form = SourceForm(obj=source)
    if not form.is_submitted():
        form.hosts.data = "\n".join(source.hosts)
    return form


class CategoryForm(Form):
    """What a category has to do with."""

    interests = SelectMultipleField(_("Interests"))
    services = SelectMultipleField(_("Services"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        interests: Any = [SelectChoice(key, interest_name(key)) for key in INTERESTS]
        services: Any = [
            SelectChoice(each.key, each.title.ja)
            for each in load_catalogue().services
            if not each.sensitive  # nobody's reading must hint at such a service
        ]
        self.interests.choices, self.services.choices = interests, services
