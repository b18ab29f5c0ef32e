"""What can go wrong while somebody proves who they are."""

from __future__ import annotations

from portal.core.errors import Conflict, MadoError, TryLater


class TooManyTries(MadoError):
    """A limit is reached; `after` says in how many seconds it is open again."""

    message = "Too many tries. Please wait a little."

    def __init__(self, after: int, why: str) -> None:
        super().__init__()
        self.after = max(1, after)
        self.why = why  # for the audit log: send, network, resend, account, address


class FlowOver(MadoError):
    """The sign-in this page belonged to is over, or is another one now."""

    message = "This sign-in took too long. Please begin again."


class Taken(Conflict):
    """The identity that was just proven belongs to another account."""

    message = "This is already used by another registration."


class CanNotRemove(Conflict):
    """The way in must stay; `why` is a word of `ways.Refusal`."""

    message = "This way to sign in must stay, or nobody could get into the account."

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


class LineRefused(MadoError):
    """LINE said no, or its answer does not hold; `reason` is a code, never a token."""

    message = "Signing in with LINE did not work."

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class OtherBrowser(LineRefused):
    """The answer of LINE does not belong to a sign-in begun in this browser."""


class LineAway(TryLater):
    """LINE does not answer."""

    message = "LINE does not answer right now."
