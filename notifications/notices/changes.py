"""What changed between two versions of a notice, line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from notifications.languages import WRITTEN
from notifications.rich_messages import content


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was (-), as it is (+), or both ("")."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One part that changed; `language` is empty for what is the same in all."""

    part: str  # title, body, values, rich, link, topic, kind, segment, start_delay
    language: str
    lines: Sequence[Line]


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Every part that is not as it was; words by language, in our order."""
    found = []
    before, after = old["variants"], new["variants"]
    for language in (each for each in WRITTEN if each in before or each in after):
        was, now = before.get(language, {}), after.get(language, {})
        for part in ("title", "body", "values"):
            found.append(_change(part, language, _text(was.get(part)), _text(now.get(part))))
    drawn = (content.said(each.get("rich")) for each in (old, new))
    found.append(_change("rich", "", *drawn))
    for part in ("link", "topic", "kind", "segment", "start_delay"):
        found.append(_change(part, "", _text(old.get(part)), _text(new.get(part))))
    return [each for each in found if any(line.sign for line in each.lines)]


def _change(part: str, language: str, was: str, now: str) -> Change:
    old, new = was.splitlines(), now.splitlines()
    lines: list[Line] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [Line("", text) for text in old[a:b]]
        else:
            lines += [Line("-", text) for text in old[a:b]]
            lines += [Line("+", text) for text in new[c:d]]
    return Change(part, language, lines)


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return "\n".join(f"{name} = {each}" for name, each in sorted(value.items()))
    return "" if value is None else str(value)
