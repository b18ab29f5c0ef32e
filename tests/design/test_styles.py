"""The styles stay light, legible, flat and old-browser-safe."""

from __future__ import annotations

import gzip
import re
from itertools import product

import pytest

from tests.design.conftest import ROOT

CSS = ROOT / "static" / "css"
RESIDENT = ["tokens.css", "base.css", "components.css"]
LIMIT = 30_000  # bytes as written
LIMIT_SENT = 9_000  # bytes as they travel
GROUNDS = ("paper", "surface", "sunk", "brand-soft")
TONES = ("good", "soon", "bad", "calm", "note")
LETTERS = [  # (letters, ground): 4.5:1 at least, 7:1 in high contrast
    *product(("ink", "ink-soft", "link", "brand", *TONES), GROUNDS),
    *((tone, f"{tone}-soft") for tone in TONES),
    *(("ink", f"{tone}-soft") for tone in TONES),
    ("on-brand", "brand"),
    ("on-brand", "brand-strong"),
    ("brand-strong", "brand-soft"),
    ("surface", "bad"),
]
LINES = list(product(("line-strong", "focus", "brand", "bad"), GROUNDS))  # of controls: 3:1
PALETTES = {  # the sets it is made of; the later wins
    "day": [":root"],
    "night": [":root", "night"],
    "contrast": [":root", "contrast"],
    "contrast by night": [":root", "night", "contrast", "contrast by night"],
}


def source(name: str) -> str:
    """A style sheet without its comments."""
    return re.sub(r"/\*.*?\*/", "", (CSS / name).read_text(encoding="utf-8"), flags=re.S)


def sets() -> list[tuple[str, dict[str, str]]]:
    """Every rule of the tokens: its selector and what it says, in order."""
    rules = re.findall(r"([\w:.()-]+)\s*\{([^{}]*)\}", source("tokens.css"))
    return [(selector, dict(_declared(text))) for selector, text in rules]


def _declared(text: str) -> list[tuple[str, str]]:
    return re.findall(r"(?:--)?([\w-]+):\s*([^;]+);", text)


def said(selector: str) -> list[dict[str, str]]:
    """What the rules of this selector say, in order."""
    return [values for name, values in sets() if name == selector]


def palette(name: str) -> dict[str, str]:
    """Colour roles by day, by night, in high contrast, and in both."""
    parts = {
        ":root": said(":root")[0],
        "night": said("html.look-dark")[0],
        "contrast": said("html.look-contrast")[0],
        "contrast by night": said("html.look-contrast")[1],
    }
    found: dict[str, str] = {}
    for part in PALETTES[name]:
        found |= parts[part]
    return found


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", PALETTES)
def test_letters_and_lines_are_legible(name: str) -> None:
    colours = palette(name)
    least = 7.0 if "contrast" in name else 4.5
    weak = [pair for pair in LETTERS if contrast(*(colours[one] for one in pair)) < least]
    weak += [pair for pair in LINES if contrast(*(colours[one] for one in pair)) < 3]
    assert weak == []


def test_what_is_chosen_looks_as_what_a_device_says() -> None:
    """Each palette stands once for a class and once for a media query."""
    nights = said("html:not(.look-light)")
    assert said("html.look-dark") == nights[:1]
    assert said("html.look-contrast") == [*said("html:not(.look-dark)"), nights[1]]


def test_every_pair_of_a_rule_is_a_pair_we_measure() -> None:
    """A rule that names letters and their ground may only use pairs held above."""
    known = {*LETTERS, *LINES, ("ink", "lamp")}
    strange = []
    for name in (*RESIDENT, "staff.css", "mypage.css"):
        for selector, text in re.findall(r"([^{}]+)\{([^{}]*)\}", source(name)):
            letters = re.findall(r"(?:^|[;\s])color: var\(--([\w-]+)\)", text)
            grounds = re.findall(r"background(?:-color)?: var\(--([\w-]+)\)", text)
            strange += [
                (selector.strip(), pair) for pair in product(letters, grounds) if pair not in known
            ]
    assert strange == []


def test_residents_load_little() -> None:
    written = [(CSS / name).read_bytes() for name in RESIDENT]
    assert sum(map(len, written)) <= LIMIT
    assert sum(len(gzip.compress(each)) for each in written) <= LIMIT_SENT


@pytest.mark.parametrize("name", [*RESIDENT, "staff.css"])
def test_old_browsers_lose_nothing(name: str) -> None:
    """Nothing that makes an old WebView drop a rule, or that breaks the order of layers."""
    css = source(name)
    for word in (
        "@layer",
        "@import",
        "@container",
        ":has(",
        ":is(",
        ":where(",
        "!important",
        "url(",
    ):
        assert word not in css, word
    assert not re.search(r"\{[^{}]*&", css)  # nesting


@pytest.mark.parametrize("name", [*RESIDENT, "staff.css"])
def test_every_role_used_is_defined(name: str) -> None:
    defined = set(re.findall(r"(--[\w-]+)\s*:", source("tokens.css")))
    assert set(re.findall(r"var\((--[\w-]+)", source(name))) <= defined


def test_colours_are_named_once() -> None:
    """Only tokens.css (and the imitation of LINE's talk in staff.css) knows colours."""
    for name in ("base.css", "components.css"):
        on_screen = source(name).split("@media print")[0]
        assert re.findall(r"#[0-9a-f]{3,6}\b", on_screen) == ["#1a1a1a"] * (name == "base.css")


def test_every_class_of_a_component_is_styled() -> None:
    """A class with no rule is a mistake, but for the few that only name a thing."""
    css = "".join(source(file.name) for file in CSS.glob("*.css"))
    styled = set(re.findall(r"\.([a-z][\w-]*)", css))
    hooks = {
        "bulk-all",
        "chart-mark",
        "chart-table",
        "table-count",
        "flashes",
        "field",
        "input-file",
    }
    bare = hooks | {"page-full", "prose", "form"}
    for folder in ("layout", "components"):
        for file in (ROOT / "templates" / folder).glob("*.html"):
            if file.name == "mail.html":
                continue
            text = re.sub(r"\{#.*?#\}", "", file.read_text(encoding="utf-8"), flags=re.S)
            for value in re.findall(r'class="([^"{}]+)"', text):
                assert set(value.split()) <= styled | bare, (file.name, value)
