"""What we say about how long data are kept is done, counted and looked at."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from auth.registration import register_resident
from portal.core.clock import now, today
from portal.core.db import Base, transaction
from portal.core.jobs import tick
from portal.core.registries import registries
from portal.mypage.own_models import LifeEventEntry, OwnTodo
from portal.operations import retention
from portal.operations.retention_kinds import By
from portal.operations.retention_rules import RULES
from portal.privacy.columns import said


def test_every_personal_column_has_a_rule_that_runs(ctx: Flask) -> None:
    kept = {one.how_long for one in said().values()}
    ruled = [sentence for rule in RULES for sentence in rule.said]
    assert len(ruled) == len(set(ruled)), "said by two rules"
    assert not kept - set(ruled), f"give them a rule in retention_rules.py: {kept - set(ruled)}"
    assert not set(ruled) - kept, f"said by no package: {set(ruled) - kept}"
    ticks = {name for name, _ in registries().ticks}
    for rule in RULES:
        assert (rule.by is By.SWEEP) == (rule.tick in ticks), rule.key
        assert (rule.by is By.NIGHT) == bool(rule.ends), rule.key
        assert (rule.by in (By.SWEEP, By.NIGHT)) == bool(rule.checks), rule.key
        assert all(check.table in Base.metadata.tables for check in rule.checks), rule.key


def test_a_night_deletes_counts_and_reports(ctx: Flask) -> None:
    day = today()
    assert retention.run(day) == 0  # an empty city: every check is good SQL
    with transaction() as session:
        whose = register_resident(session, email="sakura@mail.example")
        old = now() - timedelta(days=8)
        times = {"resident_id": whose, "created_at": old, "removed_at": old}
        session.add(LifeEventEntry(kind="move_in", day=day, **times))
        session.add(OwnTodo(title="うめ", **times))
    with pytest.raises(retention.RetentionOverdue, match="own_todos"):
        retention.run(day)  # no sweep ran yet
    tick()
    retention.run(day)
    found = {line.rule.key: line.row for line in retention.newest()[1]}
    events, todos = found["life_events"], found["own_todos"]
    assert events
    assert todos
    assert (events.deleted, events.overdue) == (1, 0)
    assert (todos.deleted, todos.overdue) == (1, 0)
    assert set(found) == {rule.key for rule in RULES}
