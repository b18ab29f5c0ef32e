"""CPU of one page: by part in the application, and in PostgreSQL from the kernel's own counts."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask, before_render_template, template_rendered
from sqlalchemy import event

TICK = os.sysconf("SC_CLK_TCK")


class Parts:
    """Adds up CPU seconds by name; what is inside another part is taken out of it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._open: list[tuple[str, float, float]] = []

    def enter(self, name: str) -> None:
        self._open.append((name, time.process_time(), 0.0))

    def leave(self) -> None:
        name, began, inside = self._open.pop()
        spent = time.process_time() - began
        self.seconds[name] = self.seconds.get(name, 0.0) + spent - inside
        if self._open:
            outer, at, taken = self._open[-1]
            self._open[-1] = (outer, at, taken + spent)

    def wrap(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            self.enter(name)
            try:
                return call(*args, **kwargs)
            finally:
                self.leave()

        return timed


@contextmanager
def watched(app: Flask, parts: Parts) -> Iterator[None]:
    """Time the session, SQL, rules and template of `app` meanwhile."""
    pages: Any = import_module("portal.mypage.pages")  # the name the view calls by

    database = app.extensions["mado.database"]
    engine = database.engine
    interface = app.session_interface
    originals = {
        (interface, "open_session"): interface.open_session,
        (interface, "save_session"): interface.save_session,
        (pages, "todos_of"): pages.todos_of,
        (database, "rows"): database.rows,
    }
    names = {
        "open_session": "session",
        "save_session": "session",
        "todos_of": "rules",
        "rows": "SQL",
    }
    for (owner, attribute), original in originals.items():
        setattr(owner, attribute, parts.wrap(names[attribute], original))

    def sql_begins(*_: Any) -> None:
        parts.enter("SQL")

    def sql_ends(*_: Any) -> None:
        parts.leave()

    def template_begins(*_: Any, **__: Any) -> None:
        parts.enter("template")

    def template_ends(*_: Any, **__: Any) -> None:
        parts.leave()

    event.listen(engine, "before_cursor_execute", sql_begins)
    event.listen(engine, "after_cursor_execute", sql_ends)
    before_render_template.connect(template_begins, app)
    template_rendered.connect(template_ends, app)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", sql_begins)
        event.remove(engine, "after_cursor_execute", sql_ends)
        before_render_template.disconnect(template_begins, app)
        template_rendered.disconnect(template_ends, app)
        for (owner, attribute), original in originals.items():
            setattr(owner, attribute, original)


def children_cpu(pid: int) -> float:
    """CPU seconds of a process and its children so far (Linux)."""
    return sum(_cpu(each) for each in [pid, *children_of(pid)])


def children_of(pid: int) -> list[int]:
    """Processes below this one (Linux)."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *children_of(int(child))]
    return found


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    # With what children that ended had used: servers close connections and end workers meanwhile.
    return sum(int(one) for one in fields[11:15]) / TICK
