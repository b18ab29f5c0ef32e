"""A reply as LINE messages, within the Messaging API's limits."""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from chatbot.dialogue.reply import Option, Reply
from chatbot.knowledge.entries import Link
from chatbot.rendering.markdown import to_plain
from chatbot.rendering.spoken import Spoken, spoken
from portal.core import names

Message = dict[str, Any]
Part = dict[str, Any]

# LINE counts UTF-16 units. (Messaging API reference, message objects.)
LONGEST_TEXT = 5000
LONGEST_ALT_TEXT = 1500
LONGEST_PART = 2000
LONGEST_LABEL = 20
LONGEST_DATA = 300
LONGEST_URL = 1000
LARGEST_BUBBLE = 30_000
MOST_QUICK_REPLIES = 13

GREY = "#555555"
BLUE = "#0017C1"
LINES = "#D9D9D9"


def render(reply: Reply, base_url: str) -> list[Message]:
    """One message: a flex bubble, or text where the answer is too long for one."""
    said = spoken(reply, base_url)
    quick = quick_replies(said.options)
    body = [*_answer(said), *([] if quick else _options(said.options))]
    message = _bubble(body, said) or _as_text(said)
    if quick:
        message["quickReply"] = {"items": quick}
    return [message]


def quick_replies(options: Sequence[Option]) -> list[Part]:
    """Buttons under the keyboard, where every option is short and needs no explanation."""
    short = all(units(one.label) <= LONGEST_LABEL and not one.note for one in options)
    if not short or len(options) > MOST_QUICK_REPLIES:
        return []
    return [{"type": "action", "action": _postback(one)} for one in options]


def units(text: str) -> int:
    """Length as LINE counts it."""
    return names.units(text)


def cut(text: str, limit: int) -> str:
    """The text within a limit of UTF-16 units, never half a character, with … where cut."""
    return names.cut_units(text, limit)


def _answer(said: Spoken) -> Iterator[Part]:
    if said.title:
        yield _text(said.title, weight="bold", size="md")
    for block in said.blocks:
        yield _text(to_plain(block), size="md")
    if said.notes:
        yield {
            "type": "box",
            "layout": "vertical",
            "spacing": "xs",
            "contents": [_text(note, size="sm", color=GREY) for note in said.notes],
        }
    for link in said.links:
        yield _tappable([_text(link.label, color=BLUE, size="md")], _uri(link))


def _options(options: Sequence[Option]) -> Iterator[Part]:
    for option in options:
        parts = [_text(option.label, color=BLUE, size="md")]
        if option.note:
            parts.append(_text(option.note, size="sm", color=GREY))
        yield _tappable(parts, _postback(option))


def _bubble(body: list[Part], said: Spoken) -> Message | None:
    """A flex message; None where the answer is too long for one."""
    bubble = {
        "type": "bubble",
        "size": "giga",
        "body": {"type": "box", "layout": "vertical", "spacing": "md", "contents": body},
    }
    size = len(json.dumps(bubble, ensure_ascii=False).encode())
    longest = max((units(to_plain(block)) for block in said.blocks), default=0)
    if size > LARGEST_BUBBLE or longest > LONGEST_PART:
        return None
    return {"type": "flex", "altText": _alt_text(said), "contents": bubble}


def _as_text(said: Spoken) -> Message:
    blocks = [to_plain(block) for block in said.blocks]
    links = [f"{link.label}: {link.url}" for link in said.links]
    tail = "\n".join([*said.notes, *links])
    head = "\n\n".join(part for part in [said.title, *blocks] if part)
    # The desk and the links must stay, so the answer is what gets shorter.
    room = LONGEST_TEXT - units(tail) - 2
    return {
        "type": "text",
        "text": cut(f"{cut(head, max(1, room))}\n\n{tail}".strip(), LONGEST_TEXT),
    }


def _alt_text(said: Spoken) -> str:
    words = [said.title, *(to_plain(block) for block in said.blocks)]
    return cut("\n".join(word for word in words if word) or "…", LONGEST_ALT_TEXT)


def _tappable(parts: list[Part], action: Part) -> Part:
    return {
        "type": "box",
        "layout": "vertical",
        "paddingAll": "md",
        "borderWidth": "light",
        "borderColor": LINES,
        "cornerRadius": "md",
        "contents": parts,
        "action": action,
    }


def _text(text: str, **style: str) -> Part:
    return {"type": "text", "text": cut(text, LONGEST_PART), "wrap": True, **style}


def _postback(option: Option) -> Part:
    return {
        "type": "postback",
        "label": cut(option.label, LONGEST_LABEL),
        "data": cut(option.payload, LONGEST_DATA),
        "displayText": cut(option.label, LONGEST_DATA),
    }


def _uri(link: Link) -> Part:
    address = system_browser(link.url) if link.opens_system_browser else link.url
    return {"type": "uri", "label": cut(link.label, LONGEST_LABEL), "uri": address[:LONGEST_URL]}


def system_browser(url: str) -> str:
    """The address that LINE opens in the phone's own browser (openExternalBrowser=1)."""
    parts = urlsplit(url)
    query = "&".join(part for part in (parts.query, urlencode({"openExternalBrowser": 1})) if part)
    return urlunsplit(parts._replace(query=query))
