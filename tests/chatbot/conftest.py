"""The answering process for tests of both faces: the real one, started once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from chatbot.answering.client import AnswerClient
from chatbot.answering.unavailable import AnswersUnavailable
from chatbot.dialogue.reply import Question

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def answering_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`./mado answers serve` on a socket of its own."""
    path = str(tmp_path_factory.mktemp("a") / "answers.sock")
    process = subprocess.Popen(
        [sys.executable, "-m", "launcher", "answers", "serve", "--socket", path],
        cwd=ROOT,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
    )
    deadline = time.monotonic() + 30
    while True:
        try:
            AnswerClient(path).turn(Question("市役所は何時まで?"))
            break
        except AnswersUnavailable:
            assert process.poll() is None, "the answering process ended"
            assert time.monotonic() < deadline, "the answering process did not start"
            time.sleep(0.1)
    yield path
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


@pytest.fixture
def answered(app: Flask, answering_process: str, settings: object) -> Flask:
    """The product whose ANSWERS_SOCKET has the real process behind it."""
    Path(app.extensions["mado.settings"].ANSWERS_SOCKET).symlink_to(answering_process)
    return app
