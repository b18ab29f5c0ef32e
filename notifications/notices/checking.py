"""The guideline of 2021 as checks of a notice's words, said beside the field they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext

from notifications.notices import personal, words
from notifications.notices.personal import ASKED, REFUSED, Finding
from portal.core.errors import N_

MESSAGES = {
    "personal": N_("Names and other personal fields can not be put into a notice."),
    "missing": N_("“%(name)s” has no value. Please write it under “Values”."),
    "unknown": N_("“%(name)s” stands nowhere in the text."),
    "stray": N_("Please check {{ and }}. A placeholder looks like {{deadline}}."),
    "many": N_("At most 20 values, please."),
}
FOUND = {
    "my_number": N_("This is a My Number (%(excerpt)s). It must not stand in a notice."),
    "mobile": N_("This looks like a mobile phone number: %(excerpt)s"),
    "mail": N_("This looks like somebody's mail address: %(excerpt)s"),
    "birthdate": N_("This looks like a birthdate: %(excerpt)s"),
    "name": N_("This looks like a person's name: %(excerpt)s"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, where: field is title, body or values; `asked` can be confirmed."""

    language: str
    field: str
    message: str
    asked: bool = False


def faults(variants: Mapping[str, Mapping[str, Any]]) -> list[Fault]:
    """Everything that keeps these words from leaving."""
    found = []
    for language, each in variants.items():
        for field, code, name in words.faults(each):
            found.append(Fault(language, field, gettext(MESSAGES[code], name=name)))
        for field, finding in _found(each):
            message = gettext(FOUND[finding.code], excerpt=finding.excerpt)
            found.append(Fault(language, field, message, finding.level == ASKED))
    return found


def _found(written: Mapping[str, Any]) -> Iterator[tuple[str, Finding]]:
    """What looks like personal data, in the text as it will leave."""
    own = own_domains()
    values = written.get("values", {})
    for field in ("title", "body"):
        for finding in personal.findings(words.filled(written.get(field) or "", values), own):
            yield field, finding


def own_domains() -> tuple[str, ...]:
    """Domains of the city itself: desks' addresses are nobody's own."""
    settings = current_app.extensions["mado.settings"]
    hosts = (urlsplit(settings.PUBLIC_URL).hostname, settings.MAIL_FROM.rpartition("@")[2])
    return tuple(host.lower() for host in hosts if host)


__all__ = ["REFUSED", "Fault", "faults", "own_domains"]
