"""Asks the answering process over its Unix socket. Light: web workers import this."""

import socket
import time
from pathlib import Path

from chatbot.answering.unavailable import AnswersUnavailable
from chatbot.answering.wire import LONGEST_LINE, NotUnderstood, read_reply, write_question
from chatbot.dialogue.reply import Question, Reply

CONNECT_SECONDS = 0.5
READ_SECONDS = 3.0


class AnswerClient:
    """The answering port over a socket; a connection a turn, so nothing goes stale."""

    def __init__(
        self,
        path: Path | str,
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._path = str(path)
        self._connect_seconds = connect_seconds
        self._read_seconds = read_seconds

    def turn(self, question: Question) -> Reply:
        """The reply to a question. Raises AnswersUnavailable."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(self._connect_seconds)
                connection.connect(self._path)
                connection.settimeout(self._read_seconds)
                connection.sendall(write_question(question))
                return read_reply(self._line(connection))
        except (OSError, NotUnderstood) as error:
            raise AnswersUnavailable(str(error)) from error

    def _line(self, connection: socket.socket) -> bytes:
        received = bytearray()
        deadline = time.monotonic() + self._read_seconds
        while not received.endswith(b"\n"):
            # A timeout a read would let a trickling answer hold the caller for ever.
            connection.settimeout(max(0.001, deadline - time.monotonic()))
            part = connection.recv(65536)
            if not part or len(received) > LONGEST_LINE:
                raise NotUnderstood("the answering process hung up")
            received += part
        return bytes(received)
