"""The way of a browser through an issuer in Node, until it is sent back to us."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from tests.browser import Browser, Page
from tests.contracts.peers import Peer


class Leaving:
    """A person's browser at the issuer; one that comes again is known there."""

    def __init__(self, browser: Browser, peer: Peer) -> None:
        self.browser, self.peer = browser, peer
        self.http = requests.Session()
        self.http.trust_env = False

    def will_be(self, account: str, **more: Any) -> None:
        """Who signs in next, and what the issuer says of them."""
        self.peer.post("/as", account=account, **more)

    def back_from(self, url: str) -> str:
        """Follow the issuer's redirects; the address of ours it sends the browser to."""
        while not url.startswith(self.browser.base + "/"):
            answer = self.http.get(url, allow_redirects=False, timeout=10)
            assert answer.status_code in {302, 303}, f"{url}: {answer.status_code} {answer.text}"
            url = urljoin(url, answer.headers["Location"])
        return url

    def press(self, button: str) -> str:
        """Press a button that leads out; the callback."""
        page = self.browser.submit(button, follow=False)
        assert page.status == 303, page.text
        return self.back_from(page.response.headers["Location"])

    def through(self, button: str) -> Page:
        """Out by a button and back in."""
        parts = urlsplit(self.press(button))
        return self.browser.get(f"{parts.path}?{parts.query}")
