"""What the boxes of the picker offer, named in the page's language."""

from __future__ import annotations

from functools import cached_property

from flask_babel import gettext
from sqlalchemy import func, select

from auth.provider.clients import Client
from notifications.segments import city
from notifications.segments.boxes import EVERYBODY, GROUP, PERSON
from notifications.segments.conditions import RELATIONS, STAGES
from notifications.segments.listing import newest
from notifications.segments.phrases import relation_noun
from portal.catalogue.load import load_catalogue
from portal.core.clock import today
from portal.core.db import read
from portal.core.i18n import current_language
from portal.core.languages import LANGUAGES
from portal.mypage.favourite_models import Favourite
from portal.residents.interests import INTERESTS
from portal.search.models import SearchDocument

MOST_STARRED = 60
Choice = tuple[str, str]


def kinds() -> dict[str, str]:
    """What each box is called."""
    return {
        PERSON: gettext("A person of the family"),
        GROUP: gettext("A group of conditions"),
        "relation": gettext("Who the person is"),
        "age": gettext("Age today"),
        "fiscal_age": gettext("Age at the end of the fiscal year"),
        "school": gettext("School year"),
        "sex": gettext("Sex"),
        "district": gettext("District"),
        "interest": gettext("Interests"),
        "service_open": gettext("It is time for a service"),
        "service_due": gettext("Last days of a service"),
        "done": gettext("Marked as done"),
        "language": gettext("Language read"),
        "channel": gettext("Way to be reached"),
        "registered": gettext("Day of registration"),
        "favourite": gettext("Star on"),
        "tool": gettext("Connected tool"),
    }


class Choices:
    """Lists of (value, name); each is made when the page needs it."""

    kinds = cached_property(lambda self: kinds())

    @property
    def modes(self) -> list[Choice]:
        """How the parts of a group count."""
        return [
            ("all", gettext("All of these hold")),
            ("any", gettext("At least one of these holds")),
            ("none", gettext("None of these holds")),
            ("not_all", gettext("Not all of these hold")),
        ]

    @property
    def root_modes(self) -> list[Choice]:
        """Of the outermost group."""
        return [*self.modes, (EVERYBODY, gettext("All registered residents (no conditions)"))]

    @property
    def has(self) -> list[Choice]:
        """Whether there is such a person."""
        return [
            ("yes", gettext("The family has such a person")),
            ("no", gettext("The family has no such person")),
        ]

    @property
    def marks(self) -> list[Choice]:
        """What is done."""
        return [
            ("no", gettext("Leave out who has done it")),
            ("any", gettext("Done or not")),
            ("yes", gettext("Only who has done it")),
        ]

    @cached_property
    def services(self) -> list[Choice]:
        """Services that may be asked for."""
        language = current_language()
        return [(each.key, each.title.say(language)) for each in city.askable_services(today())]

    @cached_property
    def saved(self) -> list[Choice]:
        """Saved segments."""
        return [(f"{each.segment_id}:{each.version}", each.name) for each in newest()]

    def of(self, kind: str, marked: list[str]) -> list[Choice]:
        """Boxes to mark; what is marked already is always among them."""
        found: list[Choice] = getattr(self, f"_{kind}")()
        known = {value for value, _ in found}
        return [*found, *((each, each) for each in marked if each not in known)]

    def _relation(self) -> list[Choice]:
        naming = city.naming()
        return [(each, relation_noun(naming, each)) for each in RELATIONS]

    def _sex(self) -> list[Choice]:
        return [("F", gettext("female")), ("M", gettext("male"))]

    def _school(self) -> list[Choice]:
        names = {
            "before_school": gettext("Not yet at school"),
            "enters_elementary": gettext("Enters elementary school next April"),
            "elementary": gettext("Elementary school"),
            "enters_junior_high": gettext("Enters junior high school next April"),
            "junior_high": gettext("Junior high school"),
            "high_school_age": gettext("Age of high school"),
        }
        return [(each, names[each]) for each in STAGES]

    def _district(self) -> list[Choice]:
        language = current_language()
        return [(key, city.district_name(key, language)) for key in load_catalogue().districts]

    def _interest(self) -> list[Choice]:
        naming = city.naming()
        return [(each, naming.interest(each)) for each in INTERESTS]

    def _language(self) -> list[Choice]:
        ours = {"ja": gettext("Japanese"), "en": gettext("English")}
        return list((LANGUAGES | ours).items())

    def _channel(self) -> list[Choice]:
        return [("line", gettext("LINE")), ("mail", gettext("e-mail"))]

    def _tool(self) -> list[Choice]:
        tools = read().execute(select(Client.id, Client.name).order_by(Client.name))
        return [(str(id_), name) for id_, name in tools]

    def _favourite(self) -> list[Choice]:
        """What most residents marked; sensitive things are not offered."""
        things = read().execute(
            select(Favourite.kind, Favourite.key, func.max(Favourite.title))
            .outerjoin(
                SearchDocument,
                (SearchDocument.kind == Favourite.kind) & (SearchDocument.key == Favourite.key),
            )
            .where(SearchDocument.sensitive.is_not(True))
            .group_by(Favourite.kind, Favourite.key)
            .order_by(func.count().desc(), Favourite.kind, Favourite.key)
            .limit(MOST_STARRED)
        )
        return [(f"{kind}/{key}", title) for kind, key, title in things]
