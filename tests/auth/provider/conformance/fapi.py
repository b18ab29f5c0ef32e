"""A tool of the shape of FAPI 2.0, for its modules."""

from __future__ import annotations

from typing import Any

from tests.auth.provider.conformance.resident import Resident
from tests.auth.provider.test_client_proofs import proof, push, show
from tests.auth.provider.tools import Tool, came_back, new_key, press
from tests.browser import Page

TOKEN, PAR, USERINFO = "/oauth/token", "/oauth/par", "/oauth/userinfo"


class Fapi:
    """A tool of the shape of FAPI 2.0 with its DPoP key, and a resident."""

    def __init__(self, tool: Tool, resident: Resident) -> None:
        self.tool, self.resident, self.key = tool, resident, new_key()

    def pushed(self, **more: Any) -> Any:
        """The answer of the PAR endpoint."""
        return push(self.tool, **more)

    def shown(self, uri: str, **more: str) -> Page:
        """The browser is sent over with what was pushed."""
        return show(self.tool, self.resident, uri, **more)

    def back(self, **more: Any) -> dict[str, str]:
        """The whole way to the tool's address."""
        page = self.shown(self.pushed(**more).get_json()["request_uri"])
        if page.response.status_code == 200:
            page = press(self.resident, "allow")
        return came_back(page)

    def redeem(self, code: str, key: Any = None, **more: Any) -> Any:
        """The token endpoint's answer."""
        return self.tool.redeem(code, proof(key or self.key, TOKEN), **more)

    def tokens(self, **more: Any) -> dict[str, Any]:
        """Tokens."""
        answer = self.redeem(self.back(**more)["code"])
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def ask(self, token: str, scheme: str = "DPoP", **more: Any) -> int:
        """User info, proven; the status."""
        headers = proof(more.pop("key", self.key), USERINFO, method="GET", token=token, **more)
        headers["Authorization"] = f"{scheme} {token}"
        return int(self.tool.http("GET", USERINFO, headers=headers).status_code)
