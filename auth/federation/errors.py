"""What can go wrong at an outside issuer; `reason` is a code, never a token or a claim."""

from __future__ import annotations

from portal.core.errors import MadoError, TryLater


class IssuerRefused(MadoError):
    """The issuer said no, or its answer does not hold."""

    message = "The sign-in did not work."

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class ElsewhereBegun(IssuerRefused):
    """The answer does not belong to a sign-in that was begun in this browser."""


class IssuerAway(TryLater):
    """The issuer does not answer."""

    message = "The sign-in service does not answer right now."
