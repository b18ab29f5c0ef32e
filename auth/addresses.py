"""Mail addresses: one spelling for one mailbox, and a form that gives nothing away."""

from __future__ import annotations

import unicodedata

from email_validator import EmailNotValidError, validate_email


class BadAddress(ValueError):
    """The text is not a mail address we can send to."""


def normal(typed: str) -> str:
    """The one spelling we keep: half-width, lower case, ASCII domain. Raises BadAddress.

    Japanese keyboards give full-width signs, so NFKC comes first; what is left must be ASCII,
    which keeps look-alike letters of other scripts out.
    """
    folded = unicodedata.normalize("NFKC", typed).strip()
    try:
        found = validate_email(folded, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise BadAddress from None
    return f"{found.local_part}@{found.ascii_domain}".lower()


def masked(address: str) -> str:
    """ "s•••@city.example": enough to know one's own address, not to learn another's."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}•••@{domain}"
