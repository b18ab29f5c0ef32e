"""A relying party in Node, registered with our provider, and the way of a resident through it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from auth.provider import clients
from portal.core.db import transaction
from tests.auth.people import path_of
from tests.auth.provider.tools import press
from tests.browser import Browser, Page
from tests.contracts.conftest import ServedPortal
from tests.contracts.peers import Peer

SCOPES = ["openid", "profile", "email", "address", "offline_access"]


@dataclass
class Relying:
    """The tool (`peer` does its part) and the resident's browser."""

    peer: Peer
    client_id: str
    browser: Browser

    def sent(self, **params: Any) -> Page:
        """The tool sends the browser over; the first page or redirect that comes of it."""
        url = self.peer.post("/begin", **params)["url"]
        return self.browser.get(path_of(url))

    def allowed(self, **params: Any) -> str:
        """The resident allows it; the address the browser is sent back to."""
        page = self.sent(**params)
        if page.response.status_code == 200:
            page = press(self.browser, "allow")
        location = str(page.response.headers.get("Location", ""))
        assert location.startswith(f"{self.peer.url}/back?"), (page.status, location, page.text)
        return location

    def signed_in(self, **params: Any) -> dict[str, Any]:
        """The whole way; what the tool holds then."""
        parts = urlsplit(self.allowed(**params))
        return dict(self.peer.get(f"{parts.path}?{parts.query}"))

    def status_of(self, path: str, **body: Any) -> tuple[int, str]:
        """A step that may fail: status and the library's error code."""
        answer = self.peer.http.post(self.peer.url + path, json=body, timeout=30)
        return answer.status_code, str(answer.json().get("error", ""))


def registered(
    app: Flask,
    served: ServedPortal,
    peer: Peer,
    browser: Browser,
    way: str = "client_secret_basic",
    **values: Any,
) -> Relying:
    """Make a client of ours for this peer, and tell it."""
    back = f"{peer.url}/back"
    with app.app_context(), transaction() as session:
        client, secret = clients.add(
            session,
            name="図書館の予約",
            auth_method=way,
            redirect_uris=[back],
            post_logout_uris=[f"{peer.url}/bye"],
            backchannel_logout_uri=f"{peer.url}/backchannel",
            scopes=SCOPES,
            jwks=peer.told["jwks"] if way == "private_key_jwt" else None,
            **values,
        )
        client_id = client.client_id
    peer.post(
        "/register",
        issuer=served.url,
        client_id=client_id,
        secret=secret,
        way=way,
        redirect_uri=back,
        scope=" ".join(SCOPES),
        par=values.get("par", False),
        dpop=values.get("dpop", False),
        alg=values.get("id_token_alg", "ES256"),
    )
    return Relying(peer, client_id, browser)
