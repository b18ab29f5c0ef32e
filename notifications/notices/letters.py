"""The words of a notice as LINE, mail and the inbox carry them; the same for all its readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from flask import current_app
from flask_babel import gettext

from notifications.channels import rendering
from notifications.channels.rendering import Written
from notifications.languages import JAPANESE, WRITTEN
from notifications.notices import words
from notifications.notices.links import encoded, landing
from notifications.rich_messages import parts
from portal.core.i18n import force_locale
from portal.core.settings import Settings
from portal.core.text_marks import base


class Worded(words.Worded, Protocol):
    """What has a notice's words and its link: the row, or what a clerk is writing."""

    @property
    def link(self) -> str | None: ...
    @property
    def rich(self) -> dict[str, Any] | None: ...


def variant(notice: words.Worded, language: str) -> dict[str, str]:
    """{"title", "body"} in the language or the nearest one, with values and marks."""
    return words.variant(notice, language)


def title(notice: words.Worded, language: str) -> str:
    """The title; a drill says so, whatever the clerk wrote."""
    return variant(notice, language)["title"]


@dataclass(frozen=True, slots=True)
class LineWords:
    """One LINE bubble for everybody of a language; nothing personal can be in it.

    `buttons` are (label, address).
    """

    title: str
    body: str
    buttons: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """What the bubble says, for the list of talks and for readers."""
        return f"{self.title}\n\n{self.body}"


def line_words(notice: Worded, language: str, notice_id: UUID | None) -> LineWords:
    """What LINE carries of a notice."""
    params = _params(notice, language, notice_id, "line")
    buttons = []
    with force_locale(language):
        if params["notice_link"]:
            buttons.append((base(gettext("Read more")), params["notice_link"]))
        buttons.append((base(gettext("Open this notice")), params["inbox_url"]))
    body = "\n\n".join(filter(None, (params["not_written"], params["notice_body"])))
    return LineWords(params["notice_title"], body, tuple(buttons))


def mail(notice: Worded, language: str, notice_id: UUID | None) -> Written:
    """The mail for everybody of this language."""
    return rendering.mail("notice", mail_params(notice, language, notice_id), language)


def mail_params(notice: Worded, language: str, notice_id: UUID | None) -> dict[str, Any]:
    """What the template of that mail is given."""
    rich = parts.of(notice, language, notice_id, "mail")
    return _params(notice, language, notice_id, "mail") | {"rich": rich}


def full_link(link: str | None) -> str | None:
    """The link as an absolute address that machines can read."""
    if not link:
        return None
    return encoded(f"{_public_url()}{link}" if link.startswith("/") else link)


def _params(notice: Worded, language: str, notice_id: UUID | None, channel: str) -> dict[str, Any]:
    number = notice_id or UUID(int=0)  # a preview has no number yet
    said = variant(notice, language)
    return {
        "notice_title": said["title"],
        "notice_body": said["body"],
        "not_written": _not_written(notice, language),
        "notice_link": notice.link and full_link(landing(number, channel, "/link")),
        "inbox_url": _inbox_url(landing(number, channel), channel),
    }


def _not_written(notice: Worded, language: str) -> str:
    """Says in the reader's language that the words are in another; "" where they are not."""
    if language in notice.variants or language == JAPANESE:
        return ""
    with force_locale(language):
        said = gettext("This notice is not written in %(language)s.", language=WRITTEN[language])
    return str(said)


def _inbox_url(path: str, channel: str) -> str:
    """Inside LINE the page opens signed in, where the city has a LIFF app."""
    settings: Settings = current_app.extensions["mado.settings"]
    return settings.line_link(path) if channel == "line" else settings.PUBLIC_URL + path


def _public_url() -> str:
    return str(current_app.extensions["mado.settings"].PUBLIC_URL)
