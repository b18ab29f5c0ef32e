"""Settings of single parts: mail signatures, disaster news, notices, answers, the log's seals."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings


class PartSettings(BaseSettings):
    """What a city may leave as it is; the whole is `portal.core.settings.Settings`."""

    DKIM_KEYS: str = Field(
        "",
        description="Private keys (PEM, one after another) that sign mail: RSA of 2048 bits or "
        "more, Ed25519, or both. Usually DKIM_KEYS_FILE. Empty: the relay signs, or nobody.",
    )
    DKIM_SELECTORS: str = Field(
        "",
        description="Their names in DNS, in the same order, separated by spaces; `./mado mail "
        "dkim` prints the records.",
    )
    JMA_FEED_URL: str = Field(
        "",
        description="Where the Japan Meteorological Agency's feeds are "
        "(https://www.data.jma.go.jp/developer/xml/feed), asked once a minute for warnings, "
        "earthquakes and tsunami: docs/ja/災害情報の手引き.md. Empty: off.",
    )
    JMA_AREA: str = Field(
        "",
        description="The municipality those messages must be about, five digits; empty: "
        "CITY_CODE's. Its other areas may follow: `06204 seismic=240 tsunami=240 region=060030` "
        "(tsunami=- for no coast); without them our table, else the prefecture's.",
    )
    NOTICES_QUIET: str = Field(
        "21-7",
        pattern=r"^$|^([01]?[0-9]|2[0-3])-([01]?[0-9]|2[0-3])$",
        description="Hours in which ordinary notices wait for the morning; emergencies and "
        "disaster news do not. Empty: none.",
    )
    NOTICES_WEEKLY_CAP: int = Field(
        5,
        ge=0,
        le=50,
        description="Notices a resident gets by LINE and mail in seven days; further ones are in "
        "the inbox only, disaster excepted. 0: no limit.",
    )
    REPORTS_TO: str = Field(
        "",
        description="Mail address that is told of broken links; empty: the staff page alone says.",
    )
    ANSWERS_SOCKET: str = Field(
        "var/run/answers.sock", description="Unix socket of the answering process."
    )
    QUESTIONS_KEPT_DAYS: int = Field(
        180,
        ge=1,
        le=730,
        description="Days that masked questions to the bot are kept; then only figures stay.",
    )
    ANSWERS_CACHE: str = Field(
        default="var/cache/answers",
        description="Folder of what the answering process made of texts; may be deleted any time. "
        "Read from the environment only, since answers are also made without a city.",
    )
    ANSWERS_GATE: str = Field(
        "questions=20 sr@1=0.6 sr@3=0.8 precision=0.85 unseen=0.5 p95_ms=50",
        description="What a release of the answers must reach on staff's test questions: how many "
        "questions, right at first and among three, right when sure, right without labels, time.",
    )
    MEDIA_DIR: str = Field("var/media", description="Where uploaded files are kept.")
    REPORT_PICTURES_DAYS: int = Field(
        90,
        ge=1,
        description="Days after a report is closed until its pictures and contacts are deleted.",
    )
    MAP_TILES_URL: str = Field(
        "",
        description="Tiles under every map, https://…/{z}/{x}/{y}.png, fetched by us and "
        "never by residents' browsers. Empty: the city's own boundaries and facilities alone.",
    )
    MAP_TILES_CREDIT: str = Field("", description="Whose tiles they are, said under the map.")
    OPEN311: Literal["off", "read", "write"] = Field(
        "off",
        description="Open311 GeoReport v2 at PUBLIC_URL/open311/v2: off, read (no words, no "
        "pictures, nobody's name), or write (other programs post with a key made by staff).",
    )
    SIGNING_KEY: str = Field(
        "",
        description="Base64 of 32 bytes (Ed25519), signs the audit log's seals and files that "
        "leave. Several separated by spaces: the first signs, the others still verify. Usually "
        "SIGNING_KEY_FILE. Empty: made from SECRET_KEY.",
    )
    SIGNING_TRUSTED: str = Field(
        "",
        description="Public keys (base64), separated by spaces, whose earlier signatures still "
        "count: `./mado audit key` prints ours.",
    )
    AUDIT_KEPT_YEARS: int = Field(
        5, ge=1, le=30, description="Years that entries of the audit log are kept; then cut off."
    )
    RESIDENT_OPEN_MINUTES: int = Field(
        15,
        ge=5,
        le=60,
        description="Minutes that a resident's data stays open to a clerk who gave a reason.",
    )
    ALERTS_TO: str = Field(
        "",
        description="Mail address that is told of faults while nobody is in the on-call table.",
    )
    PROBE_URL: str = Field(
        "",
        description="Where our own looks at the public pages go; empty: PUBLIC_URL, as residents.",
    )
    METRICS_FROM: str = Field(
        "127.0.0.0/8 ::1/128",
        description="Networks of machines that may read /metrics and /health/deep, separated by "
        "spaces.",
    )
    TRUSTED_PROXIES_FROM: str = Field(
        "127.0.0.0/8 ::1/128",
        description="Networks of those proxies, separated by spaces: only from there are their "
        "headers believed, whatever TRUSTED_PROXIES says.",
    )
    STAFF_FROM: str = Field(
        "",
        description="Networks (the city's, LGWAN's) from which clerks' pages open, separated by "
        "spaces. Empty: from everywhere.",
    )
    GOOGLE_ANALYTICS: str = Field(
        "",
        pattern=r"^$|^G-[A-Z0-9]{4,20}$",
        description="Measurement ID of Google Analytics 4 for pages that need no sign-in. Empty: "
        "off, and browsers may load nothing from there.",
    )

    @field_validator("TRUSTED_PROXIES_FROM", "STAFF_FROM")
    @classmethod
    def _exact_networks(cls, value: str) -> str:
        """192.0.2.7/24 is somebody's slip: the network or the machine may be meant."""
        for one in value.split():
            ipaddress.ip_network(one)
        return value

    @field_validator("SIGNING_KEY", "SIGNING_TRUSTED")
    @classmethod
    def _signing_keys_of_32_bytes(cls, value: str) -> str:
        for part in value.split():
            try:
                length = len(base64.b64decode(part, validate=True))
            except binascii.Error:
                length = 0
            if length != 32:
                raise ValueError("each key must be base64 of exactly 32 bytes")
        return value
