"""The ground of the contract tests: peers start, answer, and say why they did not."""

from __future__ import annotations

import pytest
import requests

from tests.contracts.conftest import MakePeer, ServedPortal


def test_a_peer_answers(node_peer: MakePeer) -> None:
    peer = node_peer("say_hello")
    assert peer.get("/hello", name="Momiji") == {"hello": "Momiji"}
    assert peer.post("/hello", name="Sakura") == {"hello": "Sakura"}


def test_a_peer_that_can_not_start_says_why(node_peer: MakePeer) -> None:
    with pytest.raises(AssertionError, match="Cannot find module"):
        node_peer("nobody_wrote_this")


def test_the_portal_is_there_for_real(served: ServedPortal) -> None:
    with requests.Session() as http:
        http.trust_env = False
        told = http.get(f"{served.url}/.well-known/openid-configuration", timeout=10).json()
    assert told["issuer"] == served.url
