"""Labels to learn from: test questions, picks that solved it, and what staff say of answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from chatbot.knowledge.store import load_knowledge
from chatbot.tuning.figures import held_out
from chatbot.tuning.grouping import folded

RIGHT, RELEVANT = 2, 1
Labelled = list[tuple[str, dict[str, int]]]
KNOWN = text("""
SELECT text, key, 2 AS grade FROM test_questions
 UNION ALL
SELECT p.text, a.key, 2 FROM asked_questions AS a JOIN asked_questions AS p ON p.id = a.after
 WHERE a.solved AND a.text = '' AND p.kind IN ('candidates', 'clarify') AND NOT a.trial
 UNION ALL
SELECT CASE WHEN a.text = '' THEN p.text ELSE a.text END,
       CASE WHEN j.right_key <> '' THEN j.right_key ELSE a.key END,
       CASE WHEN j.mark = 'partly' AND j.right_key = '' THEN 1 ELSE 2 END
  FROM judged_answers AS j JOIN asked_questions AS a ON a.id = j.asked_id
  LEFT JOIN asked_questions AS p ON p.id = a.after
 WHERE j.mark IN ('right', 'partly') OR j.right_key <> ''
""")


def labelled(session: Session) -> Labelled:
    """Questions with the grades of their entries (2 right, 1 relevant), in a steady order.

    Test questions that prove accuracy (`held_out`) are never among them, whoever asked them.
    """
    known = {entry.key for entry in load_knowledge().entries}
    return merged(row for row in session.execute(KNOWN) if row[1] in known)


def merged(rows: Iterable[Any]) -> Labelled:
    """One label for a question that is written in several ways; the best grade counts. Pure."""
    found: dict[str, tuple[str, dict[str, int]]] = {}
    for words, key, grade in rows:
        name = folded(words or "")
        if not name or not key or held_out(name):
            continue
        grades = found.setdefault(name, (words, {}))[1]
        grades[key] = max(grades.get(key, 0), grade)
    return [found[name] for name in sorted(found)]
