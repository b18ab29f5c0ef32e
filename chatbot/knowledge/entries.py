"""The values of the city's written answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.core import languages

LANGUAGES = ("ja", "en")  # the dialogue's own sentences and its ranking exist in these
WRITTEN = tuple(languages.LANGUAGES)  # what staff can write answers in, in the order of the form


class EntryKind(StrEnum):
    FAQ = "faq"
    SMALL_TALK = "small_talk"
    # Asked often, but not the city's to answer: says who can.
    OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True)
class Text:
    """One entry in one language; answer is Markdown, conclusion first.

    signed: a person has looked the text over and stands by it; a machine's draft has not that.
    """

    question: str
    answer: str
    aliases: tuple[str, ...] = ()
    signed: bool = True


@dataclass(frozen=True, slots=True)
class Link:
    """Where to go on from an answer.

    url is absolute, or a path of the portal; opens_system_browser is for sites that do not
    work inside LINE's own browser (card reading, other sign-ins).
    """

    label: str
    url: str
    opens_system_browser: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk of the city hall as residents see it."""

    key: str
    name: str
    phone: str
    hours: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One question with its answer in every language that staff wrote."""

    key: str
    kind: EntryKind
    category: str
    desk: str
    texts: Mapping[str, Text]
    links: tuple[str, ...]
    source_title: str
    source_url: str
    updated: date
    owner: str
    valid_from: date
    valid_to: date | None = None
    review_on: date | None = None
    """The day by which its owner looks it over again."""

    def text(self, language: str) -> Text:
        """The text in the language, else in English for foreign readers, else in Japanese."""
        return self.texts[languages.best(self.texts, language)]

    def valid_on(self, today: date) -> bool:
        return self.valid_from <= today and (self.valid_to is None or today <= self.valid_to)
