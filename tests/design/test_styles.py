"""The styles stay light, legible, flat and old-browser-safe."""

from __future__ import annotations

import gzip
import re

import pytest

from tests.design.conftest import ROOT

CSS = ROOT / "static" / "css"
RESIDENT = ["tokens.css", "base.css", "components.css"]
LIMIT = 30_000  # bytes as written
LIMIT_SENT = 9_000  # bytes as they travel
PAIRS = [  # (letters, ground): 4.5:1 at least
    ("ink", "paper"),
    ("ink", "surface"),
    ("ink", "sunk"),
    ("ink-soft", "paper"),
    ("ink-soft", "surface"),
    ("ink-soft", "sunk"),
    ("link", "paper"),
    ("link", "surface"),
    ("link", "sunk"),
    ("link", "brand-soft"),
    ("brand", "surface"),
    ("brand", "brand-soft"),
    ("on-brand", "brand"),
    ("on-brand", "brand-strong"),
    ("surface", "bad"),
    ("line-strong", "surface"),
    *((tone, f"{tone}-soft") for tone in ("good", "soon", "bad", "calm", "note")),
    *(("ink", f"{tone}-soft") for tone in ("good", "bad", "note", "brand")),
    ("bad", "surface"),
    ("soon", "surface"),
    ("bad", "paper"),
]


def source(name: str) -> str:
    """A style sheet without its comments."""
    return re.sub(r"/\*.*?\*/", "", (CSS / name).read_text(encoding="utf-8"), flags=re.S)


def palette(dark: bool) -> dict[str, str]:
    """Colour roles by day or by night."""
    light, night = source("tokens.css").split("@media (prefers-color-scheme: dark)")[:2]
    found = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})", light))
    return (
        found | dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})", night.split("@media")[0]))
        if dark
        else found
    )


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


@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
@pytest.mark.parametrize(("letters", "ground"), PAIRS)
def test_letters_are_legible(letters: str, ground: str, dark: bool) -> None:
    colours = palette(dark)
    assert contrast(colours[letters], colours[ground]) >= 4.5


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
    bare = {"flashes", "field", "input-file", "page-full", "prose", "form"}
    for folder in ("layout", "components"):
        for file in (ROOT / "templates" / folder).glob("*.html"):
            if file.name == "mail.html":
                continue
            text = re.sub(r"\{#.*?#\}", "", file.read_text(encoding="utf-8"), flags=re.S)
            for value in re.findall(r'class="([^"{}]+)"', text):
                assert set(value.split()) <= styled | bare, (file.name, value)
