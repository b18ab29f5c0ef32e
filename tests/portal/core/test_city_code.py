"""The code of a municipality and its check digit."""

from __future__ import annotations

import pytest

from portal.core.city_code import is_city_code
from portal.core.settings import SettingsError, load_settings


@pytest.mark.parametrize("code", ["011002", "131016", "271004", "401307", "131130"])
def test_codes_of_cities_that_exist(code: str) -> None:
    assert is_city_code(code)


@pytest.mark.parametrize("code", ["", "131017", "13101", "1310160", "13101x", "-31016"])
def test_codes_that_can_not_be(code: str) -> None:
    assert not is_city_code(code)


def test_a_wrong_code_is_told_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITY_CODE", "131017")
    with pytest.raises(SettingsError, match="CITY_CODE"):
        load_settings()
