"""`./mado test`: everything that must hold, on this machine, in one command."""

import os
import shutil
import subprocess
from pathlib import Path

import click

from launcher import bootstrap, browser, node, steps
from launcher.acceptance.checkout import results_into
from launcher.catalogues import compile_stale
from launcher.places import ROOT

DEVELOPMENT = ROOT / "requirements-dev.txt"
# What each test sent to the servers in the last whole run: tests/second_servers.py chooses by it.
NOTES = ROOT / "var" / "tests"
BROWSERS = ("browsers",)


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--deep", is_flag=True, help="Add the long ones: crash, deploy, second database.")
@click.option(
    "--system-services",
    is_flag=True,
    help="On the machine's own PostgreSQL and Redis: after a whole run, the fewest tests that send "
    "every statement of it again; else, or with --deep, all that use a server.",
)
@click.option("--no-browser", is_flag=True, help="Leave the browser journeys out.")
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
def test(
    deep: bool, system_services: bool, no_browser: bool, pytest_arguments: tuple[str, ...]
) -> None:
    """Lint, types and every test. With PYTEST_ARGUMENTS only those tests.

    `./mado test browsers` walks the main ways in Firefox and WebKitGTK.
    Installs what tests need (Chromium, Japanese fonts, Apache by apt where we are root).
    """
    if pytest_arguments[:1] == BROWSERS:
        raise SystemExit(run_in_other_browsers(pytest_arguments[1:]))
    make_ready(journeys=not (no_browser or system_services), contracts=not system_services)
    partly = bool(pytest_arguments) or system_services
    failed = [] if partly else steps.run_all(steps.LINT)
    if failed:  # said before the tests, for the last line is pytest's own
        click.echo(f"mado: {', '.join(failed)} failed, so this run will fail", err=True)
    if system_services:
        status = run_again(deep, pytest_arguments)
    else:
        status = run_all(deep, not no_browser, pytest_arguments)
        if deep and not status:
            status = run_again(deep, pytest_arguments)
    raise SystemExit(status or (1 if failed else 0))


def run_all(deep: bool, journeys: bool, wanted: tuple[str, ...]) -> int:
    """The journeys one after the other, for they share a city; all others side by side.

    MADO_JOURNEYS_CITIES=2 walks them in two cities at once: people wait a lot there.
    """
    if wanted:  # as a developer asks for them: in order, with their own options
        return run_pytest([*selection(deep, journeys, True), *wanted], {})
    cities = os.environ.get("MADO_JOURNEYS_CITIES", "1")
    several = ["-n", cities, "--dist", "loadfile"] if cities != "1" else []
    walked = ["-m", "journey", *several, *results_into("journeys")]
    status = run_pytest(walked, {}) if journeys else 0
    shutil.rmtree(NOTES, ignore_errors=True)
    others = [*selection(deep, False, True), *side_by_side(), *coverage_arguments()]
    others += results_into("others")  # for `./mado report acceptance`
    return run_pytest(others, {"MADO_TEST_NOTES": str(NOTES)}) or status


def run_in_other_browsers(wanted: tuple[str, ...]) -> int:
    """The main ways in Debian's Firefox and WebKitGTK: a command of its own, for what it installs.

    WANTED are more arguments of pytest: `./mado test browsers -k webkit`.
    """
    make_ready(journeys=True, contracts=False)
    browser.ensure_others()
    where = str(ROOT / "tests" / "journeys" / "test_other_browsers.py")
    return run_pytest(["-m", "other_browser", where, *wanted], {})


def run_again(deep: bool, wanted: tuple[str, ...]) -> int:
    """On the machine's own servers, for other versions of them behave otherwise in places."""
    environment = {"MADO_SERVICES": "system", "MADO_TEST_SERVICES": "system"}
    if wanted:
        return run_pytest([*selection(deep, False, False), *wanted], environment)
    if NOTES.is_dir() and not deep:
        environment["MADO_TEST_NOTES"] = str(NOTES)
    again = [*selection(deep, False, False), *side_by_side(), *results_into("second-servers")]
    return run_pytest(again, environment)


def side_by_side() -> list[str]:
    """A process for each core, whole files each: their fixtures are made once a file.

    In the order of the tree: xdist would take files of few tests last, and those are the longest.
    """
    cores = str(min(os.cpu_count() or 1, 8))
    return ["-n", cores, "--dist", "loadfile", "--no-loadscope-reorder"]


def make_ready(journeys: bool, contracts: bool) -> None:
    """Packages, catalogues, peers, browser; ends with advice when something can not be had."""
    try:
        if not bootstrap.is_installed(DEVELOPMENT):
            bootstrap.install(DEVELOPMENT)
        if contracts:
            node.ensure()
            node.ensure(ROOT / "tests" / "browsers" / "node")
            browser.ensure_apache()
    except (bootstrap.SetupError, node.NodeError) as fault:
        raise click.ClickException(str(fault)) from None
    compile_stale()
    lacking = browser.ensure() if journeys else []
    if lacking:
        raise click.ClickException(browser.advice(lacking))


def selection(deep: bool, journeys: bool, contracts: bool) -> list[str]:
    """Which marked tests are left out."""
    taken = {"deep": deep, "journey": journeys, "contract": contracts, "other_browser": False}
    words = " and ".join(f"not {name}" for name, wanted in taken.items() if not wanted)
    return ["-m", words] if words else []


def coverage_arguments() -> list[str]:
    """Coverage of the whole product, with a floor under rules and acts."""
    return ["--cov", "--cov-report=", "--durations=10", "-p", "launcher.coverage_floor"]


def run_pytest(arguments: list[str], more: dict[str, str]) -> int:
    """Pytest in a process of its own, its closing line last on the terminal."""
    environment = {**os.environ, "PYTHONPATH": bootstrap.python_path(), **more}
    chromium = browser.find_chromium()
    if chromium:
        environment["MADO_CHROMIUM"] = str(chromium)
    line = steps.python("pytest", f"--rootdir={ROOT}", f"-c{ROOT / 'pyproject.toml'}", *arguments)
    where = Path.cwd() if Path.cwd().is_relative_to(ROOT) else ROOT
    return subprocess.run(line, cwd=where, env=environment, check=False).returncode
