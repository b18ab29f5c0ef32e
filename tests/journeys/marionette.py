"""Selenium's way to Firefox without geckodriver, which Debian does not have.

geckodriver only translates WebDriver's HTTP into Firefox's own protocol, Marionette: the same
commands under other names as `length:[0, id, name, parameters]` on a socket
(Firefox source docs, testing/marionette/Protocol).
"""

from __future__ import annotations

import json
import socket
from typing import Any

from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.command import Command
from selenium.webdriver.remote.remote_connection import RemoteConnection

PATIENCE = 30.0  # seconds
NAMES = {
    Command.GET: "Navigate",
    Command.QUIT: "DeleteSession",
    Command.CLICK_ELEMENT: "ElementClick",
    Command.CLEAR_ELEMENT: "ElementClear",
    Command.SEND_KEYS_TO_ELEMENT: "ElementSendKeys",
    Command.GET_CURRENT_URL: "GetCurrentURL",
    Command.SCREENSHOT: "TakeScreenshot",
    Command.W3C_GET_CURRENT_WINDOW_HANDLE: "GetWindowHandle",
    Command.W3C_EXECUTE_SCRIPT: "ExecuteScript",
    Command.W3C_EXECUTE_SCRIPT_ASYNC: "ExecuteAsyncScript",
}


class MarionetteConnection(RemoteConnection):
    """Carries Selenium's commands to the Firefox that listens on this port."""

    def __init__(self, port: int) -> None:
        address = f"http://127.0.0.1:{port}"
        super().__init__(client_config=ClientConfig(remote_server_addr=address))
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._last = 0
        self._receive()  # its greeting

    def execute(self, command: str, params: dict[str, Any] | None) -> dict[str, Any]:
        """One command there, its answer back, as Selenium expects it from HTTP."""
        sent = {key: one for key, one in (params or {}).items() if key != "sessionId"}
        if command == Command.NEW_SESSION:
            sent = sent["capabilities"]["alwaysMatch"]
        name = NAMES.get(command) or command[0].upper() + command[1:]
        self._last += 1
        told = json.dumps([0, self._last, f"WebDriver:{name}", sent]).encode()
        self._socket.sendall(str(len(told)).encode() + b":" + told)
        _kind, _number, error, result = self._receive()
        if error:
            return {"status": 500, "value": json.dumps({"value": error})}
        bare = isinstance(result, dict) and set(result) == {"value"}
        return {"status": 0, "value": result["value"] if bare else result}

    def _receive(self) -> Any:
        length = b""
        while (one := self._take(1)) != b":":
            length += one
        return json.loads(self._take(int(length)))

    def _take(self, count: int) -> bytes:
        taken = b""
        while len(taken) < count:
            more = self._socket.recv(count - len(taken))
            assert more, "Firefox has gone"
            taken += more
        return taken

    def close(self) -> None:
        """Hang up."""
        self._socket.close()
        super().close()  # type: ignore[no-untyped-call]
