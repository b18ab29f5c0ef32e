"""Valkey hangs or is gone: pages are served, limits hold, and what was asked for is done later."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from launcher.services import EmbeddedRedis
from portal.core import jobs, outbox
from portal.core.db import transaction
from portal.core.registries import registries
from portal.core.settings import Settings
from tests.browser import Browser
from tests.conftest import PREFERENCE, RESIDENT_HOST


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    """A Valkey of this test alone, to be stopped."""
    with EmbeddedRedis(tmp_path / "redis", fast=True, preference=PREFERENCE) as server:
        yield server


@pytest.fixture
def settings(settings: Settings, queue: EmbeddedRedis) -> Settings:
    return settings.model_copy(update={"REDIS_URL": queue.url(0)})


@pytest.fixture
def hung(queue: EmbeddedRedis) -> Iterator[int]:
    """It takes connections and answers nothing."""
    assert queue.pid is not None
    os.kill(queue.pid, signal.SIGSTOP)
    yield queue.pid
    os.kill(queue.pid, signal.SIGCONT)


def test_a_hanging_queue_neither_holds_pages_up_nor_lifts_limits(app: Flask, hung: int) -> None:
    browser = Browser(app, f"http://{RESIDENT_HOST}")
    browser.get("/ask")
    began = time.monotonic()
    answers = [browser.submit("質問する", text="手当").status]  # 503: nobody answers in this test
    assert time.monotonic() - began < 3
    for _ in range(60):
        browser.get("/ask")
        answers.append(browser.submit("質問する", text="手当").status)
    assert answers == [503] * 60 + [429]


def test_what_was_posted_without_a_queue_leaves_with_the_next_tick(
    ctx: Flask, queue: EmbeddedRedis, work: Any
) -> None:
    sent: list[Any] = []
    registries().senders["test"] = lambda *message, key: sent.append(message[0])
    queue.stop()
    with transaction() as session:
        outbox.post(session, "test", "someone@resident.example", "code", {}, language="ja")
    assert sent == []
    queue.start()
    jobs.tick()
    work()
    assert sent == ["someone@resident.example"]
