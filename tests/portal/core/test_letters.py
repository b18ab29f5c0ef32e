"""Larger letters: chosen without an account, kept by the browser, on every page."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

BASE = "http://localhost:8000"


@pytest.mark.parametrize("size", [125, 150, 200])
def test_a_size_is_remembered_on_every_page(client: FlaskClient, size: int) -> None:
    chosen = client.get(f"/letters?letters={size}", base_url=BASE)
    assert f'class="letters-{size}"' in chosen.get_data(as_text=True)
    for path in ("/", "/sign-in", "/services"):
        assert f'class="letters-{size}"' in client.get(path, base_url=BASE).get_data(as_text=True)
    client.get("/letters?letters=100", base_url=BASE)
    for path in ("/", "/sign-in"):
        assert 'class="letters-' not in client.get(path, base_url=BASE).get_data(as_text=True)


@pytest.mark.parametrize("size", ["", "130", "x", "150%22onload", "9" * 500])
def test_other_sizes_change_nothing(client: FlaskClient, size: str) -> None:
    answer = client.get(f"/letters?letters={size}", base_url=BASE)
    assert answer.status_code == 200
    assert "mado_letters" not in str(answer.headers)
    client.set_cookie("mado_letters", size, domain="localhost")
    assert 'class="letters-' not in client.get("/", base_url=BASE).get_data(as_text=True)
