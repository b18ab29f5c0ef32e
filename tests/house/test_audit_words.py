"""Every action the code records has words for those who read the log."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from portal.core.audit_deeds import DEEDS
from portal.core.audit_words import TOPICS, named

ROOT = Path(__file__).resolve().parents[2]
RECORDING = re.compile(r"(^|\.)(record|entry|_record|_note|_changed|_settle)$")
ACTION = re.compile(r"[a-z_]+\.[a-z_]+")
# Where the deed is put together: the module and what stands before the dot.
MADE_UP = {
    "portal/catalogue/editing.py": "catalogue",
    "chatbot/knowledge/editing.py": "answer",
    "chatbot/tuning/releases.py": "answer_release",
}


def strings(node: ast.AST) -> Iterator[str]:
    """Constant texts in an expression, both branches of a choice."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value


def actions(path: Path) -> Iterator[str]:
    """Codes given to audit.record and its like, and those of local `action = …`."""
    before = MADE_UP.get(str(path.relative_to(ROOT)))
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and RECORDING.search(ast.unparse(node.func)):
            for argument in node.args[:2]:
                if not isinstance(argument, ast.Constant | ast.IfExp):
                    continue
                for text in strings(argument):
                    if ACTION.fullmatch(text):
                        yield text
                    elif before and re.fullmatch("[a-z_]+", text):
                        yield f"{before}.{text}"
        elif isinstance(node, ast.Assign) and not isinstance(node.value, ast.Call):
            if "action" not in ast.unparse(node.targets[0]):
                continue
            yield from (text for text in strings(node.value) if ACTION.fullmatch(text))


def every_action() -> set[str]:
    return {
        action
        for package in ("portal", "auth", "notifications", "chatbot")
        for path in (ROOT / package).rglob("*.py")
        for action in actions(path)
    }


def test_every_action_has_words() -> None:
    found = every_action()
    assert len(found) > 250
    missing = sorted(action for action in found if named(action, "ja") == action)
    assert not missing, f"give them words in portal/core/audit_words.py: {missing}"


def test_actions_put_together_from_states_have_words() -> None:
    from auth.challenges import Outcome
    from chatbot.garbage.models import Kind

    made = [f"code.{one.value}" for one in Outcome] + [f"garbage.{one}" for one in Kind]
    made += [f"notice.{one}" for one in ("approved", "returned")]
    made += [f"report.{one}" for one in ("state", "assign", "category", "answer", "note")]
    assert [one for one in made if named(one, "ja") == one] == []


def test_words_are_filled_in_both_languages() -> None:
    assert all(all(pair) for pair in [*TOPICS.values(), *DEEDS.values()])
    assert named("todo.completed", "ja") == "やること：完了"
    assert named("nothing.known", "ja") == "nothing.known"
