"""Errors belong to acts and say what happened; `web.problems` decides how they look."""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802  (gettext's own name for it)
    """Mark an English message key for the catalogues, to be translated when shown."""
    return message


class MadoError(Exception):
    """Something a person can be told about; `message` is an English message key."""

    message = N_("Something went wrong.")

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)
        self.message = message or self.message


class NotFound(MadoError):
    """The thing is not there, or not for this person (which must look the same)."""

    message = N_("We could not find that page.")


class Forbidden(MadoError):
    """The person is known but may not do this."""

    message = N_("You can not do this here.")


class Conflict(MadoError):
    """The thing has changed meanwhile; look again and decide again."""

    message = N_("This was changed meanwhile. Please look again.")


class TryLater(MadoError):
    """An outside service failed in a way that may pass; nothing is lost."""

    message = N_("This service does not answer right now. Please try again in a few minutes.")

    def __init__(self, message: str | None = None, *, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after  # seconds, where the other side said so (Retry-After)


class NeverAgain(MadoError):
    """An outside service refused for good; repeating the same request is useless."""

    message = N_("The other service refused this for good.")
