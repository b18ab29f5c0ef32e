"""Larger letters and other colours: chosen without an account, kept by the browser, everywhere."""

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


@pytest.mark.parametrize("look", ["light", "dark", "contrast"])
def test_colours_are_remembered_beside_the_size(client: FlaskClient, look: str) -> None:
    client.get("/letters?letters=150", base_url=BASE)
    client.get(f"/letters?look={look}", base_url=BASE)
    for path in ("/", "/sign-in", "/nowhere"):
        page = client.get(path, base_url=BASE).get_data(as_text=True)
        assert f'class="letters-150 look-{look}"' in page
    client.get("/letters?look=auto", base_url=BASE)
    assert 'class="letters-150"' in client.get("/", base_url=BASE).get_data(as_text=True)


def test_other_colours_change_nothing(client: FlaskClient) -> None:
    client.set_cookie("mado_look", 'dark" onload="x', domain="localhost")
    assert "look-" not in client.get("/", base_url=BASE).get_data(as_text=True)
    assert "mado_look" not in str(client.get("/letters?look=pink", base_url=BASE).headers)


def test_clerks_choose_before_they_sign_in(client: FlaskClient) -> None:
    desk = "http://staff.localhost:8000"
    page = client.get("/staff/sign-in", base_url=desk).get_data(as_text=True)
    assert 'href="/staff/letters"' in page
    client.get("/staff/letters?look=dark&letters=125", base_url=desk)
    page = client.get("/staff/sign-in", base_url=desk).get_data(as_text=True)
    assert 'class="letters-125 look-dark"' in page


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        (f"{BASE}/services?topic=childcare", "/services?topic=childcare"),
        ("https://elsewhere.example/services", None),
        (f"{BASE}/nowhere", None),
        (f"{BASE}/sign-out", None),  # takes POST only
    ],
)
def test_the_way_back_is_kept_while_choosing(
    client: FlaskClient, came_from: str, back: str | None
) -> None:
    browser = client.get("/letters", base_url=BASE, headers={"Referer": came_from})
    page = browser.get_data(as_text=True)
    assert ('class="more" href="/services' in page) == (back is not None)
    if back:
        chosen = client.get("/letters", base_url=BASE, query_string={"back": back, "look": "dark"})
        assert f'class="more" href="{back}"' in chosen.get_data(as_text=True)
