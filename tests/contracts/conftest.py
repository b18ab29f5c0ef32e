"""Peers in Node, and our portal behind a real port for them to speak to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from launcher import node
from portal.core.settings import Settings
from tests.browser import Browser
from tests.contracts.peers import Peer

HERE = Path(__file__).parent
MakePeer = Callable[..., Peer]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies here is a contract test, so that `./mado test` can tell."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("contract")


@pytest.fixture(scope="session")
def _node_packages() -> None:
    node.ensure()


@pytest.fixture
def node_peer(_node_packages: None, request: pytest.FixtureRequest) -> Iterator[MakePeer]:
    """`node_peer("script", ISSUER=…)`: tests/contracts/node/script.mjs, until the test ends."""
    peers: list[Peer] = []
    request.node.stash[PEERS] = peers

    def start(script: str, **settings: str) -> Peer:
        peers.append(Peer(script, settings))
        return peers[-1]

    yield start
    for peer in peers:
        peer.stop()


PEERS = pytest.StashKey[list[Peer]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A contract that does not hold shows what the peers said."""
    report = yield
    for peer in item.stash.get(PEERS, []) if report.failed else []:
        report.sections.append((f"{peer.script}'s stderr", peer.stderr()))
    return report


class _Quiet(WSGIRequestHandler):
    """Says nothing of every request."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:
        """Tests look at answers."""


class ServedPortal:
    """The portal of this test, served by threads on a port of its own."""

    def __init__(self) -> None:
        # The port is taken before there is an application, whose settings name it.
        self._server = make_server("127.0.0.1", 0, _not_yet, threaded=True, request_handler=_Quiet)
        self.url = f"http://localhost:{self._server.port}"
        self.staff_url = f"http://staff.localhost:{self._server.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    def serve(self, app: Flask) -> None:
        """From now on."""
        self._server.app = app
        self._thread.start()

    def close(self) -> None:
        """Ends it."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(10)
        self._server.server_close()


def _not_yet(*_: object) -> list[bytes]:
    raise AssertionError("asked before it was served")


@pytest.fixture
def port() -> Iterator[ServedPortal]:
    """The place where the portal will be."""
    server = ServedPortal()
    yield server
    server.close()


@pytest.fixture
def settings(settings: Settings, port: ServedPortal) -> Settings:
    """Every portal of these tests knows its real address. Override to say more."""
    return settings.model_copy(update={"PUBLIC_URL": port.url, "STAFF_URL": port.staff_url})


@pytest.fixture
def served(app: Flask, port: ServedPortal) -> ServedPortal:
    """The portal with its real address: `.url` for residents (and issuer), `.staff_url`."""
    port.serve(app)
    return port


@pytest.fixture
def browser(app: Flask, port: ServedPortal) -> Browser:
    """A resident's strict browser at the real address."""
    return Browser(app, port.url)


@pytest.fixture
def staff_browser(app: Flask, port: ServedPortal) -> Browser:
    """A clerk's strict browser at the real address."""
    return Browser(app, port.staff_url)
