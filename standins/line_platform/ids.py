"""Makes identifiers in the shapes LINE uses."""

import secrets
import time

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def opaque(bytes_: int = 32) -> str:
    """A hex token."""
    return secrets.token_hex(bytes_)


def message_id() -> str:
    """An 18 digit message id that grows with time."""
    return f"{int(time.time() * 1000):013d}{secrets.randbelow(100000):05d}"


def ulid(milliseconds: int) -> str:
    """A webhook event id: 48 bits of time, 80 of chance, in Crockford's base 32."""
    number = (milliseconds << 80) | secrets.randbits(80)
    return "".join(CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def rich_menu_id() -> str:
    """A rich menu id."""
    return "richmenu-" + secrets.token_hex(16)


def quote_token() -> str:
    """A token by which a later message may quote this one."""
    return secrets.token_urlsafe(24)
