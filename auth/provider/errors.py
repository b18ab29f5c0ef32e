"""What can be wrong with a tool's request so badly that nothing is sent back to it."""

from __future__ import annotations

from portal.core.errors import N_, MadoError


class BadToolRequest(MadoError):
    """The tool, its address or its request can not be trusted; `reason` is a code."""

    message = N_("The other service sent a request we can not accept.")

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
