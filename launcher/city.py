"""One whole city on this machine: servers, settings, demo, stand-ins and our processes."""

import json
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher import card
from launcher.addresses import Addresses, choose
from launcher.children import mado, own_processes, stand_ins
from launcher.commands import existing
from launcher.environment import ANSWERS_SOCKET, product_environment, with_settings
from launcher.keys import load_or_make
from launcher.places import Places
from launcher.servers import CITY_FILE, Servers
from launcher.services.process import remove_short_folder
from launcher.standin_config import read_demo, write_configs
from launcher.supervisor import Supervisor

ROTATE_EVERY = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Wish:
    """What the operator asked for."""

    addresses: Addresses
    demo: bool = True


class City:
    """Comes up in order, is kept up, and goes down in reverse order."""

    def __init__(self, places: Places, wish: Wish) -> None:
        self._places = places
        self._wish = wish
        self._servers = Servers(places)
        self._rotated = time.monotonic()
        self.supervisor = Supervisor(places, {})
        self.addresses = wish.addresses

    def start(self) -> None:
        """Brings everything up; raises ServiceError or StoppedError after which stop() is due."""
        self.supervisor.recover_orphans()
        self.supervisor.rotate_logs()
        self.addresses = choose(self._wish.addresses)
        keys = load_or_make(self._places.secrets)
        self._servers.start()
        card.write(self._places, self.addresses)
        made = self._settings()
        self.supervisor.environment = with_settings(os.environ, made)
        self._first_steps()
        write_configs(self._places, self.addresses, keys)
        self.supervisor.start(*stand_ins(self._places, self.addresses))
        socket, metrics = Path(made["ANSWERS_SOCKET"]), self._places.run / "metrics"
        self.supervisor.start(*own_processes(self.addresses, socket, metrics))
        self._last_steps()
        self._tell_others(made)

    def _settings(self) -> dict[str, str]:
        return product_environment(
            self._places, self.addresses, self._servers.database_url, self._servers.redis_url
        )

    def _first_steps(self) -> None:
        """Schema; on the first day the demo city, and its tool where it is today."""
        written = existing()
        if "db" in written:
            self.supervisor.run_once("migrations", mado("db", "upgrade"))
        if self._wish.demo and "demo" in written and not self.demo.get("empty"):
            wanted = [] if self._places.demo.exists() else ["--city"]
            tool: Any = self.demo.get("city_tool", {})
            if tool.get("registered_at") != self.addresses.city_tool_url:
                wanted.append("--tool")
            if wanted:
                self.supervisor.run_once("demo", mado("demo", *wanted))

    def _last_steps(self) -> None:
        """What needs the stand-ins: the rich menu is published to the LINE platform."""
        if self._wish.demo and "richmenu" in existing():
            self.supervisor.run_once("richmenu", mado("richmenu", "publish"))

    def _tell_others(self, made: dict[str, str]) -> None:
        """Lets other commands, and a second ./mado run, find this city."""
        told = {
            "pid": os.getpid(),
            "public_url": self.addresses.public_url,
            "staff_url": self.addresses.staff_url,
            "line_url": self.addresses.line_url,
            "mail_web_url": self.addresses.mail_web_url,
            "city_tool_url": self.addresses.city_tool_url,
            "card_url": self.addresses.card_url,
            "city_site_url": self.addresses.city_site_url,
            "jma_url": self.addresses.jma_url,
            "environment": made,
        }
        fresh = self._places.run / f"{CITY_FILE}.new"
        fresh.write_text(json.dumps(told, indent=1), "utf-8")
        fresh.replace(self._places.run / CITY_FILE)

    def watch(self) -> None:
        """Keeps everything up until the operator stops it."""
        self.supervisor.watch(self._each_round)

    def _each_round(self) -> None:
        self._servers.revive()
        if time.monotonic() - self._rotated > ROTATE_EVERY:
            self._rotated = time.monotonic()
            self.supervisor.rotate_logs()

    def stop(self) -> None:
        """Everything down, our processes first and the servers last."""
        (self._places.run / CITY_FILE).unlink(missing_ok=True)
        self.supervisor.stop()
        self._servers.stop()
        remove_short_folder(self._places.run, ANSWERS_SOCKET)

    @property
    def wanted(self) -> Addresses:
        """The addresses that were asked for."""
        return self._wish.addresses

    @property
    def demo(self) -> dict[str, object]:
        """Who lives here, for the welcome."""
        return read_demo(self._places)


def start_over(places: Places) -> None:
    """Forgets everything but the logs."""
    for folder in (places.postgres, places.valkey, places.standins, places.media, places.secrets):
        shutil.rmtree(folder, ignore_errors=True)
    places.demo.unlink(missing_ok=True)


def keep_empty(places: Places) -> None:
    """Notes that this city was made empty for a checker: no demo moves in, nothing is precious."""
    places.demo.write_text('{"empty": true}', "utf-8")


def holds_real_data(places: Places) -> bool:
    """Whether there is a database that is neither a demo's nor a checker's."""
    return places.postgres.exists() and not places.demo.exists()
