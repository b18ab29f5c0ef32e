"""`./mado check`: lint, types, every page's headers, secrets, holes and licences of packages."""

import json
import re
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import click

from launcher import bootstrap, licences, steps
from launcher.places import ROOT
from launcher.testing import DEVELOPMENT

LOCKS = ("requirements.txt", "requirements-dev.txt")
COMMITS = 200  # of history that are searched for secrets
PASSIVE = "tests/house/test_passive.py"
# Spelled apart, so that this file is not its own first finding.
SECRETS = {
    "private key": "-----BEGIN [A-Z ]*PRIVATE " + "KEY-----",
    "cloud key": r"\bAKIA[0-9A-Z]{16}\b",
    "forge token": r"\b(?:gh[pousr]|github_pat|glpat)[_-][A-Za-z0-9_]{20,}",
    "chat token": r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    "signed token": r"\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}",
    "address with a password": r"[a-z+]+://[A-Za-z0-9_]+:[A-Za-z0-9_]{12,}@",
}
OK, FAILED, NOT_ASKED = "ok", "FAILED", "TRY LATER"
# Who knows of holes, in this order; the second is asked where the first has no answer.
SERVICES = {"pypi": "PyPI", "osv": "OSV"}


@dataclass(frozen=True, slots=True)
class Result:
    """A line of the table, and what is told beneath it."""

    word: str
    note: str = ""
    details: tuple[str, ...] = ()


@click.command()
@click.option("--licences", "listed", is_flag=True, help="Print every package under its licence.")
@click.option("--strict", is_flag=True, help="What could not be checked counts as failed.")
def check(listed: bool, strict: bool) -> None:
    """Lint, types, headers of every page, secrets, known holes (needs the network), licences."""
    try:
        if not bootstrap.is_installed(DEVELOPMENT):
            bootstrap.install(DEVELOPMENT)
    except bootstrap.SetupError as fault:
        raise click.ClickException(str(fault)) from None
    rows = licences.by_licence(licences.locked(DEVELOPMENT.name))
    if listed:
        click.echo("\n".join(f"{said}: {', '.join(names)}" for said, names in rows.items()))
        return
    bad = (FAILED, NOT_ASKED) if strict else (FAILED,)
    found = _results(rows)
    failed = [name for name, result in found if result.word in bad]
    later = [name for name, result in found if result.word == NOT_ASKED]
    if later:
        click.echo(f"Not known yet, try later with a network: {', '.join(later)}")
    if failed:
        raise click.ClickException(f"failed: {', '.join(failed)}")


def _results(rows: dict[str, list[str]]) -> list[tuple[str, Result]]:
    """All checks side by side: the network's answers take longest and cost nothing here."""
    work: dict[str, Callable[[], Result]] = {
        **{step.name: _step(step) for step in steps.LINT},
        "pages (passive)": _pages,
        "secrets, tree": lambda: _findings(secrets_in(tracked_files())),
        "secrets, history": lambda: _findings(secrets_of_history(COMMITS)),
        **{f"known holes, {lock}": partial(audit, lock) for lock in LOCKS},
        "licences": lambda: _licences(rows),
    }
    found = []
    with ThreadPoolExecutor(4) as pool:
        begun = [(name, pool.submit(_timed, one)) for name, one in work.items()]
        for name, running in begun:
            result, seconds = running.result()
            click.echo(f"{name:36} {result.word:12} {seconds:6.1f} s  {result.note}".rstrip())
            for line in result.details:
                click.echo(f"    {line}")
            found.append((name, result))
    return found


def _timed(one: Callable[[], Result]) -> tuple[Result, float]:
    started = time.monotonic()
    return one(), time.monotonic() - started


def _step(step: steps.Step) -> Callable[[], Result]:
    def run() -> Result:
        done = _run(step.line)
        return Result(OK) if done.returncode == 0 else Result(FAILED, "", _lines(done))

    return run


def _pages() -> Result:
    """Every route is opened in a process of its own, on a database of its own."""
    line = steps.python("pytest", "-q", "--no-header", "-p", "no:cacheprovider", PASSIVE)
    done = _run(line)
    told = [row for row in done.stdout.splitlines() if row.startswith(("passive", "  "))]
    if done.returncode == 0:
        return Result(OK, "", tuple(told))
    return Result(FAILED, "", tuple(told) or _lines(done))


