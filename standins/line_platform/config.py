"""What the LINE platform is told at its start: channels, demo residents and addresses."""

import base64
import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

# RFC 4226 section 4: a shared secret has at least 128 bits.
SECRET_BYTES = 16
USER_ID = re.compile(r"U[0-9a-f]{32}")


class ConfigError(ValueError):
    """The configuration cannot be used; the message says which part."""


@dataclass(frozen=True)
class LoginChannel:
    """A LINE Login channel as the console would show it."""

    id: str
    secret: str
    redirect_uris: tuple[str, ...]
    email_permission: bool = True
    liff_id: str = ""  # of its one LIFF app
    liff_endpoint: str = ""  # where the app begins, without a slash at the end


@dataclass(frozen=True)
class MessagingChannel:
    """A Messaging API channel and its official account."""

    id: str
    secret: str
    webhook_url: str
    bot_user_id: str
    basic_id: str
    display_name: str
    picture: str = ""


@dataclass(frozen=True)
class Resident:
    """A demo resident who has the LINE app."""

    user_id: str
    display_name: str
    picture: str = ""
    friend: bool = True
    email: str = ""


@dataclass(frozen=True)
class Config:
    """Everything the platform is told; `crowd_prefix` makes ids beginning so known friends."""

    public_url: str
    portal_url: str
    login: LoginChannel
    messaging: MessagingChannel
    residents: tuple[Resident, ...]
    quota: dict[str, Any] = field(default_factory=lambda: {"type": "none"})
    # Seconds to wait before each redelivery; empty as on LINE, where it is off by default.
    redelivery: tuple[float, ...] = ()
    authenticator: tuple[dict[str, str], ...] = ()
    crowd_prefix: str = ""

    @cached_property
    def _by_id(self) -> dict[str, Resident]:
        return {one.user_id: one for one in self.residents}

    def resident(self, user_id: str) -> Resident | None:
        """Find a demo resident."""
        return self._by_id.get(user_id)

    def knows(self, user_id: str) -> bool:
        """Whether the id was issued by this provider."""
        in_crowd = bool(self.crowd_prefix) and user_id.startswith(self.crowd_prefix)
        return in_crowd or self.resident(user_id) is not None


def load(path: Path) -> Config:
    """Read a configuration file, or raise ConfigError."""
    return from_json(json.loads(path.read_text("utf-8")))


def from_json(raw: dict[str, Any]) -> Config:
    """Make a configuration from the JSON shape of the brief, or raise ConfigError."""
    try:
        config = Config(
            public_url=raw["public_url"].rstrip("/"),
            portal_url=raw.get("portal_url", "").rstrip("/"),
            login=_login(raw["login_channel"]),
            messaging=MessagingChannel(**raw["messaging_channel"]),
            residents=tuple(Resident(**one) for one in raw.get("residents", [])),
            quota=dict(raw.get("quota", {"type": "none"})),
            redelivery=tuple(float(wait) for wait in raw.get("redelivery", ())),
            authenticator=tuple(raw.get("authenticator", ())),
            crowd_prefix=raw.get("crowd_prefix", ""),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigError(f"line_platform configuration: {error!r}") from error
    _check(config)
    return config


def _login(raw: dict[str, Any]) -> LoginChannel:
    return LoginChannel(**{**raw, "redirect_uris": tuple(raw["redirect_uris"])})


def _check(config: Config) -> None:
    for user_id in [config.messaging.bot_user_id, *(one.user_id for one in config.residents)]:
        if not USER_ID.fullmatch(user_id):
            raise ConfigError(f"not a LINE user id: {user_id}")
    for one in config.authenticator:
        if not _is_secret(one.get("secret", "")) or not one.get("label"):
            raise ConfigError("authenticator needs a label and a base32 secret of 16 bytes or more")
    if config.quota.get("type") not in {"none", "limited"}:
        raise ConfigError("quota.type is none or limited")


def _is_secret(text: str) -> bool:
    try:
        return len(base64.b32decode(text + "=" * (-len(text) % 8))) >= SECRET_BYTES
    except ValueError:
        return False


def merged(config: Config, change: dict[str, Any]) -> Config:
    """Apply a partial change, e.g. other ports after a restart; unnamed parts stay."""
    now = {
        "public_url": config.public_url,
        "portal_url": config.portal_url,
        "login_channel": {**config.login.__dict__},
        "messaging_channel": {**config.messaging.__dict__},
        "residents": [{**one.__dict__} for one in config.residents],
        "quota": config.quota,
        "redelivery": config.redelivery,
        "authenticator": config.authenticator,
        "crowd_prefix": config.crowd_prefix,
    }
    for key, value in change.items():
        if key not in now:
            raise ConfigError(f"unknown key: {key}")
        old = now[key]
        is_part = key in {"login_channel", "messaging_channel"}
        now[key] = {**old, **value} if is_part and isinstance(old, dict) else value
    return from_json(now)
