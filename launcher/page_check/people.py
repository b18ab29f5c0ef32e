"""The demo city of a check and who walks through it: a resident, and a clerk of all roles."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import BrowserContext, Page
from pyotp import TOTP

from launcher.places import ROOT, Places

UP_WITHIN, MAIL_WITHIN = 240, 30  # seconds
RESIDENT = "kaede@resident.example"
DIGITS = re.compile(r"\b(\d{6})\b")
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


@dataclass
class Walker:
    """Somebody with a mail address and an authenticator, whose numbers are never given twice."""

    address: str
    secret: str
    mail_url: str
    given: str = ""

    def number(self) -> str:
        """The authenticator's next unused number."""
        while (code := TOTP(self.secret).now()) == self.given:
            time.sleep(1)
        self.given = code
        return code

    def mails(self) -> list[dict[str, Any]]:
        """What came by mail, newest first."""
        with _open(f"{self.mail_url}/messages.json?limit=50&to={self.address}", timeout=10) as got:
            return list(json.loads(got.read())["messages"])

    def mailed_number(self, known: set[int]) -> str:
        """The number of a mail that was not there before."""
        deadline = time.monotonic() + MAIL_WITHIN
        while time.monotonic() < deadline:
            for mail in self.mails():
                found = DIGITS.search(mail["subject"] + " " + mail["text"])
                if mail["id"] not in known and found:
                    return found.group(1)
            time.sleep(0.3)
        raise click.ClickException(f"no number came by mail to {self.address}")


@contextmanager
def demo_city(data: Path) -> Iterator[dict[str, Any]]:
    """A new demo city with this data folder, or the one that runs there; gives its addresses."""
    file = data / "run" / "city.json"
    if file.exists():
        yield json.loads(file.read_text("utf-8"))
        return
    line = [str(ROOT / "mado"), "run", "--fresh", "--yes", "--demo", "--data", str(data)]
    process = subprocess.Popen(
        [*line, "--port", str(free_port())], cwd=ROOT, stdout=sys.stderr, env=_city_environment()
    )
    try:
        _wait(process, file)
        yield json.loads(file.read_text("utf-8"))
    finally:
        process.terminate()
        process.wait(60)


def _city_environment() -> dict[str, str]:
    """Nothing of the operator's own city; and no quiet hours, which hold codes of nobody back."""
    kept = ("PATH", "HOME", "LANG", "MADO_SERVICES", "MADO_CHROMIUM")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"NOTICES_QUIET": ""}


def _wait(process: subprocess.Popen[bytes], file: Path) -> None:
    deadline = time.monotonic() + UP_WITHIN
    while not file.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise click.ClickException("the demo city did not come up")
        time.sleep(0.2)


def free_port() -> int:
    """One nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def resident_of(city: dict[str, Any], places: Places) -> Walker:
    """The demo resident with three children, a mail address and an authenticator."""
    told = json.loads(places.demo.read_text("utf-8"))
    secret = next(one["secret"] for one in told["authenticator"] if "かえで" in one["label"])
    return Walker(RESIDENT, secret, city["mail_web_url"])


def clerk_of(city: dict[str, Any]) -> Walker:
    """A clerk of every role, made for this check alone, in an application context of the city."""
    from auth.staff.accounts import add_staff
    from auth.staff.roles import ROLES
    from portal.core.db import transaction

    address = f"pages-{secrets.token_hex(4)}@city.example"
    with transaction() as session:
        made = add_staff(session, email=address, name="職員(点検)", roles=tuple(ROLES))
    return Walker(address, str(made.totp_secret), city["mail_web_url"])


def resident_signs_in(context: BrowserContext, base: str, who: Walker) -> None:
    """By mail, then by the authenticator."""
    page = context.new_page()
    page.goto(f"{base}/sign-in")
    page.get_by_role("link", name="メールでログイン").click()
    _prove_mail(page, who)
    choice = page.get_by_role("button", name="認証アプリを使う")
    choice.or_(page.get_by_role("link", name="認証アプリを使う")).first.click()
    _give(page, who.number)
    page.wait_for_url("**/my*")
    page.close()


def clerk_signs_in(context: BrowserContext, base: str, who: Walker) -> None:
    """At the desk: a code by mail, then the authenticator."""
    page = context.new_page()
    page.goto(f"{base}/staff")
    _prove_mail(page, who)
    _give(page, who.number)
    page.wait_for_url("**/staff*")
    page.close()


def _prove_mail(page: Page, who: Walker) -> None:
    known = {mail["id"] for mail in who.mails()}
    page.get_by_label("メールアドレス").fill(who.address)
    page.get_by_role("button", name="番号を送る").click()
    _give(page, lambda: who.mailed_number(known))


def _give(page: Page, number: Callable[[], str]) -> None:
    field = page.get_by_label("6けたの番号")
    field.wait_for()
    field.fill(number())
    field.press("Enter")
    page.wait_for_load_state()
