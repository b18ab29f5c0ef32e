"""Makes identifiers in the shapes LINE uses."""

import secrets
import threading
import time

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def opaque(bytes_: int = 32) -> str:
    """A hex token."""
    return secrets.token_hex(bytes_)


_lock = threading.Lock()
_last_message = 0


def message_id() -> str:
    """An 18 digit message id that grows with time and is never given twice."""
    global _last_message
    with _lock:
        _last_message = max(_last_message + 1, time.time_ns() // 10)
        return f"{_last_message:018d}"


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
