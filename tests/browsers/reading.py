"""Which features our style sheets, templates and scripts use, by their names in the data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import tinycss2  # type: ignore[import-untyped]

JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.S)
COMMENT = re.compile(r"(?<![:'\"`])//[^\n]*|/\*.*?\*/", re.S)
UNITS = {
    **dict.fromkeys(("dvh", "dvw"), "dynamic"),
    **dict.fromkeys(("svh", "svw"), "small"),
    **dict.fromkeys(("lvh", "lvw"), "large"),
}


def in_styles(css: str) -> Iterator[str]:
    """Features of a style sheet."""
    yield from _rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True))


def _rules(rules: list[Any]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "at-rule":
            yield from _at_rule(rule)
        elif rule.type == "qualified-rule":
            yield from _selector(rule.prelude)
            yield from _declarations(rule.content)


def _at_rule(rule: Any) -> Iterator[str]:
    name = rule.at_keyword.lower()
    yield f"css.at-rules.{name}"
    asked = tinycss2.serialize(rule.prelude)
    for feature in re.findall(r"\(\s*(?:min-|max-)?([\w-]+)", asked):
        yield f"css.at-rules.{name}.{feature}"
    if rule.content is not None:
        yield from _rules(tinycss2.parse_rule_list(rule.content, True, True))


def _selector(tokens: list[Any]) -> Iterator[str]:
    for name in re.findall(r"::?([\w-]+)", tinycss2.serialize(tokens)):
        yield f"css.selectors.{name}"


def _declarations(content: list[Any]) -> Iterator[str]:
    for one in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if one.type == "qualified-rule":
            yield "css.selectors.nesting"
        if one.type != "declaration" or one.name.startswith("--"):
            continue
        name = one.lower_name
        yield f"css.properties.{name}"
        if name in {"gap", "row-gap", "column-gap"}:
            yield "css.properties.gap.flex_context"
        yield from _values(name, one.value)


def _values(name: str, tokens: list[Any]) -> Iterator[str]:
    for token in tokens:
        if token.type == "ident":
            yield f"css.properties.{name}.{token.lower_value}"
        elif token.type == "dimension" and token.lower_unit in UNITS:
            yield f"css.types.length.viewport_percentage_units_{UNITS[token.lower_unit]}"
        elif token.type == "function":
            yield f"css.types.{token.lower_name}"
            yield f"css.types.color.{token.lower_name}"
            yield from _values(name, token.arguments)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(f"html.elements.{tag}")
        for name, value in attrs:
            self.found.append(f"html.elements.{tag}.{name}")
            self.found.append(f"html.global_attributes.{name}")
            if tag == "input" and name == "type":
                self.found.append(f"html.elements.input.type_{value}")


def in_template(text: str) -> list[str]:
    """Features of the HTML of a template."""
    tags = _Tags()
    tags.feed(JINJA.sub("", text))
    return tags.found


def in_script(text: str) -> set[str]:
    """Names of members that a script takes of anything."""
    return set(re.findall(r"\.([a-zA-Z_]\w*)", COMMENT.sub("", text)))
