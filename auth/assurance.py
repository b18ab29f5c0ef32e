"""What a sign-in is worth, said honestly: `acr` and `amr` of a session."""

from __future__ import annotations

AAL1, AAL2, PHR, JPKI = "aal1", "aal2", "phr", "jpki"

# The weakest first. "phr" is the phishing-resistant level of OpenID's EAP ACR values, "jpki" the
# My Number card.
LEVELS = (AAL1, AAL2, PHR, JPKI)

# RFC 8176 names where there are some; "line" and "email" are ours: control of that account.
# A passkey is a key in possession ("pop") and a person who is there ("user"). Whether hardware
# holds it ("hwk") or a synced store ("swk"), and by which PIN or body part it was opened, nobody
# tells us: attestation is not asked.
AMR: dict[str, tuple[str, ...]] = {
    "line": ("line",),
    "email": ("email",),
    "totp": ("otp",),
    "recovery": ("recovery",),
    "desk_list": ("otp",),
    "desk": ("desk",),  # a code two clerks stand for, after a loss
    "passkey": ("pop", "user"),
    "card": ("sc", "pin"),
    # Clerks: their office's issuer, and its word that it asked for several factors.
    "oidc": ("oidc",),
    "saml": ("saml",),
    "issuer": ("mfa",),
    # A remembered device stands for a second step; it proves nothing now, so nothing is said.
    "device": (),
}

# NIST SP 800-63B-4 §3.1.3.1: e-mail shall not be used for out-of-band authentication, and a code
# in a LINE talk rests on an account we can not judge. Only an app or a passkey makes two factors.
# The desk's list is a look-up secret (§3.1.2), handed to who showed a document.
STRONG_SECONDS = frozenset({"totp", "passkey", "issuer", "desk_list"})

# Two factors in one: the chip of the My Number card, and its PIN.
CHIPS = frozenset({"card"})

# Two factors in one (§3.1.7: the key, and the PIN or body part that opens it), told to this very
# origin only.
PHISHING_RESISTANT = frozenset({"passkey"})


def acr_of(first: str, second: str) -> str:
    """The assurance of signing in by `first` and then `second`."""
    if {first, second} & CHIPS:
        return JPKI
    if {first, second} & PHISHING_RESISTANT:
        return PHR
    return AAL2 if second in STRONG_SECONDS and first != second else AAL1


def amr_of(first: str, second: str) -> list[str]:
    """The methods, in order; "mfa" when they are of two kinds, or one that is two factors."""
    several = (first != second and second != "device") or first in PHISHING_RESISTANT | CHIPS
    names = [*AMR[first], *AMR[second], *(["mfa"] if several else [])]
    return list(dict.fromkeys(names))


def proven_again(acr: str | None, amr: list[str], method: str) -> tuple[str, list[str]]:
    """`acr` and `amr` after one more proof by `method`: never less than before."""
    names = [*amr, *AMR[method], *(["mfa"] if method in PHISHING_RESISTANT | CHIPS else [])]
    grown = list(dict.fromkeys(names))
    worth = AAL1
    if method in CHIPS:
        worth = JPKI
    elif method in PHISHING_RESISTANT:
        worth = PHR
    elif method in STRONG_SECONDS and len(set(grown) - {"mfa"}) > 1:
        worth = AAL2
    return max(acr or AAL1, worth, key=LEVELS.index), grown


def at_least(acr: str | None, wanted: str) -> bool:
    """Whether a session's assurance reaches `wanted`."""
    return acr in LEVELS and LEVELS.index(acr) >= LEVELS.index(wanted)
