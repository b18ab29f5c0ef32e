"""What was typed into the editor's form, and rows added to it or taken away; nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from portal.catalogue.load import Thing
from portal.catalogue.model import Catalogue
from portal.catalogue.staff.bodies import Body, flat, numbers
from portal.catalogue.staff.layouts import DEEPEST, MOST, layout_of

PATH = re.compile(r"[a-z_]+(\[\d{1,3}\])?(\.[a-z_]+(\[\d{1,3}\])?){0,8}")
FIRST = {"versions": "rule.kind", "milestones": "rule.kind", "parts": "kind", "tests": "birthdate"}
LISTS = ("versions", "milestones", "tests")
Texts = dict[str, list[str]]


def typed_of(body: Body, thing: Thing, catalogue: Catalogue) -> Texts:
    """An entry as its form shows it before anything was typed."""
    values = flat(body)
    shape = {path: [str(value)] for path, value in values.items()}
    specs = layout_of(thing, shape, catalogue).specs
    typed = {spec.path: spec.write(values.get(spec.path)) for spec in specs}
    return typed | ({"key": [str(body["key"])]} if "key" in body else {})


def received(fields: Iterable[tuple[str, list[str]]]) -> Texts:
    """The fields of a request that can belong to an entry, rows numbered anew from 0."""
    return renumbered({name: list(texts) for name, texts in fields if PATH.fullmatch(name)})


def with_row(typed: Texts, where: str) -> Texts:
    """One row more at the end of a list ("tests", "versions[0].rule.parts")."""
    name = where.rpartition(".")[2]
    found = numbers(typed, where, 1000)
    if name not in FIRST or not PATH.fullmatch(where) or len(found) >= MOST[name]:
        return typed
    number = found[-1] + 1 if found else 0
    return typed | {f"{where}[{number}].{FIRST[name]}": [""]}


def without_row(typed: Texts, row: str) -> Texts:
    """The row taken away, the others moved up."""
    kept = {path: texts for path, texts in typed.items() if not path.startswith(f"{row}.")}
    return renumbered(kept)


def without_blank_rows(typed: Texts) -> Texts:
    """Tests and milestones in which nothing was typed are meant to be none."""
    for name in ("tests", "milestones"):
        for number in reversed(numbers(typed, name, 1000)):
            row = f"{name}[{number}]."
            texts = (t for p, each in typed.items() if p.startswith(row) for t in each)
            if not any(text.strip() not in ("", "always") for text in texts):
                typed = without_row(typed, row[:-1])
    return typed


def with_parts(typed: Texts) -> Texts:
    """A rule that joins others begins with two of them."""
    for path, texts in list(typed.items()):
        is_rule = path.endswith("rule.kind") or re.search(r"parts\[\d+\]\.kind$", path)
        if (
            not is_rule
            or texts[:1] not in (["all"], ["any"])
            or path.count("parts[") >= DEEPEST - 1
        ):
            continue
        where = f"{path.removesuffix('kind')}parts"
        while len(numbers(typed, where, 1000)) < 2:
            typed = with_row(typed, where)
    return typed


def renumbered(typed: Texts, lists: tuple[str, ...] = LISTS) -> Texts:
    """Rows counted from 0 without gaps, however they were sent."""
    for name in lists:
        typed = _numbered_from_0(typed, name)
    for depth in range(DEEPEST):
        for prefix in _joined_at(typed, depth):
            typed = _numbered_from_0(typed, prefix)
    return typed


def _joined_at(typed: Mapping[str, list[str]], depth: int) -> set[str]:
    """Prefixes of lists of parts that lie under `depth` others."""
    found = set()
    for path in typed:
        pieces = path.split(".parts[")
        if len(pieces) > depth + 1:
            found.add(".parts[".join(pieces[: depth + 1]) + ".parts")
    return found


def _numbered_from_0(typed: Texts, prefix: str) -> Texts:
    new = {old: n for n, old in enumerate(numbers(typed, prefix, 1000))}
    pattern = re.compile(re.escape(prefix) + r"\[(\d{1,3})\]")
    return {
        pattern.sub(lambda m: f"{prefix}[{new[int(m[1])]}]", path, count=1)
        if pattern.match(path)
        else path: texts
        for path, texts in typed.items()
    }
