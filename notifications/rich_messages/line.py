"""What LINE is sent of a notice: the words' bubble, or the rich message with a way to the words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from notifications.languages import best
from notifications.notices import bubbles, letters
from notifications.notices.bubbles import ALT_TEXT, LABEL, cut
from notifications.notices.letters import LineWords
from notifications.notices.words import MARKS
from notifications.rich_messages import content, shots
from notifications.rich_messages.addresses import addresses
from notifications.rich_messages.content import Card, Cards, Imagemap, Rich, Shot

Message = dict[str, Any]


def messages(notice: letters.Worded, language: str, notice_id: UUID | None) -> list[Message]:
    """The message objects of one multicast; one request counts once, however many they are.

    Where a mark must be seen (drill, emergency) the words come first: nobody can draw a mark into
    a clerk's picture.
    """
    words = letters.line_words(notice, language, notice_id)
    chosen = best(notice.variants, language)
    rich = content.of(notice.rich, chosen)
    if rich is None:
        return [bubbles.notice(words)]
    mark, _ = MARKS.get(notice.kind, {}).get(chosen, ("", ""))
    alt = cut(mark + rich.alt, ALT_TEXT)
    own = {"altText": alt, **_own(rich, addresses(rich, chosen, notice_id, "line"))}
    return [bubbles.notice(words), own] if mark else [own, _closing(words, alt)]


def _own(rich: Rich, urls: list[str]) -> Message:
    if isinstance(rich, Imagemap):
        return _imagemap(rich, urls)
    return _cards(rich, urls)


def _imagemap(rich: Imagemap, urls: list[str]) -> Message:
    return {
        "type": "imagemap",
        "baseUrl": shots.base_url(rich.picture),
        "baseSize": {"width": rich.picture.width, "height": rich.picture.height},
        "actions": [
            {
                "type": "uri",
                "label": each.label,
                "linkUri": address,
                "area": {"x": each.x, "y": each.y, "width": each.width, "height": each.height},
            }
            for each, address in zip(rich.areas, urls, strict=True)
        ],
    }


def _cards(rich: Cards, urls: list[str]) -> Message:
    left = iter(urls)
    drawn = [_bubble(card, [next(left) for _ in card.buttons]) for card in rich.cards]
    contents = drawn[0] if len(drawn) == 1 else {"type": "carousel", "contents": drawn}
    return {"type": "flex", "contents": contents}


def _bubble(card: Card, urls: list[str]) -> Message:
    words = [{"type": "text", "text": card.title, "weight": "bold", "wrap": True}]
    if card.text:
        words.append({"type": "text", "text": card.text, "size": "sm", "wrap": True})
    bubble: Message = {"type": "bubble", "size": "kilo"}
    if card.picture:
        bubble["hero"] = _hero(card.picture)
    bubble["body"] = _box(words, "md")
    if urls:
        pairs = zip(card.buttons, urls, strict=True)
        bubble["footer"] = _box([_button(each.label, address) for each, address in pairs], "sm")
    return bubble


def _hero(shot: Shot) -> Message:
    return {
        "type": "image",
        "url": shots.url(shot),
        "size": "full",
        "aspectRatio": f"{shot.width}:{shot.height}",
        "aspectMode": "cover",
    }


def _closing(words: LineWords, alt: str) -> Message:
    """The title and the way to the notice with all its words, why it came and how to get less."""
    title = {"type": "text", "text": words.title, "weight": "bold", "size": "sm", "wrap": True}
    contents = {
        "type": "bubble",
        "size": "kilo",
        "body": _box([title], "md"),
        "footer": _box([_button(*words.buttons[-1])], "sm"),
    }
    return {"type": "flex", "altText": alt, "contents": contents}


def _box(parts: list[Any], spacing: str) -> Message:
    return {"type": "box", "layout": "vertical", "spacing": spacing, "contents": parts}


def _button(label: str, address: str) -> Message:
    action = {"type": "uri", "label": cut(label, LABEL), "uri": address}
    return {"type": "button", "style": "link", "height": "sm", "action": action}
