"""Makes the platform fail on purpose: an error, a silence, a cut line, a lost answer."""

import socket
import struct
import threading
import time
from dataclasses import dataclass
from typing import Any

from flask import Response, g, jsonify, request

LONGEST_HANG = 30.0


@dataclass
class Fault:
    """One ordered failure of requests whose path begins with `path`."""

    status: int | str
    path: str
    times: int = 1
    after_accept: bool = False
    seconds: float = LONGEST_HANG

    def __post_init__(self) -> None:
        if self.status not in {"hang", "reset"} and not isinstance(self.status, int):
            raise ValueError("status is a number, hang or reset")


class Faults:
    """The failures still to come, in order."""

    def __init__(self) -> None:
        self._next: list[Fault] = []
        self._lock = threading.Lock()

    def order(self, wanted: list[dict[str, Any]]) -> None:
        """Replace what is to come."""
        faults = [Fault(**one) for one in wanted]
        with self._lock:
            self._next = faults

    def take(self, path: str) -> Fault | None:
        """Use up the first failure meant for this path."""
        with self._lock:
            for fault in self._next:
                if path.startswith(fault.path):
                    fault.times -= 1
                    self._next = [one for one in self._next if one.times > 0]
                    return fault
        return None

    def left(self) -> int:
        """How many requests will still fail."""
        with self._lock:
            return sum(fault.times for fault in self._next)


def fail_before(faults: Faults) -> Response | None:
    """Fail this request before it takes effect, or note that its answer is to be lost."""
    fault = faults.take(request.path)
    if fault is None:
        return None
    if fault.after_accept:
        g.lose_answer = fault
        return None
    return _failure(fault)


def fail_after(response: Response) -> Response:
    """Lose the answer of a request that took effect, when that was ordered."""
    fault: Fault | None = g.pop("lose_answer", None)
    return response if fault is None else _failure(fault)


def _failure(fault: Fault) -> Response:
    if isinstance(fault.status, int):
        answer = jsonify(message=f"Ordered fault {fault.status}")
        answer.status_code = fault.status
        return answer
    if fault.status == "hang":
        time.sleep(fault.seconds)
    _cut_line()
    return Response(status=500)


def _cut_line() -> None:
    line: socket.socket = request.environ["werkzeug.socket"]
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.shutdown(socket.SHUT_RDWR)
