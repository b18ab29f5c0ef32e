"""Secrets of a local city: made once at random, kept in files only the owner reads."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path


def _digits(count: int) -> str:
    return "".join(str(secrets.randbelow(9) + 1) for _ in range(count))


# Shapes as LINE's console hands them out: 10 digits, 32 hex, U + 32 hex, @ + letters.
MAKERS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "DATA_KEY": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
    "SIGNING_KEY": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
    "LINE_LOGIN_CHANNEL_ID": lambda: _digits(10),
    "LINE_LOGIN_CHANNEL_SECRET": lambda: secrets.token_hex(16),
    "LIFF_ID": lambda: f"{_digits(10)}-{secrets.token_hex(4)}",
    "LINE_MESSAGING_CHANNEL_ID": lambda: _digits(10),
    "LINE_MESSAGING_CHANNEL_SECRET": lambda: secrets.token_hex(16),
    "LINE_BOT_USER_ID": lambda: "U" + secrets.token_hex(16),
    "LINE_BOT_BASIC_ID": lambda: "@mado-demo",
}


def load_or_make(folder: Path) -> dict[str, str]:
    """Reads every secret, making those that are missing; settings still win over them."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return {name: _one(folder / name, maker) for name, maker in MAKERS.items()}


def _one(file: Path, maker: Callable[[], str]) -> str:
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text("utf-8").strip()
    value = maker()
    with os.fdopen(handle, "w", encoding="utf-8") as target:
        target.write(value)
    return value
