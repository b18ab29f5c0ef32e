"""A notice as LINE draws it: one flex bubble, the words and buttons instead of long addresses."""

from __future__ import annotations

from typing import Any

from notifications.notices.letters import LineWords
from portal.core import names

ALT_TEXT = 400  # UTF-16 units shown in the list of talks and on the lock screen; LINE takes 1,500
LABEL = 40  # UTF-16 units of a button's label in a bubble


def notice(words: LineWords) -> dict[str, Any]:
    """The message object (LINE, "Flex Message"); the same for all recipients of a multicast."""
    return {
        "type": "flex",
        "altText": cut(words.text, ALT_TEXT),
        "contents": {
            "type": "bubble",
            "size": "mega",
            "body": {
                "type": "box",
                "layout": "vertical",
                "spacing": "md",
                "contents": [
                    {"type": "text", "text": words.title, "weight": "bold", "wrap": True},
                    {"type": "text", "text": words.body, "size": "sm", "wrap": True},
                ],
            },
            "footer": {
                "type": "box",
                "layout": "vertical",
                "spacing": "sm",
                "contents": [_button(*each) for each in words.buttons],
            },
        },
    }


def _button(label: str, address: str) -> dict[str, Any]:
    return {
        "type": "button",
        "style": "link",
        "height": "sm",
        "action": {"type": "uri", "label": cut(label, LABEL), "uri": address},
    }


def cut(text: str, limit: int) -> str:
    """The text within a limit of UTF-16 units, with … where it was cut."""
    return names.cut_units(text, limit)
