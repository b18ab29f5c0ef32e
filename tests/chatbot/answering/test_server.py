"""The answering process: a real socket, real clients, and all they may do wrong."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from chatbot.answering.client import AnswerClient
from chatbot.answering.port import LocalAnswers
from chatbot.answering.server import SocketTaken, listening_socket
from chatbot.answering.unavailable import AnswersUnavailable
from chatbot.answering.wire import LONGEST_LINE
from chatbot.commands import answers
from chatbot.dialogue.reply import Kind, Question
from tests.chatbot.conversing import the_dialogue

ROOT = Path(__file__).parents[3]
COMMAND = "from chatbot.commands import answers; answers()"
QUESTION = Question("住民票がほしい")


def start(path: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "serve", "--socket", str(path)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
    )
    for _ in range(800):
        if path.exists() or process.poll() is not None:
            break
        time.sleep(0.05)
    return process


def end(process: subprocess.Popen[bytes]) -> int:
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)
    return process.returncode


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("answers") / "a.sock"
    process = start(path)
    yield path
    assert end(process) == 0
    assert not path.exists()


def raw(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(5)
    connection.connect(str(path))
    return connection


def test_a_turn_over_the_socket_is_the_turn_itself(path: Path) -> None:
    local = LocalAnswers(the_dialogue())
    for text in ("住民票がほしい", "図書館", "乾電池", "xyzzy", ""):
        assert AnswerClient(path).turn(Question(text)) == local.turn(Question(text))


def test_only_we_may_open_it(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"garbage\n",
        b"[]\n",
        b'{"text": 1}\n',
        b'{"text": "a", "context": []}\n',
        b'{"text": "a", "context": {"b": 1}}\n',
        b"\xff\xfe\x00\n",
        b"[" * 100_000 + b"\n",
    ],
)
def test_what_is_no_question_is_refused_and_the_line_stays_open(path: Path, line: bytes) -> None:
    with raw(path) as connection, connection.makefile("rwb") as file:
        file.write(line)
        file.flush()
        assert "problem" in json.loads(file.readline())
        file.write('{"text": "住民票がほしい"}\n'.encode())
        file.flush()
        assert json.loads(file.readline())["reply"]["key"] == "juminhyo"


def test_a_line_without_an_end_is_let_go(path: Path) -> None:
    with raw(path) as connection:
        try:
            for _ in range(LONGEST_LINE // 65536 + 4):
                connection.sendall(b"x" * 65536)
            assert connection.recv(1) == b""
        except OSError:
            pass  # hung up while we were sending: let go as well
    assert AnswerClient(path).turn(QUESTION).key == "juminhyo"


def test_slow_and_vanished_clients_hold_nobody_up(path: Path) -> None:
    slow = [raw(path) for _ in range(20)]
    for connection in slow:
        connection.sendall(b'{"text": "')
    for _ in range(20):
        with raw(path) as gone:
            gone.sendall('{"text": "住民票"}\n'.encode())
    begin = time.monotonic()
    assert AnswerClient(path).turn(QUESTION).key == "juminhyo"
    assert time.monotonic() - begin < 2
    for connection in slow:
        connection.close()


def test_many_at_once_get_their_own_answers(path: Path) -> None:
    asked = {"住民票がほしい": "juminhyo", "図書館の時間": "library_hours", "自転車": "bicycle"}
    wrong: list[str] = []

    def work(text: str, key: str) -> None:
        for _ in range(20):
            if AnswerClient(path, read_seconds=10).turn(Question(text)).key != key:
                wrong.append(text)

    threads = [threading.Thread(target=work, args=pair) for pair in list(asked.items()) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_second_process_does_not_take_the_socket(path: Path) -> None:
    with pytest.raises(SocketTaken):
        listening_socket(path)
    result = CliRunner().invoke(answers, ["serve", "--socket", str(path)])
    assert result.exit_code == 1
    assert "another process" in result.output
    assert AnswerClient(path).turn(QUESTION).key == "juminhyo"


def test_asking_from_the_command_line(path: Path) -> None:
    run = CliRunner().invoke
    spoken = run(answers, ["ask", "住民票がほしい", "--socket", str(path)])
    assert "300円" in spoken.output
    plain = run(answers, ["ask", "batteries", "--language", "en", "--json", "--socket", str(path)])
    assert json.loads(plain.output)["key"] == "battery"
    nobody = run(answers, ["ask", "a", "--socket", str(path.with_name("none.sock"))])
    assert nobody.exit_code == 1
    for context in ("x", "[]"):
        assert run(answers, ["ask", "a", "--context", context]).exit_code == 2


def test_asking_in_this_process() -> None:
    result = CliRunner().invoke(answers, ["ask", "図書館の時間", "--json"])
    assert json.loads(result.output)["key"] == "library_hours"


def test_a_killed_process_leaves_a_socket_that_the_next_one_replaces(tmp_path: Path) -> None:
    path = tmp_path / "a.sock"
    first = start(path)
    first.kill()
    first.communicate(timeout=10)
    assert path.exists()
    with pytest.raises(AnswersUnavailable):
        AnswerClient(path).turn(QUESTION)
    second = start(path)
    for _ in range(400):  # the second loads all answers first
        try:
            reply = AnswerClient(path).turn(QUESTION)
            break
        except AnswersUnavailable:
            time.sleep(0.1)
    assert reply.kind is Kind.ANSWER
    assert end(second) == 0


def test_an_end_while_clients_wait(tmp_path: Path) -> None:
    path = tmp_path / "a.sock"
    process = start(path)
    with raw(path) as idle:
        assert end(process) == 0
        assert idle.recv(1) == b""
    assert not path.exists()


@pytest.mark.parametrize("said", [b"", b"nonsense\n", b'{"problem": "no"}\n', b'{"reply": {}}\n'])
def test_a_strange_server_is_unavailable(tmp_path: Path, said: bytes) -> None:
    path = tmp_path / "b.sock"
    with listening_socket(path) as listener:
        listener.listen()

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(said)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(AnswersUnavailable):
            AnswerClient(path).turn(QUESTION)
        thread.join()


def test_a_silent_and_a_trickling_server_are_unavailable_in_time(tmp_path: Path) -> None:
    path = tmp_path / "c.sock"
    done = threading.Event()
    with listening_socket(path) as listener:
        listener.listen()

        def trickle() -> None:
            connection, _ = listener.accept()
            with connection:
                while not done.wait(0.05):
                    try:
                        connection.sendall(b" ")
                    except OSError:
                        return

        thread = threading.Thread(target=trickle)
        thread.start()
        begin = time.monotonic()
        with pytest.raises(AnswersUnavailable):
            AnswerClient(path, read_seconds=0.4).turn(QUESTION)
        assert time.monotonic() - begin < 1.5
        done.set()
        thread.join()


def test_the_client_is_light() -> None:
    code = "import sys, chatbot.answering.client, chatbot.rendering.web, chatbot.rendering.line;"
    code += "print([m for m in ('numpy', 'sudachipy', 'bm25s') if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_the_umask_is_given_back(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        listening_socket(tmp_path / "d.sock").close()
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)
