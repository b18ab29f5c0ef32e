"""Settings of the database and of whom pages may read from besides."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class DatabaseSettings(BaseSettings):
    """Part of `portal.core.settings.Settings`."""

    DATABASE_READ_URL: str = Field(
        "",
        description="DATABASE_URL of standbys for reading (several hosts allowed). Pages anyone "
        "may read take their rows there, and every page does while the primary is away. Empty: "
        "if DATABASE_URL names several hosts, they are read from only while no primary answers.",
    )
    DATABASE_READ_LAG_SECONDS: int = Field(
        5, ge=1, description="A standby further behind is left alone while the primary answers."
    )
