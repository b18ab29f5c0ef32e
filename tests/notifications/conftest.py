"""A LINE platform and a mail catcher as real processes, and settings that point at them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from launcher.catalogues import compile_stale
from portal.core.settings import Settings
from standins.processes import MailCatcherProcess, StandinProcess

CONFIG: dict[str, Any] = {
    "login_channel": {
        "id": "1000000001",
        "secret": "login-channel-secret-for-tests-01",
        "redirect_uris": [],
    },
    "messaging_channel": {
        "id": "1000000002",
        "secret": "messaging-channel-secret-tests-1",
        "webhook_url": "",
        "bot_user_id": "U" + "b" * 32,
        "basic_id": "@mado",
        "display_name": "まど市",
    },
    "crowd_prefix": "Uaaaa",  # every id that begins like this is a friend
}


@pytest.fixture(scope="session", autouse=True)
def _japanese() -> None:
    compile_stale()


@pytest.fixture(scope="session")
def line_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandinProcess]:
    with StandinProcess.line_platform(tmp_path_factory.mktemp("line"), CONFIG) as process:
        yield process


@pytest.fixture(scope="session")
def mail_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailCatcherProcess]:
    with StandinProcess.mail_catcher(tmp_path_factory.mktemp("mail")) as process:
        assert isinstance(process, MailCatcherProcess)
        yield process


class Phone:
    """What the LINE stand-in has on its residents' phones."""

    def __init__(self, process: StandinProcess) -> None:
        self.process = process

    def texts(self, user_id: str) -> list[str]:
        """Texts from the account, oldest first."""
        return [each.get("text") or each["altText"] for each in self.messages(user_id)]

    def messages(self, user_id: str) -> list[dict[str, Any]]:
        """Whole messages from the account, oldest first."""
        return [one["message"] for one in self._of_account(user_id)]

    def buttons(self, user_id: str) -> dict[str, str]:
        """Label and address of the buttons of the newest bubble."""
        bubble = self._of_account(user_id)[-1]["message"]["contents"]
        actions = [each["action"] for each in bubble["footer"]["contents"]]
        return {action["label"]: action["uri"] for action in actions}

    def _of_account(self, user_id: str) -> list[Any]:
        talk = self.process.get(f"/__standin__/talk?user={user_id}")["messages"]
        return [one for one in talk if one["side"] == "account"]

    def counts(self) -> dict[str, int]:
        """The platform's counters."""
        found: dict[str, int] = self.process.get("/__standin__/state")["counts"]
        return found

    def fail(self, *faults: dict[str, Any]) -> None:
        """Order failures of the next requests."""
        self.process.post("/__standin__/fault", {"next": list(faults)})


class Letters:
    """What the mail catcher caught."""

    def __init__(self, process: MailCatcherProcess) -> None:
        self.process = process

    def to(self, address: str) -> list[dict[str, Any]]:
        """Mails to an address, newest first."""
        found: list[dict[str, Any]] = self.process.get(f"/messages.json?to={address}")["messages"]
        return found

    def count(self) -> int:
        """All mails."""
        return int(self.process.get("/__standin__/state")["messages"])


@pytest.fixture
def phone(line_process: StandinProcess) -> Phone:
    line_process.post("/__standin__/reset")
    return Phone(line_process)


@pytest.fixture
def letters(mail_process: MailCatcherProcess) -> Letters:
    mail_process.post("/__standin__/reset")
    return Letters(mail_process)


@pytest.fixture
def settings(settings: Settings, phone: Phone, letters: Letters, tmp_path: Path) -> Settings:
    """Real addresses of the stand-ins in place of closed ports."""
    return settings.model_copy(
        update={
            "LINE_API_URL": phone.process.url,
            "LINE_DATA_URL": phone.process.url,
            "MAIL_URL": f"smtp://127.0.0.1:{letters.process.smtp_port}",
        }
    )


@pytest.fixture
def inside(app: Flask) -> Callable[..., Any]:
    """`inside(act, …)` calls in an application context of its own.

    Tests with two browsers must not hold `ctx`: requests inside it would share one `g`.
    """

    def call(act: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with app.app_context():
            return act(*args, **kwargs)

    return call
