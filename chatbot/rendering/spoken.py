"""What a reply says, in the order it is said; every renderer prints exactly this."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urljoin

from chatbot.dialogue.phrasing import base_of, phrases
from chatbot.dialogue.reply import Option, Reply
from chatbot.knowledge.entries import Desk, Link
from chatbot.rendering.markdown import to_plain


@dataclass(frozen=True, slots=True)
class Spoken:
    """The parts of a reply. blocks are Markdown, notes plain lines, link addresses absolute."""

    title: str
    blocks: tuple[str, ...]
    notes: tuple[str, ...]
    links: tuple[Link, ...]
    options: tuple[Option, ...]


def spoken(reply: Reply, base_url: str) -> Spoken:
    """The parts of a reply; paths of the portal become addresses under base_url."""
    return Spoken(
        title=reply.title,
        blocks=reply.blocks,
        notes=tuple(_notes(reply)),
        links=tuple(
            Link(one.label, urljoin(base_url, one.url), one.opens_system_browser)
            for one in reply.links
        ),
        options=reply.options,
    )


def plain_words(reply: Reply) -> tuple[str, ...]:
    """Every line a reply says, as plain words: what both faces must show, no more, no less."""
    said = spoken(reply, "https://portal.example/")
    texts = [said.title, *(to_plain(block) for block in said.blocks), *said.notes]
    texts += [link.label for link in said.links]
    texts += [text for option in said.options for text in (option.label, option.note)]
    return tuple(line.strip() for text in texts for line in text.splitlines() if line.strip())


def _notes(reply: Reply) -> Iterator[str]:
    say = phrases(reply.language)
    if reply.desk:
        yield from _desk(reply.desk, say)
    if reply.source:
        yield f"{say['source']}: {reply.source.title}"
        yield f"{say['updated']}: {written_day(reply.source.updated, reply.language)}"


def _desk(desk: Desk, say: Mapping[str, str]) -> Iterator[str]:
    yield f"{say['desk']}: {desk.name}"
    yield f"{say['phone']}: {desk.phone}"
    yield f"{say['hours']}: {desk.hours}"


def written_day(day: date, language: str) -> str:
    """A day as residents read it."""
    return f"{day.year}年{day.month}月{day.day}日" if base_of(language) == "ja" else day.isoformat()
