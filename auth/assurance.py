"""What a sign-in is worth, said honestly: `acr` and `amr` of a session."""

from __future__ import annotations

AAL1, AAL2 = "aal1", "aal2"

# RFC 8176 names where there are some; "line" and "email" are ours: control of that account.
AMR = {"line": "line", "email": "email", "totp": "otp", "recovery": "recovery"}

# NIST SP 800-63B-4 §3.1.3.1: e-mail shall not be used for out-of-band authentication, and a code
# in a LINE talk rests on an account we can not judge. Only an authenticator app makes two factors.
STRONG_SECONDS = frozenset({"totp"})


def acr_of(first: str, second: str) -> str:
    """The assurance of signing in by `first` and then `second`."""
    return AAL2 if second in STRONG_SECONDS and first != second else AAL1


def amr_of(first: str, second: str) -> list[str]:
    """The methods, in order; "mfa" when they are of two kinds."""
    return [AMR[first], AMR[second], *(["mfa"] if first != second else [])]
