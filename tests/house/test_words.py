"""Japanese is complete at every commit, and placeholders agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from portal.core.i18n import PACKAGES

ROOT = Path(__file__).resolve().parents[2]
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "N_": None}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def extracted(folder: Path) -> set[str]:
    found: set[str] = set()
    if not folder.exists():
        return found
    rows = extract_from_dir(
        str(folder),
        method_map=METHODS,
        keywords=KEYWORDS,
        options_map={"**.html": {"trimmed": "true"}, "**.txt": {"trimmed": "true"}},
    )
    for _, _, message, _, _ in rows:
        found.update(m for m in (message if isinstance(message, tuple) else (message,)) if m)
    return found


def wanted(package: str) -> set[str]:
    messages = extracted(ROOT / package) | extracted(ROOT / "templates" / package)
    if package == "portal":
        for folder in ("layout", "components"):
            messages |= extracted(ROOT / "templates" / folder)
    return messages


def translated() -> dict[str, str]:
    words: dict[str, str] = {}
    for package in PACKAGES:
        path = ROOT / package / "translations" / "ja" / "LC_MESSAGES" / "messages.po"
        if not path.exists():
            continue
        with path.open("rb") as file:
            for message in read_po(file, locale="ja"):
                if not message.id or message.fuzzy:
                    continue
                keys = message.id if isinstance(message.id, tuple) else (message.id,)
                text = message.string[0] if isinstance(message.string, tuple) else message.string
                words.update(dict.fromkeys(keys, text or ""))
    return words


@pytest.mark.parametrize("package", PACKAGES)
def test_every_message_has_its_japanese(package: str) -> None:
    words = translated()
    missing = sorted(message for message in wanted(package) if not words.get(message))
    assert not missing, f"{len(missing)} without Japanese: {missing[:20]}"


def test_placeholders_are_the_same_in_both_languages() -> None:
    wrong = [
        key
        for key, text in translated().items()
        if text and set(PLACEHOLDER.findall(key)) != set(PLACEHOLDER.findall(text))
    ]
    assert not wrong


def test_one_message_has_one_japanese() -> None:
    """Packages carry their own catalogues; the same key must not mean two things."""
    seen: dict[str, tuple[str, str]] = {}
    clash = []
    for package in PACKAGES:
        path = ROOT / package / "translations" / "ja" / "LC_MESSAGES" / "messages.po"
        if not path.exists():
            continue
        with path.open("rb") as file:
            for message in read_po(file, locale="ja"):
                if isinstance(message.id, str) and message.id and isinstance(message.string, str):
                    before = seen.setdefault(message.id, (package, message.string))
                    if before[1] != message.string:
                        clash.append((message.id, before, (package, message.string)))
    assert not clash, clash
