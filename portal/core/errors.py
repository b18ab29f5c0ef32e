"""Errors belong to acts and say what happened; `web.problems` decides how they look."""

from __future__ import annotations


class MadoError(Exception):
    """Something a person can be told about; `message` is an English message key."""

    message = "Something went wrong."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)
        self.message = message or self.message


class NotFound(MadoError):
    """The thing is not there, or not for this person (which must look the same)."""

    message = "We could not find that page."


class Forbidden(MadoError):
    """The person is known but may not do this."""

    message = "You can not do this here."


class Conflict(MadoError):
    """The thing has changed meanwhile; look again and decide again."""

    message = "This was changed meanwhile. Please look again."


class TryLater(MadoError):
    """An outside service failed in a way that may pass; nothing is lost."""

    message = "This service does not answer right now. Please try again in a few minutes."

    def __init__(self, message: str | None = None, *, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after  # seconds, where the other side said so (Retry-After)


class NeverAgain(MadoError):
    """An outside service refused for good; repeating the same request is useless."""

    message = "The other service refused this for good."
