"""`./mado run --fresh --port N`: an empty city that a checker's program fills and signs in to."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
import requests

from launcher.city import holds_real_data, keep_empty
from launcher.places import Places
from launcher.run import for_checker
from standins.processes import free_port
from tests.launcher.cities import Running, mado

BACK = "http://127.0.0.1:9/back"
VERIFIER = "v" * 64
CODE_WITHIN = 20  # seconds


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, int]]:
    port = free_port()
    running = Running(tmp_path_factory.mktemp("checked"), "--fresh", "--port", str(port))
    yield running, port
    assert running.stop() == 0


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def told(running: Running, *words: str) -> dict[str, Any]:
    """What a command from another shell prints."""
    done = mado(*words, "--json", MADO_DATA=str(running.data))
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def send(browser: requests.Session, page: requests.Response, **fields: str) -> requests.Response:
    """Fill in a page's form and send it."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token, page.text
    data = {"csrf_token": html.unescape(token[1])} | fields
    answer = browser.post(page.url, data=data, headers={"Origin": origin(page.url)}, timeout=20)
    assert answer.status_code == 200, answer.text
    return answer


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def mailed_code(running: Running, browser: requests.Session, address: str) -> str:
    """The number in the mail catcher, read as a program does."""
    until = time.monotonic() + CODE_WITHIN
    while time.monotonic() < until:
        url = f"{running.city['mail_web_url']}/messages.json?to={address}"
        mails = browser.get(url, timeout=5).json()["messages"]
        found = re.search(r"\b[0-9]{6}\b", json.dumps(mails, ensure_ascii=False))
        if found:
            return found[0]
        time.sleep(0.2)
    raise AssertionError("no mail")


def test_it_says_what_a_checker_needs(checked: tuple[Running, int]) -> None:
    running, port = checked
    printed = running.printed.read_text()
    assert f"http://localhost:{port}/.well-known/openid-configuration" in printed
    assert "./mado clients add" in printed and f"MADO_DATA='{running.data}'" in printed
    assert f"{running.city['mail_web_url']}/messages.json" in printed
    assert "さくら" not in printed and "author@" not in printed


def test_a_made_resident_reaches_a_made_client(
    checked: tuple[Running, int], browser: requests.Session
) -> None:
    running, port = checked
    resident = told(running, "residents", "add", "--email", "fuji@resident.example")
    assert resident["second_steps"] == ["totp", "recovery"] and resident["recovery_codes"]
    client = told(
        running,
        *("clients", "add", "--name", "検査", "--redirect-uri", BACK, "--scope", "openid email"),
    )
    assert client["issuer"] == f"http://localhost:{port}"
    where = browser.get(client["discovery"], timeout=10).json()
    assert where["issuer"] == client["issuer"]

    page = browser.get(f"http://localhost:{port}/sign-in/email", timeout=10)
    page = send(browser, page, email="fuji@resident.example")
    send(browser, page, code=mailed_code(running, browser, "fuji@resident.example"))
    page = browser.get(f"http://localhost:{port}/sign-in/second-step/totp", timeout=10)
    send(browser, page, code=pyotp.TOTP(resident["totp_secret"]).now())

    digest = hashlib.sha256(VERIFIER.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": client["client_id"],
        "redirect_uri": BACK,
        "scope": "openid email",
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    page = browser.get(where["authorization_endpoint"], params=query, timeout=10)
    asked = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert asked and "検査" in page.text
    answer = browser.post(
        page.url,
        data={"csrf_token": asked[1], "decision": "allow", "scopes": "openid email"},
        headers={"Origin": origin(page.url)},
        allow_redirects=False,
        timeout=10,
    )
    back = parse_qs(urlsplit(answer.headers["Location"]).query)
    tokens = browser.post(
        where["token_endpoint"],
        data={
            "grant_type": "authorization_code",
            "code": back["code"][0],
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
        },
        auth=(client["client_id"], client["client_secret"]),
        timeout=10,
    ).json()
    about = browser.get(
        where["userinfo_endpoint"],
        headers={"Authorization": f"Bearer {tokens['access_token']}"},
        timeout=10,
    ).json()
    assert about["email"] == "fuji@resident.example"


@pytest.mark.parametrize(
    ("fresh", "port", "demo", "empty"),
    [
        (True, 8500, None, True),
        (True, 8500, True, False),
        (True, 8500, False, False),  # an operator's own empty city: never forgotten unasked
        (True, None, None, False),
        (False, 8500, None, False),
    ],
)
def test_only_fresh_with_a_port_means_a_checkers_city(
    fresh: bool, port: int | None, demo: bool | None, empty: bool
) -> None:
    assert for_checker(fresh, port, demo) is empty


def test_a_checkers_city_is_forgotten_without_a_question(tmp_path: Path) -> None:
    places = Places.under(tmp_path)
    places.postgres.mkdir()
    assert holds_real_data(places)
    keep_empty(places)
    assert not holds_real_data(places)