def _run(line: list[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)


def _lines(done: "subprocess.CompletedProcess[str]") -> tuple[str, ...]:
    return tuple((done.stdout + done.stderr).splitlines()[-40:])


def _findings(found: list[str]) -> Result:
    return Result(FAILED, "", tuple(found)) if found else Result(OK)


def tracked_files() -> list[str]:
    """Every file that is, or would be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [name for name in listed.stdout.decode().split("\0") if name]


def secrets_in(names: list[str]) -> list[str]:
    """`file:line: kind` of whatever looks like a secret; the value itself is not repeated."""
    found = []
    for name in names:
        path = ROOT / name
        if not path.is_file() or path.stat().st_size > 2_000_000:
            continue
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            found += [f"{name}:{number}: {kind}" for kind in kinds_of_secret(line)]
    return found


def kinds_of_secret(line: str) -> list[str]:
    """What secrets a line looks like."""
    return [kind for kind, pattern in SECRETS.items() if re.search(pattern, line)]


def secrets_of_history(commits: int) -> list[str]:
    """`commit: kind` of lines that the last commits added: taken out later, they are still told."""
    line = ["git", "log", "-p", "-n", str(commits), "--unified=0", "--no-color", "--no-ext-diff"]
    done = subprocess.run([*line, "--format=commit %h"], cwd=ROOT, capture_output=True, check=False)
    return secrets_in_patch(done.stdout.decode("utf-8", errors="replace"))


def secrets_in_patch(patch: str) -> list[str]:
    """The same, of what `git log -p` printed."""
    found, commit = [], ""
    for line in patch.splitlines():
        if line.startswith("commit "):
            commit = line.removeprefix("commit ")
        elif line.startswith("+"):
            found += [f"{commit}: {kind}" for kind in kinds_of_secret(line)]
    return sorted(set(found))


def audit(lock: str) -> Result:
    """What is known of a lock file's packages; nobody's answer is neither good nor bad."""
    silent = []
    for service in SERVICES:
        found = verdict(service, *_asked(service, lock))
        if found.word != NOT_ASKED:
            return found
        silent.append(found.note)
    return Result(NOT_ASKED, f"could not be asked: {'; '.join(silent)}")


def _asked(service: str, lock: str) -> tuple[list[dict[str, object]], str]:
    """Pip-audit's rows; else none and its last words: without a network it prints a trace."""
    line = steps.python("pip_audit", "-s", service, "-r", lock, "--require-hashes", "--disable-pip")
    done = _run([*line, "--format", "json", "--progress-spinner", "off", "--timeout", "10"])
    try:
        return json.loads(done.stdout)["dependencies"], ""
    except (ValueError, KeyError):
        return [], _last_line(done.stderr)


def verdict(service: str, rows: list[dict[str, object]], fault: str = "") -> Result:
    """Pip-audit calls a run without answers a success; we do not."""
    who = SERVICES[service]
    unasked = [str(row["name"]) for row in rows if row.get("skip_reason")]
    holes = [f"{row['name']} {row['version']}: {_names(row)}" for row in rows if row.get("vulns")]
    if holes:
        return Result(FAILED, f"told by {who}", tuple(holes))
    if not rows:
        return Result(NOT_ASKED, f"{who} ({fault[-120:]})")
    if unasked:
        some = ", ".join(unasked[:3])
        return Result(
            NOT_ASKED, f"{who} (nothing about {len(unasked)} of {len(rows)} packages: {some} …)"
        )
    return Result(OK, f"{len(rows)} packages, by {who}")


def _licences(rows: dict[str, list[str]]) -> Result:
    count = sum(map(len, rows.values()))
    read = licences.asking(rows)
    note = f"{count} packages, {len(rows)} licences (--licences lists them)"
    return Result(OK, f"{note}; to be read: {', '.join(read) or 'none'}")


def _names(row: dict[str, object]) -> str:
    holes = row["vulns"]
    return ", ".join(str(hole["id"]) for hole in holes) if isinstance(holes, list) else ""


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1] if text.strip() else "no answer"
