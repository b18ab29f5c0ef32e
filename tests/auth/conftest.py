"""Sign-in is tested against the real LINE stand-in, a process of its own behind a real socket."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from launcher.catalogues import compile_stale
from portal.core.settings import Settings
from standins.processes import StandinProcess
from tests.auth.people import LinePhone
from tests.browser import Browser
from tests.conftest import RESIDENT_HOST

HOST, MAIL = f"http://{RESIDENT_HOST}", "sakura@home.example"
SAKURA, MOMIJI = "U" + "1" * 32, "U" + "2" * 32


@pytest.fixture(scope="session", autouse=True)
def _words() -> None:
    compile_stale()


@pytest.fixture(scope="session")
def line_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandinProcess]:
    config = {
        "portal_url": f"http://{RESIDENT_HOST}",
        "login_channel": {
            "id": "1000000001",
            "secret": "login-channel-secret-for-tests-01",
            "redirect_uris": [f"http://{RESIDENT_HOST}/sign-in/line/callback"],
        },
        "messaging_channel": {
            "id": "1000000002",
            "secret": "messaging-channel-secret-tests-1",
            "webhook_url": f"http://{RESIDENT_HOST}/line/webhook",
            "bot_user_id": "U" + "b" * 32,
            "basic_id": "@mado",
            "display_name": "まど市",
        },
        "residents": [
            {"user_id": SAKURA, "display_name": "さくら"},
            {"user_id": MOMIJI, "display_name": "もみじ"},
        ],
    }
    folder = tmp_path_factory.mktemp("line")
    with StandinProcess.line_platform(folder, config) as server:
        yield server


@pytest.fixture
def settings(settings: Settings, line_server: StandinProcess) -> Settings:
    """The portal under test speaks to the stand-in."""
    names = ("LINE_AUTHORIZE_URL", "LINE_API_URL", "LINE_DATA_URL")
    return settings.model_copy(update=dict.fromkeys(names, line_server.url))


@pytest.fixture
def line(line_server: StandinProcess) -> Iterator[LinePhone]:
    """Sakura's phone, where LINE asks whether the city may know who she is."""
    line_server.post("/__standin__/reset")
    yield LinePhone(line_server.url, SAKURA)
    line_server.post("/__standin__/reset")


@pytest.fixture
def other(app: Flask) -> Browser:
    """Another person's browser."""
    return Browser(app, HOST)
