"""What can go wrong with a passkey."""

from __future__ import annotations

from uuid import UUID

from portal.core.errors import N_, Conflict, MadoError


class PasskeyRefused(MadoError):
    """The browser's answer does not hold; `reason` is a code for the audit log, never a value."""

    message = N_("The passkey could not be used. Please try again, or use another way.")

    def __init__(self, reason: str, passkey_id: UUID | None = None) -> None:
        super().__init__()
        self.reason = reason
        self.passkey_id = passkey_id  # whose it is, once the signature is known to be right


class TooManyPasskeys(Conflict):
    """An account has as many as it may have."""

    message = N_("You have ten passkeys already. Please remove one first.")


class LastWay(Conflict):
    """Without it the account could not be opened any more."""

    message = N_(
        "Without this passkey you could not sign in any more. "
        "Please set up another second step first, for example an authenticator app."
    )
