"""Turns the style words of flex messages into CSS, and nothing else into CSS."""

import re
from typing import Any

GAPS = {"none": 0, "xs": 2, "sm": 4, "md": 8, "lg": 12, "xl": 16, "xxl": 20}
TEXT = {
    "xxs": 11,
    "xs": 13,
    "sm": 14,
    "md": 16,
    "lg": 19,
    "xl": 22,
    "xxl": 29,
    "3xl": 35,
    "4xl": 48,
    "5xl": 74,
}
IMAGE = {
    "xxs": 40,
    "xs": 60,
    "sm": 80,
    "md": 100,
    "lg": 120,
    "xl": 140,
    "xxl": 160,
    "3xl": 180,
    "4xl": 200,
    "5xl": 220,
}
CORNERS = {"none": 0, "xs": 2, "sm": 4, "md": 8, "lg": 12, "xl": 16, "xxl": 20}
ALIGN = {"start": "flex-start", "center": "center", "end": "flex-end"}
GRAVITY = {"top": "flex-start", "center": "center", "bottom": "flex-end"}
JUSTIFY = {
    **ALIGN,
    "flex-start": "flex-start",
    "flex-end": "flex-end",
    "space-between": "space-between",
    "space-around": "space-around",
    "space-evenly": "space-evenly",
}
COLOR = re.compile(r"#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?")
LENGTH = re.compile(r"\d{1,4}(\.\d{1,2})?(px|%)")
RATIO = re.compile(r"\d{1,5}(\.\d{1,3})?:\d{1,5}(\.\d{1,3})?")


def color(value: Any) -> str | None:
    """A colour that is one."""
    return value if isinstance(value, str) and COLOR.fullmatch(value) else None


def length(value: Any, words: dict[str, int]) -> str | None:
    """A keyword's pixels, or a length that is one."""
    if value in words:
        return f"{words[value]}px"
    return value if isinstance(value, str) and LENGTH.fullmatch(value) else None


def ratio(value: Any) -> str:
    """`w:h` as CSS writes it."""
    good = isinstance(value, str) and RATIO.fullmatch(value)
    return str(value).replace(":", " / ") if good else "1 / 1"


def rules(**found: str | None) -> dict[str, str]:
    """Declarations that have a value; underscores stand for hyphens."""
    return {key.replace("_", "-"): value for key, value in found.items() if value is not None}


def box(part: dict[str, Any]) -> dict[str, str]:
    """A box."""
    layout = part.get("layout", "vertical")
    gap = length(part.get("spacing"), GAPS)
    found = rules(
        flex_direction="column" if layout == "vertical" else "row",
        align_items="baseline" if layout == "baseline" else None,
        gap=gap,
        background_color=color(part.get("backgroundColor")),
        border_color=color(part.get("borderColor")),
        border_width=length(
            part.get("borderWidth"),
            {"none": 0, "light": 1, "normal": 1, "medium": 2, "semi-bold": 3, "bold": 4},
        ),
        border_radius=length(part.get("cornerRadius"), CORNERS),
        width=length(part.get("width"), {}),
        height=length(part.get("height"), {}),
        justify_content=JUSTIFY.get(str(part.get("justifyContent"))),
        padding=length(part.get("paddingAll"), GAPS),
        padding_top=length(part.get("paddingTop"), GAPS),
        padding_bottom=length(part.get("paddingBottom"), GAPS),
        padding_left=length(part.get("paddingStart"), GAPS),
        padding_right=length(part.get("paddingEnd"), GAPS),
    )
    if layout != "baseline" and part.get("alignItems") in JUSTIFY:
        found["align-items"] = JUSTIFY[part["alignItems"]]
    return found


def text(part: dict[str, Any]) -> dict[str, str]:
    """A text or a span."""
    found = rules(
        font_size=length(part.get("size"), TEXT),
        color=color(part.get("color")),
        font_weight="700" if part.get("weight") == "bold" else None,
        font_style="italic" if part.get("style") == "italic" else None,
        text_align=part.get("align") if part.get("align") in {"start", "center", "end"} else None,
        text_decoration={"underline": "underline", "line-through": "line-through"}.get(
            str(part.get("decoration"))
        ),
        align_self=GRAVITY.get(str(part.get("gravity"))),
    )
    if part.get("wrap"):
        found |= {"white-space": "pre-wrap", "overflow-wrap": "anywhere"}
    lines = part.get("maxLines")
    if part.get("wrap") and isinstance(lines, int) and lines > 0:
        found |= {"display": "-webkit-box", "-webkit-line-clamp": str(lines)}
    return found


def image(part: dict[str, Any]) -> dict[str, str]:
    """A picture."""
    size = "100%" if part.get("size") == "full" else length(part.get("size", "md"), IMAGE)
    return rules(
        width=size,
        aspect_ratio=ratio(part.get("aspectRatio", "1:1")),
        object_fit="cover" if part.get("aspectMode") == "cover" else "contain",
        background_color=color(part.get("backgroundColor")),
        align_self=ALIGN.get(str(part.get("align", "center"))),
    )


def button(part: dict[str, Any]) -> dict[str, str]:
    """A button: its colour fills it, or writes it when it is a link."""
    tint = color(part.get("color"))
    is_link = part.get("style", "link") == "link"
    return rules(color=tint if is_link else None, background_color=None if is_link else tint)


def place(part: dict[str, Any], layout: str) -> dict[str, str]:
    """How a part stretches and stands off within its box."""
    usual = 0 if layout == "vertical" or part.get("type") in {"icon", "separator"} else 1
    flex = part.get("flex", 1 if part.get("type") == "filler" else usual)
    found = {"flex": f"{flex} 1 0" if isinstance(flex, int) and flex > 0 else "0 0 auto"}
    if layout == "vertical" and found["flex"] != "0 0 auto":
        found["flex"] = f"{flex} 0 auto"
    margin = length(part.get("margin"), GAPS)
    if margin:
        found["margin-top" if layout == "vertical" else "margin-left"] = margin
    if part.get("position") == "absolute":
        found["position"] = "absolute"
    for side, name in (("offsetTop", "top"), ("offsetBottom", "bottom")):
        offset = length(part.get(side), GAPS)
        if offset:
            found[name] = offset
    for side, name in (("offsetStart", "left"), ("offsetEnd", "right")):
        offset = length(part.get(side), GAPS)
        if offset:
            found[name] = offset
    return found
