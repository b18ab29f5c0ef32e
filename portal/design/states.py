"""Style sheets once more for what a mouse or a key does, so that it can be seen without them."""

from __future__ import annotations

import re
from pathlib import Path

RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
# ":focus" alone is said of anything that takes the focus.
TAKES_FOCUS = ("a", "button", "input", "select", "textarea")


def forced(styles: list[Path]) -> str:
    """Each rule of :hover or :focus, said of what stands inside .is-hover or .is-focus."""
    texts = [re.sub(r"/\*.*?\*/", "", file.read_text("utf-8"), flags=re.S) for file in styles]
    rules = [(heads, body) for text in texts for heads, body in RULE.findall(text)]
    made = [
        f"{', '.join(selectors)} {{{body}}}"
        for heads, body in rules
        if (selectors := [one for head in heads.split(",") for one in _forced(head.strip())])
    ]
    return "\n".join(made) + "\n"


def _forced(head: str) -> list[str]:
    for state in ("hover", "focus"):
        if f":{state}" in head and ":not(" not in head:
            plain = head.replace(f":{state}", "")
            return [f".is-{state} {one}" for one in ([plain] if plain else TAKES_FOCUS)]
    return []
