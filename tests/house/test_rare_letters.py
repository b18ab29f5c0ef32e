"""Fields of forms keep rare letters of names, count them as people do; pages can show them."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from wtforms import StringField, TextAreaField
from wtforms.fields.core import UnboundField

from portal.core.web.forms import AtMost, Form, digits

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "auth", "notifications", "chatbot")
RARE = "𠮷\U000e0100葛\U000e0100邉\U000e0102﨑髙\ufa19\U00030000"
SEEN = 7
# Of people, and words in which people name themselves.
NAMES = re.compile(r"^(nickname|name|shown_name|title|words|place|note|text|question|answer|body)")


def forms() -> list[type[Form]]:
    """Every form class of the four packages."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if re.search(r"\((Form|Cautious|\w+Form)\):", path.read_text(encoding="utf-8")):
                importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    found, waiting = [], [Form]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += one.__subclasses__()
    return sorted(found, key=lambda each: (each.__module__, each.__name__))


def text_fields() -> Iterator[tuple[str, UnboundField[Any]]]:
    for form in forms():
        for name in dir(form):
            field = getattr(form, name, None)
            if isinstance(field, UnboundField) and field.field_class in (
                StringField,
                TextAreaField,
            ):
                yield f"{form.__module__}.{form.__name__}.{name}", field


def filters_of(field: UnboundField[Any]) -> list[Any]:
    given = field.kwargs.get("filters") or (field.args[2] if len(field.args) > 2 else ())
    return list(given)


def validators_of(field: UnboundField[Any]) -> list[Any]:
    given = field.kwargs.get("validators") or (field.args[1] if len(field.args) > 1 else ())
    return list(given)


class Typed:
    """A field as a validator sees it."""

    def __init__(self, data: str) -> None:
        self.data = data
        self.errors: list[str] = []


FIELDS = dict(text_fields())


def test_there_are_fields_to_walk() -> None:
    names = [key for key in FIELDS if NAMES.match(key.rpartition(".")[2])]
    assert len(FIELDS) > 60 and len(names) > 25
    for part in ("residents", "tickets", "reports", "desk", "staff"):
        assert any(part in key for key in names), part


@pytest.mark.parametrize("key", FIELDS)
def test_what_is_typed_is_kept(key: str) -> None:
    field, text = FIELDS[key], RARE
    if digits in filters_of(field):
        return  # a code
    for change in filters_of(field):
        text = change(text)
    if NAMES.match(key.rpartition(".")[2]):
        assert text == RARE
        for check in validators_of(field):
            if isinstance(check, AtMost):
                whole = RARE * (check.limit // SEEN)
                check(None, Typed(whole))
                assert check.field_flags["maxlength"] >= min(
                    len(whole.encode("utf-16-le")) // 2, check.limit
                )


def test_fonts_hold_the_letters_of_registers() -> None:
    tokens = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
    [sans] = re.findall(r"--sans:([^;]+);", tokens)
    assert "IPAmj Mincho" in sans and sans.strip().endswith("sans-serif")
    for file in sorted((ROOT / "static/css").glob("*.css")):
        for stack in re.findall(r"font-family:([^;}]+)", file.read_text(encoding="utf-8")):
            assert "var(--sans)" in stack or "var(--mono)" in stack, (file.name, stack)
    for file in ("mail.html",):
        layout = (ROOT / "templates/layout" / file).read_text(encoding="utf-8")
        assert "font-family" not in layout or "sans-serif" in layout
