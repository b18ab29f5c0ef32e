"""What can go wrong with SAML; `reason` is a code, never a part of a message."""

from __future__ import annotations

from auth.federation.errors import IssuerRefused
from portal.core.errors import MadoError


class SamlRefused(IssuerRefused):
    """The issuer said no, or its answer does not hold."""


class BadServiceRequest(MadoError):
    """A tool's request can not be answered; its address is not known for sure."""

    message = "The tool's request can not be answered."

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
