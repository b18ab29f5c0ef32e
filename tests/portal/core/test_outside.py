"""Outside sites of a made-up city lead to its city tool, real ones to themselves."""

from pathlib import Path

import pytest

from portal.core.outside import stand_in_address
from tests.conftest import make_settings

TOOL = "http://localhost:8030"


@pytest.mark.parametrize(
    ("url", "base", "address"),
    [
        ("https://iju.mado.example", TOOL, f"{TOOL}/sites/iju.mado.example/"),
        ("https://x.example/a/b?c=d", TOOL, f"{TOOL}/sites/x.example/a/b?c=d"),
        ("https://myna.go.jp/", TOOL, "https://myna.go.jp/"),
        ("https://example.go.jp/x.example", TOOL, "https://example.go.jp/x.example"),
        ("/services", TOOL, "/services"),
        ("https://iju.mado.example/", "", "https://iju.mado.example/"),
    ],
)
def test_only_names_that_lead_nowhere_are_replaced(url: str, base: str, address: str) -> None:
    assert stand_in_address(url, base) == address


def test_a_public_portal_refuses_a_stand_in_for_outside_sites(tmp_path: Path) -> None:
    public = {
        "PUBLIC_URL": "https://mado.city.example",
        "STAFF_URL": "https://staff.mado.city.example",
        "LINE_AUTHORIZE_URL": "https://access.line.me",
        "LINE_API_URL": "https://api.line.me",
        "LINE_DATA_URL": "https://api-data.line.me",
    }
    make_settings("postgresql+psycopg://db/x", "redis://r", tmp_path, **public)
    with pytest.raises(ValueError, match="OUTSIDE_SITES_URL"):
        make_settings(
            "postgresql+psycopg://db/x", "redis://r", tmp_path, OUTSIDE_SITES_URL=TOOL, **public
        )
