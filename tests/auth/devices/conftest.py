"""A portal whose LINE is the stand-in, LIFF app included."""

from __future__ import annotations

import pytest

from portal.core.settings import Settings
from standins.processes import StandinProcess

LIFF_ID = "1234567890-abcdefgh"


@pytest.fixture
def settings(settings: Settings, line_server: StandinProcess) -> Settings:
    """With LIFF."""
    liff = f"{line_server.url}/liff"
    more = {"LIFF_ID": LIFF_ID, "LIFF_URL": liff, "LIFF_SDK_URL": f"{liff}/edge/2/sdk.js"}
    return settings.model_copy(update=more)
