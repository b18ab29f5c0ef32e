"""Draws flex messages as HTML with a style sheet of their own (no inline styles)."""

from typing import Any

from markupsafe import Markup, escape

from standins.line_platform.phone import acts, flex_style


class Drawing:
    """One flex message being drawn: collects the rules of each part under a class name."""

    def __init__(self, user_id: str, scope: str) -> None:
        self.user_id = user_id
        self.scope = scope
        self._rules: list[str] = []

    def name(self, rules: dict[str, str]) -> str:
        """A class of its own for one part."""
        name = f"{self.scope}-{len(self._rules)}"
        declarations = ";".join(f"{key}:{value}" for key, value in rules.items())
        self._rules.append(f".{name}{{{declarations}}}")
        return name

    @property
    def css(self) -> str:
        """The style sheet."""
        return "\n".join(self._rules)

    def message(self, contents: dict[str, Any]) -> Markup:
        """A bubble, or a carousel of bubbles."""
        if contents.get("type") != "carousel":
            return self._bubble(contents)
        bubbles = Markup("").join(self._bubble(one) for one in contents.get("contents", []))
        carousel = '<div class="fx-carousel" tabindex="0" role="group" aria-label="{}">{}</div>'
        return Markup(carousel).format("横に動かせるカード", bubbles)

    def _bubble(self, bubble: dict[str, Any]) -> Markup:
        size = str(bubble.get("size", "mega"))
        inner = Markup("").join(
            self._block(bubble, block)
            for block in ("header", "hero", "body", "footer")
            if isinstance(bubble.get(block), dict)
        )
        rtl = ' dir="rtl"' if bubble.get("direction") == "rtl" else ""
        return Markup('<div class="fx-bubble fx-{}"{}>{}{}</div>').format(
            size, Markup(rtl), inner, self._cover(bubble)
        )

    def _block(self, bubble: dict[str, Any], block: str) -> Markup:
        style = (bubble.get("styles") or {}).get(block) or {}
        rules = flex_style.rules(background_color=flex_style.color(style.get("backgroundColor")))
        if style.get("separator"):
            line = flex_style.color(style.get("separatorColor")) or "#d4d6da"
            rules["border-top"] = f"1px solid {line}"
        return Markup('<div class="fx-block fx-block-{} {}">{}</div>').format(
            block, self.name(rules), self.part(bubble[block], "vertical")
        )

    def _cover(self, part: dict[str, Any]) -> Markup:
        """Makes a whole box or bubble tappable."""
        action = part.get("action")
        if not action:
            return Markup("")
        return acts.draw(action, self.user_id, Markup(""), "fx-cover", acts.label_of(action))

    def part(self, part: Any, layout: str) -> Markup:
        """One component within a box of that layout."""
        if not isinstance(part, dict):
            return Markup("")
        draw = {
            "box": self._box,
            "text": self._text,
            "button": self._button,
            "image": self._image,
            "icon": self._icon,
            "separator": self._separator,
            "filler": self._filler,
        }.get(str(part.get("type")))
        return draw(part, flex_style.place(part, layout)) if draw else Markup("")

    def _box(self, part: dict[str, Any], place: dict[str, str]) -> Markup:
        layout = str(part.get("layout", "vertical"))
        inner = Markup("").join(self.part(one, layout) for one in part.get("contents", []))
        name = self.name({**place, **flex_style.box(part)})
        return Markup('<div class="fx-box {}">{}{}</div>').format(name, inner, self._cover(part))

    def _text(self, part: dict[str, Any], place: dict[str, str]) -> Markup:
        inner = escape(part.get("text", ""))
        spans = [one for one in part.get("contents") or [] if isinstance(one, dict)]
        if spans:
            inner = Markup("").join(self._span(one) for one in spans)
        name = self.name({**place, **flex_style.text(part)})
        text = Markup('<p class="fx-text {}">{}</p>').format(name, inner)
        if part.get("action"):
            return acts.draw(part["action"], self.user_id, text, "fx-plain")
        return text

    def _span(self, span: dict[str, Any]) -> Markup:
        name = self.name(flex_style.text(span))
        return Markup('<span class="{}">{}</span>').format(name, span.get("text", ""))

    def _button(self, part: dict[str, Any], place: dict[str, str]) -> Markup:
        style = str(part.get("style", "link"))
        height = "sm" if part.get("height") == "sm" else "md"
        css = f"fx-button fx-{style} fx-height-{height} {self.name(flex_style.button(part))}"
        action = part.get("action") or {}
        control = acts.draw(action, self.user_id, escape(action.get("label", "")), css)
        name = self.name(place)
        return Markup('<div class="fx-button-place {}">{}</div>').format(name, control)

    def _image(self, part: dict[str, Any], place: dict[str, str]) -> Markup:
        name = self.name({**place, **flex_style.image(part)})
        picture = Markup('<img class="fx-image {}" src="{}" alt="">').format(
            name, part.get("url", "")
        )
        if not part.get("action"):
            return picture
        label = acts.label_of(part["action"])
        return acts.draw(part["action"], self.user_id, picture, "fx-plain", label)

    def _icon(self, part: dict[str, Any], place: dict[str, str]) -> Markup:
        size = flex_style.length(part.get("size", "md"), flex_style.TEXT)
        name = self.name({**place, **flex_style.rules(height=size)})
        return Markup('<img class="{}" src="{}" alt="">').format(name, part.get("url", ""))

    def _separator(self, part: dict[str, Any], place: dict[str, str]) -> Markup:
        tint = flex_style.color(part.get("color"))
        name = self.name({**place, **flex_style.rules(background_color=tint)})
        return Markup('<span class="fx-separator {}"></span>').format(name)

    def _filler(self, part: dict[str, Any], place: dict[str, str]) -> Markup:
        return Markup('<span class="{}"></span>').format(self.name(place))


def draw(contents: Any, user_id: str, scope: str) -> tuple[Markup, str]:
    """The HTML of a flex message's contents and its style sheet."""
    drawing = Drawing(user_id, scope)
    html = drawing.message(contents if isinstance(contents, dict) else {})
    return html, drawing.css
