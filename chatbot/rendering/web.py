"""A reply as a view value that a template prints as accessible HTML."""

import json
from dataclasses import dataclass

from markupsafe import Markup

from chatbot.dialogue.reply import Option, Reply
from chatbot.knowledge.entries import Link
from chatbot.rendering.markdown import to_html
from chatbot.rendering.spoken import spoken


@dataclass(frozen=True, slots=True)
class ReplyView:
    """What the page prints, top to bottom.

    blocks are safe HTML; notes are plain lines (desk, phone, hours, source, date);
    context is JSON for the hidden field of the next question; source_url may be empty;
    said_in is the language of title and answer where it is not the reply's.
    """

    kind: str
    language: str
    title: str
    blocks: tuple[Markup, ...]
    notes: tuple[str, ...]
    links: tuple[Link, ...]
    options: tuple[Option, ...]
    source_url: str
    context: str
    said_in: str = ""


def render(reply: Reply, base_url: str) -> ReplyView:
    """The view of a reply; base_url is the portal's address."""
    said = spoken(reply, base_url)
    return ReplyView(
        kind=str(reply.kind),
        language=reply.language,
        title=said.title,
        # Safe: to_html lets only listed tags through.
        blocks=tuple(Markup(to_html(block)) for block in said.blocks),  # noqa: S704
        notes=said.notes,
        links=said.links,
        options=said.options,
        source_url=reply.source.url if reply.source else "",
        context=json.dumps(dict(reply.context), ensure_ascii=False),
        said_in=reply.said_in,
    )
