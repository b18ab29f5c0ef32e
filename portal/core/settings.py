"""Typed settings from the environment (NAME or NAME_FILE), all faults reported together."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from portal.core.city_code import is_city_code
from portal.core.crypto_keys import KeyList
from portal.core.settings_backups import BackupSettings
from portal.core.settings_database import DatabaseSettings
from portal.core.settings_files import FileSource
from portal.core.settings_files import SettingsError as SettingsError
from portal.core.settings_parts import PartSettings
from portal.core.settings_protect import KeyCommandSource, ProtectionSettings

LINE_OFFICIAL = {
    "LINE_AUTHORIZE_URL": "https://access.line.me",
    "LINE_API_URL": "https://api.line.me",
    "LINE_DATA_URL": "https://api-data.line.me",
    "LIFF_URL": "https://liff.line.me",
    "LIFF_SDK_URL": "https://static.line-scdn.net/liff/edge/2/sdk.js",
}


ORIGIN = r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?"


def is_loopback(url: str) -> bool:
    """Whether `url` points at this machine (localhost, *.localhost, 127/8, ::1)."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Settings(PartSettings, DatabaseSettings, BackupSettings, ProtectionSettings):
    """Everything an operator may set. Behaviour follows the URLs, never an environment's name."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", case_sensitive=True)

    PUBLIC_URL: str = Field(description="Address residents use, without a trailing slash.")
    STAFF_URL: str = Field(description="Address staff use; its host must differ from PUBLIC_URL's.")
    STAFF_HOST_ALIASES: str = Field(
        "", description="Further host:port names of the staff face, separated by spaces."
    )
    DATABASE_URL: str = Field(description="postgresql+psycopg://… (PostgreSQL 15 or newer).")
    DATABASE_POOL_SIZE: int = Field(
        5,
        ge=1,
        description="Half of what a process keeps: a thread may use two.",
    )
    DATABASE_STATEMENT_TIMEOUT_MS: int = Field(
        10_000, ge=100, description="A statement running longer is cancelled."
    )
    REDIS_URL: str = Field(
        description="redis://… of Redis 7 or Valkey: queue rings, rate counters."
    )
    SECRET_KEY: str = Field(min_length=32, description="Signs short-lived tokens; 32+ characters.")
    DATA_KEY: str = Field(
        description="Base64 of 32 bytes, encrypts personal columns. Several separated by spaces: "
        "the first encrypts, the others still decrypt; `index:` before one that makes blind "
        "indexes (else the last does): ./mado keys."
    )
    CITY_NAME: str = Field("まど市", description="Name shown in the header and in mails.")
    CITY_NAME_EN: str = Field("Mado City", description="The same in English.")
    CITY_CODE: str = Field(
        "",
        description="全国地方公共団体コード, six digits with the check digit; stands in exports "
        "of open data. Empty: the column stays empty.",
    )
    CITY_PHONE: str = Field("0000-00-1000", description="Main telephone, shown on error pages.")
    MAIL_URL: str = Field(
        description="smtp://user:password@host:port, smtps:// or smtp+starttls://."
    )
    MAIL_FROM: str = Field("notice@city.example", description="Sender of notices.")
    MAIL_CODES_FROM: str = Field(
        "code@city.example",
        description="Sender of codes and receipts; apart from notices, so a bulk block spares it.",
    )
    LINE_AUTHORIZE_URL: str = Field(
        LINE_OFFICIAL["LINE_AUTHORIZE_URL"], description="Where LINE Login's authorize page is."
    )
    LINE_API_URL: str = Field(LINE_OFFICIAL["LINE_API_URL"], description="LINE's API host.")
    LINE_DATA_URL: str = Field(LINE_OFFICIAL["LINE_DATA_URL"], description="LINE's content host.")
    LINE_LOGIN_CHANNEL_ID: str = Field(description="Channel ID of the LINE Login channel.")
    LINE_LOGIN_CHANNEL_SECRET: str = Field(description="Its secret.")
    LINE_MESSAGING_CHANNEL_ID: str = Field(
        description="Channel ID of the Messaging API channel (same provider as the Login channel)."
    )
    LINE_MESSAGING_CHANNEL_SECRET: str = Field(description="Its secret; signs webhooks.")
    LINE_BOT_USER_ID: str = Field("", description="The bot's own user id: webhook destination.")
    LINE_BOT_BASIC_ID: str = Field("", description="@… id for the add-friend link.")
    FEDERATION: str = Field(
        "",
        description="Issuers we sign in at (My Number card, staff), as TOML or JSON: "
        "docs/federation.md. Usually FEDERATION_FILE.",
    )
    LIFF_ID: str = Field(
        "",
        description="LIFF app of the Login channel (scope openid, endpoint PUBLIC_URL/line): taps "
        "inside LINE open pages signed in. Empty: they open the ordinary pages.",
    )
    LIFF_URL: str = Field(LINE_OFFICIAL["LIFF_URL"], description="Where LIFF addresses begin.")
    LIFF_SDK_URL: str = Field(
        LINE_OFFICIAL["LIFF_SDK_URL"],
        description="LINE's own script for LIFF; it runs on the page /line only.",
    )
    FRAME_ANCESTORS: str = Field(
        "", description="Origins that may frame residents' pages; only with a loopback PUBLIC_URL."
    )
    EMBED_ORIGINS: str = Field(
        "",
        description="Origins (https://www.city.example), separated by spaces, whose pages may "
        "embed the bot: docs/ja/チャットの案内.md.",
    )
    OUTSIDE_SITES_URL: str = Field(
        "",
        description="Stands for every outside site under .example; only with a loopback "
        "PUBLIC_URL.",
    )
    CITY_SITE_URL: str = Field(
        "",
        description="Stands for the city's website where its pages' hosts end in .example; only "
        "with a loopback PUBLIC_URL.",
    )
    TRUSTED_PROXIES: int = Field(
        0, ge=0, le=5, description="Reverse proxies in front whose X-Forwarded-* are believed."
    )
    LOG_LEVEL: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        command = KeyCommandSource(settings_cls)
        return init_settings, command, env_settings, FileSource(settings_cls)

    @field_validator("DATABASE_URL")
    @classmethod
    def _postgresql_only(cls, value: str) -> str:
        if not value.startswith("postgresql+psycopg://"):
            raise ValueError("must begin with postgresql+psycopg://")
        return value

    @field_validator("PUBLIC_URL", "STAFF_URL")
    @classmethod
    def _as_browsers_say_it(cls, value: str) -> str:
        """The Host of a request is compared with it, and links are made by adding a path."""
        parts = urlsplit(value)
        usual = {"http": ":80", "https": ":443"}.get(parts.scheme)
        plain = value == f"{parts.scheme}://{parts.netloc}" and value == value.lower()
        if usual is None or not parts.hostname or not plain or "@" in value:
            raise ValueError("must be http(s)://host or http(s)://host:port in small letters")
        if parts.netloc.endswith(usual):
            raise ValueError(f"must not name the usual port {usual}")
        return value

    @field_validator("CITY_CODE")
    @classmethod
    def _with_its_check_digit(cls, value: str) -> str:
        if value and not is_city_code(value):
            raise ValueError("must be six digits with the right check digit at the end")
        return value

    @field_validator("EMBED_ORIGINS")
    @classmethod
    def _origins_as_browsers_say_them(cls, value: str) -> str:
        """They stand in a policy and are compared with a header: no path, no quotes, no stars."""
        for origin in value.split():
            parts = urlsplit(origin)
            plain = origin == f"{parts.scheme}://{parts.netloc}" and re.fullmatch(ORIGIN, origin)
            if not plain or (parts.scheme == "http" and not is_loopback(origin)):
                raise ValueError(f"must be https://host or https://host:port: {origin}")
        return value

    @field_validator("DATA_KEY")
    @classmethod
    def _keys_of_32_bytes(cls, value: str) -> str:
        KeyList.parse(value)
        return value

    @model_validator(mode="after")
    def _faces_differ(self) -> Settings:
        if urlsplit(self.PUBLIC_URL).netloc == urlsplit(self.STAFF_URL).netloc:
            raise ValueError("STAFF_URL must have another host than PUBLIC_URL")
        return self

    @model_validator(mode="after")
    def _no_stand_ins_in_public(self) -> Settings:
        """A portal that is reachable from outside speaks to the real world only."""
        if is_loopback(self.PUBLIC_URL):
            return self
        faults = []
        for name in ("PUBLIC_URL", "STAFF_URL", *LINE_OFFICIAL):
            value = getattr(self, name)
            if not value.startswith("https://") or is_loopback(value):
                faults.append(f"{name} must be https and not this machine: {value}")
        if self.FRAME_ANCESTORS:
            faults.append("FRAME_ANCESTORS is for the local phone page only")
        if self.OUTSIDE_SITES_URL:
            faults.append("OUTSIDE_SITES_URL is for the local city tool only")
        if self.CITY_SITE_URL:
            faults.append("CITY_SITE_URL is for the local stand-in only")
        feed = self.JMA_FEED_URL
        if feed and (not feed.startswith("https://") or is_loopback(feed)):
            faults.append(f"JMA_FEED_URL must be https and not this machine: {feed}")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def secure(self) -> bool:
        """Whether cookies may be `Secure` and `__Host-`."""
        return self.PUBLIC_URL.startswith("https://")

    @property
    def refuses_stand_ins(self) -> bool:
        """Adapters ask this before they trust a server that says it is a stand-in."""
        return not is_loopback(self.PUBLIC_URL)

    def line_link(self, path: str) -> str:
        """The address of a page behind the sign-in, as it is given inside LINE."""
        return f"{self.LIFF_URL}/{self.LIFF_ID}{path}" if self.LIFF_ID else self.PUBLIC_URL + path

    @property
    def resident_host(self) -> str:
        return urlsplit(self.PUBLIC_URL).netloc

    @property
    def staff_hosts(self) -> frozenset[str]:
        return frozenset({urlsplit(self.STAFF_URL).netloc, *self.STAFF_HOST_ALIASES.split()})


def load_settings(**overrides: str) -> Settings:
    """Read the settings; raise SettingsError with every fault, without secret values."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [
            f"{'.'.join(map(str, fault['loc'])) or 'settings'}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)
        ]
        raise SettingsError("\n".join(lines)) from None


def documented() -> list[tuple[str, str, str]]:
    """(name, default or 'required', description) of each setting, for the manual page."""
    return [
        (
            name,
            "required" if field.is_required() else repr(field.default),
            field.description or "",
        )
        for name, field in Settings.model_fields.items()
    ]
