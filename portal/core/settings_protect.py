"""Settings that protect people: where keys come from, and what a test environment may do."""

from __future__ import annotations

from typing import Any

from pydantic import Field
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from portal.core.crypto_keys import KeySource


class KeyCommandSource(PydanticBaseSettingsSource):
    """DATA_KEY as a key service's command prints it, before what the environment holds."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        source = KeySource.of_environment()
        wanted = source and source.command and "DATA_KEY" in self.settings_cls.model_fields
        return {"DATA_KEY": source.read()} if source and wanted else {}


class ProtectionSettings(BaseSettings):
    """Part of `portal.core.settings.Settings`."""

    DATA_KEY_COMMAND: str = Field(
        "",
        description="A command that prints DATA_KEY's list of keys; gets on its standard input "
        "what DATA_KEY or DATA_KEY_FILE hold (keys wrapped by a key service). Read from the "
        "environment only.",
    )
    TEST_ENVIRONMENT: bool = Field(
        default=False,
        description="Says on every page that this is a test, and sends nothing to anybody whom "
        "TEST_RECIPIENTS does not name.",
    )
    TEST_RECIPIENTS: str = Field(
        "",
        description="Mail addresses, @domains and LINE user IDs, separated by spaces, that a test "
        "environment may write to.",
    )
