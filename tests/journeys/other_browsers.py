"""Debian's Firefox and WebKitGTK as wide as a phone, started bare and driven by WebDriver."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium.webdriver import FirefoxOptions, WebKitGTK, WebKitGTKOptions
from selenium.webdriver.remote.file_detector import UselessFileDetector
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.webkitgtk.service import Service

from tests.journeys.marionette import MarionetteConnection

WIDTH, HEIGHT = 375, 812
UP_WITHIN = 60  # seconds
MINI_BROWSERS = "*/webkit2gtk-4.*/MiniBrowser"
Heard = Callable[[], list[str]]  # what went wrong in scripts
# A module that could not be loaded or failed says so again when it is asked for once more.
MODULES = """const done = arguments[0];
Promise.all([...document.querySelectorAll("script[type=module]")].map((one) => import(one.src)))
  .then(() => done([]), (fault) => done([String(fault)]));"""
PREFERENCES = (
    ("marionette.port", "0"),
    ("intl.accept_languages", '"ja"'),
    ("datareporting.policy.dataSubmissionEnabled", "false"),
    ("app.normandy.enabled", "false"),
    ("browser.shell.checkDefaultBrowser", "false"),
)


def program(*names: str) -> str:
    """Where the first of these is."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    assert found, f"apt-get install firefox-esr webkit2gtk-driver xvfb: {names[0]} is missing"
    return found


@contextmanager
def firefox(folder: Path) -> Iterator[tuple[WebDriver, Heard]]:
    """A Firefox with a profile of its own; its console is heard by WebDriver BiDi."""
    lines = (f'user_pref("{name}", {value});\n' for name, value in PREFERENCES)
    (folder / "user.js").write_text("".join(lines), "utf-8")
    line = [program("firefox-esr", "firefox"), "-headless", "-no-remote", "-marionette"]
    line += ["-remote-debugging-port", "0", "-profile", str(folder)]
    with (folder / "printed").open("wb") as out:
        process = subprocess.Popen(line, stdout=out, stderr=out)
    try:
        connection = MarionetteConnection(_port(folder / "MarionetteActivePort", process))
        options = FirefoxOptions()
        options.set_capability("webSocketUrl", True)
        driver = WebDriver(command_executor=connection, options=options)
        driver.file_detector = UselessFileDetector()  # files are on this machine
        said = _console(driver)
        viewport = {"width": WIDTH, "height": HEIGHT}
        driver.browsing_context.set_viewport(
            context=driver.current_window_handle, viewport=viewport
        )
        yield driver, said.copy
        driver.quit()
    finally:
        process.terminate()
        process.wait(UP_WITHIN)


def _port(file: Path, process: subprocess.Popen[bytes]) -> int:
    deadline = time.monotonic() + UP_WITHIN
    while not file.exists() or not file.read_text("utf-8"):
        assert process.poll() is None and time.monotonic() < deadline, "Firefox does not start"
        time.sleep(0.05)
    return int(file.read_text("utf-8"))


def _console(driver: WebDriver) -> list[str]:
    said: list[str] = []

    def note(entry: object) -> None:
        if getattr(entry, "level", "error") == "error":
            said.append(str(getattr(entry, "text", entry)))

    driver.script.add_console_message_handler(note)
    driver.script.add_javascript_error_handler(note)
    return said


@contextmanager
def webkit(folder: Path) -> Iterator[tuple[WebDriver, Heard]]:
    """WebKitGTK's MiniBrowser on a screen of its own. Driven, it keeps its console to itself."""
    screen = f"{WIDTH}x{HEIGHT}x24"
    line = [program("Xvfb"), "-displayfd", "1", "-screen", "0", screen, "-nolisten", "tcp"]
    with (folder / "printed").open("wb") as out:
        display = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=out, text=True)
    assert display.stdout
    with display.stdout as told:
        number = told.readline().strip()
    options = WebKitGTKOptions()
    options.binary_location = str(next(Path("/usr/lib").glob(MINI_BROWSERS)))
    for argument in ("--automation", "--full-screen"):  # its tool bar is wider than a phone
        options.add_argument(argument)
    around = {"DISPLAY": f":{number}", "GDK_BACKEND": "x11", "LANGUAGE": "ja", "NO_AT_BRIDGE": "1"}
    service = Service(program("WebKitWebDriver"), env=os.environ | around)
    try:
        driver = WebKitGTK(options=options, service=service)
        try:
            driver.set_window_size(WIDTH, HEIGHT)
            yield driver, lambda: driver.execute_async_script(MODULES)
        finally:
            driver.quit()
    finally:
        display.terminate()
        display.wait(UP_WITHIN)
