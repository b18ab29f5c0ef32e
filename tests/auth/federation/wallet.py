"""A person with a My Number card, whose issuer is the liar."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.auth.federation import liar as lies
from tests.auth.federation.liar import Liar
from tests.browser import Browser, Page

FOUR = {
    "name": "もみじ",
    "birthdate": "19900315",
    "gender": "2",
    "address": {"formatted": "まど市みなと一丁目2番3号"},
}
CALLBACK = "/sign-in/with/card/callback"


class Wallet:
    """Holds one card to the phone."""

    def __init__(self, browser: Browser, liar: Liar, subject: str = lies.SUBJECT) -> None:
        self.browser, self.liar, self.subject = browser, liar, subject
        self.told: dict[str, Any] = dict(FOUR)

    def callback(self, button: str, **claims: Any) -> str:
        """Press a button that leads to the issuer; where the browser is sent back to."""
        page = self.browser.submit(button, follow=False)
        assert page.status == 303, page.text
        query = parse_qs(urlsplit(page.response.headers["Location"]).query)
        token = lies.card_claims(self.liar, query["nonce"][0], **({"sub": self.subject} | claims))
        self.liar.token = lambda form: lies.answered(lies.signed(token, lies.EC))
        self.liar.userinfo = {"sub": token.get("sub"), **self.told}
        return f"{CALLBACK}?code=x&state={query['state'][0]}"

    def hold(self, button: str, **claims: Any) -> Page:
        """And back in."""
        return self.browser.get(self.callback(button, **claims))

    def connect(self) -> Page:
        """Connect the card on the page about security; the page that says so."""
        self.browser.get("/account/security")
        page = self.hold("カードをつなぐ")
        assert page.path == "/account/card/confirm", page.text
        return self.browser.submit("はい")

    def sign_in(self, **claims: Any) -> Page:
        """Sign in by the card."""
        self.browser.get("/sign-in")
        return self.hold("カードでログイン", **claims)
