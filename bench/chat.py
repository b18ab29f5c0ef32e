"""How well the answers' engine ranks, how sure it may be, what it costs; on two sets of questions.

Each measurement runs in a process of its own, so that memory and start are those of one engine.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from launcher.places import ROOT

if TYPE_CHECKING:
    from chatbot.engine.benchmark import Labelled
    from chatbot.engine.ranking import Document, Ranker

PUBLIC = ROOT.parent / "shared" / "data" / "localgovfaq"
OWN = ROOT / "bench" / "data" / "questions.jsonl"
HEAD = ("", "SR@1", "SR@3", "SR@5", "MRR", "nDCG@10", "P@20%", "P@30%")
FIGURES = ("sr@1", "sr@3", "sr@5", "mrr", "ndcg@10", "p@20", "p@30")
PARTS = (
    ("seen_", "  answer has labels"),
    ("unseen_", "  answer has none"),
    ("unseen_plain_", "  the same, no labels"),
)
COSTS = ("p50_ms", "p95_ms", "p99_ms", "rss_mb", "start_s")
TARGETS: Mapping[str, Mapping[str, float]] = {
    "plain": {"sr@1": 0.60, "sr@5": 0.82, "ndcg@10": 0.65, "p@20": 0.87},
    "labels": {"sr@1": 0.68, "sr@5": 0.89, "ndcg@10": 0.74},
}
LIMITS = {"p95_ms": 10.0, "rss_mb": 350.0, "start_s": 2.0}
DEPTH = 100


def report() -> str:
    """The tables; sets that are not here are named with the reason."""
    lines = [f"Python {platform.python_version()}, one thread"]
    for name, why in (("public", f"{PUBLIC} is not here"), ("own", f"{OWN} is not here")):
        there = (PUBLIC / "faqs.jsonl" if name == "public" else OWN).exists()
        lines += _tables(name) if there else ["", f"{name}: left out, {why}"]
    return "\n".join(lines)


def _tables(name: str) -> list[str]:
    # The first run fills the cache of vectors; what is told of is a start with it.
    _measured(name, "plain")
    found = {mode: _measured(name, mode) for mode in ("plain", "labels")}
    lines = ["", f"{name}: {found['plain']['queries']:.0f} questions"]
    lines.append(_row(HEAD))
    for mode, title in (("plain", "without labels"), ("labels", "with labels, by folds")):
        lines.append(_row([title, *(_figure(found[mode], one) for one in FIGURES)]))
        if name == "public":
            aim = [f"{TARGETS[mode][one]:.2f}" if one in TARGETS[mode] else "" for one in FIGURES]
            lines.append(_row(["  target", *aim]))
        if mode == "labels":
            lines += [_row([t, *(_figure(found[mode], p + f) for f in FIGURES)]) for p, t in PARTS]
    lines.append(_row(["", *COSTS]))
    lines.append(_row(["without labels", *(_figure(found["plain"], one) for one in COSTS)]))
    lines.append(_row(["  limit", *(str(LIMITS.get(one, "")) for one in COSTS)]))
    return lines


def _row(cells: Sequence[str]) -> str:
    return f"{cells[0]:<24}" + "".join(f"{cell:>9}" for cell in cells[1:])


def _figure(found: Mapping[str, float], name: str) -> str:
    if name not in found:
        return "-"
    return f"{found[name]:.3f}" if name.endswith(FIGURES) else f"{found[name]:.1f}"


def _measured(name: str, mode: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.chat", name, mode],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(name: str, mode: str, begin: float) -> dict[str, float]:
    """The figures of one set in this process, which began at `begin` (perf_counter)."""
    from chatbot.engine import benchmark
    from chatbot.engine.cache import cache_folder, prepare
    from chatbot.engine.ranking import Ranker, texts_of
    from chatbot.engine.tokens import Analyzer
    from chatbot.engine.vectors import Encoder
    from chatbot.knowledge.loading import load_stop_words, load_synonyms

    documents = benchmark.read_documents(PUBLIC / "faqs.jsonl") if name == "public" else _ours()
    queries = benchmark.read_queries(PUBLIC / "queries-dev.jsonl" if name == "public" else OWN)
    cache, synonyms = cache_folder(), load_synonyms()
    prepare(texts_of(documents), cache)
    analyzer, encoder = Analyzer(load_stop_words(), cache), Encoder(cache)
    encoder.load()
    if mode == "labels":
        return benchmark.evaluate_folds(documents, queries, analyzer, synonyms, encoder)
    ranker = Ranker(documents, analyzer, synonyms, encoder)
    started = time.perf_counter() - begin
    return {**_asked(ranker, queries), "start_s": started, "queries": len(queries)}


def _asked(ranker: Ranker, queries: Sequence[Labelled]) -> dict[str, float]:
    from chatbot.dialogue.policy import sureness
    from chatbot.engine import evaluation
    from chatbot.engine.memory import most_held_mb

    judged, sure, times = [], [], []
    for one in queries:
        begin = time.perf_counter()
        matches = ranker.rank(one.query, DEPTH)
        times.append((time.perf_counter() - begin) * 1000)
        judged.append(evaluation.Judged([match.key for match in matches], one.grades))
        right = bool(matches) and one.grades.get(matches[0].key, 0) > 0
        sure.append((sureness(matches) if matches else 0.0, right))
    times.sort()
    return {
        **evaluation.measure(judged),
        "p@20": evaluation.precision_at_coverage(sure, 0.2),
        "p@30": evaluation.precision_at_coverage(sure, 0.3),
        **{f"p{part}_ms": times[len(times) * part // 100] for part in (50, 95, 99)},
        "rss_mb": most_held_mb(),
    }


def _ours() -> list[Document]:
    from chatbot.engine.ranking import Document
    from chatbot.knowledge.store import shipped

    texts = ((entry.key, entry.text("ja")) for entry in shipped().entries)
    return [Document(key, text.question, text.aliases, text.answer) for key, text in texts]


if __name__ == "__main__":
    BEGIN = time.perf_counter()
    print(json.dumps(measure(sys.argv[1], sys.argv[2], BEGIN)))
