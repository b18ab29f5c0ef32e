"""Settings of backups: where to, when, how many, under which keys."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class BackupSettings(BaseSettings):
    """Part of `portal.core.settings.Settings`."""

    BACKUP_TARGET: str = Field(
        "",
        description="Where backups go: the path of a folder (a disk of another machine) or "
        "s3://bucket/prefix. Empty: no backups by themselves.",
    )
    BACKUP_KEYS: str = Field(
        "",
        description="The key file of backups, made by `./mado backup key`; usually "
        "BACKUP_KEYS_FILE. Keep a copy of it outside, apart from the backups.",
    )
    BACKUP_AT: str = Field(
        "02:30",
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
        description="When each day's backup is made, Japanese time.",
    )
    BACKUP_GENERATIONS: int = Field(
        7, ge=3, le=400, description="How many daily backups are kept; at least three."
    )
    BACKUP_WAL_SECONDS: int = Field(
        120,
        ge=60,
        le=240,
        description="How often the write-ahead log is shipped: what a disaster may cost at most "
        "is this and a minute.",
    )
    BACKUP_DATABASE_URL: str = Field(
        "",
        description="DATABASE_URL for backups, of a role that may replicate and read the log; "
        "empty: DATABASE_URL itself.",
    )
    BACKUP_S3_ENDPOINT: str = Field(
        "", description="https://… of an S3-compatible service; empty: Amazon's."
    )
    BACKUP_S3_REGION: str = Field("", description="Its region; empty: us-east-1.")
    BACKUP_S3_KEY_ID: str = Field("", description="Access key id of the bucket.")
    BACKUP_S3_SECRET: str = Field("", description="Its secret; usually BACKUP_S3_SECRET_FILE.")
