"""Draws LINE's actions as links and small forms, so that they work without scripts."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from markupsafe import Markup, escape

OPENABLE = frozenset({"http", "https", "tel"})


def hidden(name: str, value: Any) -> Markup:
    """A hidden form field."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(name, value)


def wants_system_browser(uri: str) -> bool:
    """LINE opens addresses with openExternalBrowser=1 outside its in-app browser."""
    return parse_qs(urlsplit(uri).query).get("openExternalBrowser") == ["1"]


def link(uri: str, inner: Markup, css: str, label: str = "") -> Markup:
    """A link that the phone opens in its in-app browser, or outside where asked to."""
    scheme = urlsplit(uri).scheme
    if scheme not in OPENABLE:
        return Markup('<span class="{}">{}</span>').format(css, inner)
    kind = "outside" if wants_system_browser(uri) or scheme == "tel" else "open"
    named = Markup(' aria-label="{}"').format(label) if label else Markup("")
    return Markup('<a class="{} {}" href="{}" target="_blank" rel="noopener"{}>{}</a>').format(
        css, kind, uri, named, inner
    )


def draw(action: Any, user_id: str, inner: Markup, css: str, label: str = "") -> Markup:
    """The control of an action around what it shows."""
    if not isinstance(action, dict):
        return inner
    if action.get("type") == "uri":
        return link(str(action.get("uri", "")), inner, css, label)
    named = Markup(' aria-label="{}"').format(label) if label else Markup("")
    button = Markup('<button class="{}"{}>{}</button>').format(css, named, inner)
    return Markup('<form class="act" method="post" action="/phone/act">{}{}{}</form>').format(
        hidden("user", user_id), _fields(action), button
    )


def _fields(action: dict[str, Any]) -> Markup:
    names = ("type", "data", "text", "displayText", "richMenuAliasId", "mode", "clipboardText")
    fields = [hidden(name, action[name]) for name in names if action.get(name) is not None]
    return Markup("").join(fields)


def label_of(action: Any) -> str:
    """What to call an action aloud."""
    if not isinstance(action, dict):
        return ""
    for name in ("label", "displayText", "text", "uri"):
        if action.get(name):
            return str(action[name])
    return "操作"


def text_with_links(text: str) -> Markup:
    """Escaped text in which addresses can be tapped."""
    out = Markup("")
    for word in _pieces(text):
        is_link = word.startswith(("http://", "https://"))
        out += link(word, escape(word), "in-text") if is_link else escape(word)
    return out


def _pieces(text: str) -> list[str]:
    return re.split(r"(https?://[!-;=?-Z_a-z~]+)", text)
