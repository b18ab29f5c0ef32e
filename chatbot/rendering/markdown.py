"""Staff's Markdown as safe HTML for the web and as plain words for LINE."""

from collections.abc import Iterable
from functools import cache, lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

# No images, tables or raw HTML: LINE can not say them, so nobody may.
TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h3", "h4", "blockquote", "code"}
BULLET = "・"
TEXTS = 4096  # staff's texts are few and asked often; parsing one costs a tenth of an answer


@cache
def parser() -> MarkdownIt:
    """CommonMark where a line end is a line end; HTML stays text."""
    return MarkdownIt("commonmark", {"breaks": True, "html": False}).disable("image")


@lru_cache(maxsize=TEXTS)
def to_html(text: str) -> str:
    """HTML of the allowed tags only; links tell other sites nothing."""
    return nh3.clean(
        parser().render(text),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "tel"},
        link_rel="noopener noreferrer",
    ).strip()


@lru_cache(maxsize=TEXTS)
def to_plain(text: str) -> str:
    """The words in lines, list items with a bullet, link addresses after their words."""
    lines: list[str] = []
    prefix = ""
    for token in parser().parse(text):
        if token.type == "list_item_open":
            # Ordered items carry their number, bullet items do not.
            prefix = f"{token.info}. " if token.info else BULLET
        elif token.type == "inline":
            lines.append(prefix + _words(token.children or ()))
            prefix = ""
        elif token.type in {"fence", "code_block"}:
            lines.append(token.content.strip())
    return "\n".join(lines)


def _words(tokens: Iterable[Token]) -> str:
    words, address = "", ""
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            words += "\n"
        elif token.type == "link_open":
            address = str(token.attrGet("href") or "")
        elif token.type == "link_close":
            words += f" ({address})"
        else:
            words += token.content
    return words
