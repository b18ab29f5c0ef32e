"""`./mado check`: lint, types, known holes in what we depend on, secrets in the tree."""

import json
import re
import subprocess
import time

import click

from launcher import bootstrap, steps
from launcher.places import ROOT
from launcher.testing import DEVELOPMENT

LOCKS = ("requirements.txt", "requirements-dev.txt")
# Spelled apart, so that this file is not its own first finding.
SECRETS = {
    "private key": "-----BEGIN [A-Z ]*PRIVATE " + "KEY-----",
    "cloud key": r"\bAKIA[0-9A-Z]{16}\b",
    "forge token": r"\b(?:gh[pousr]|github_pat|glpat)[_-][A-Za-z0-9_]{20,}",
    "chat token": r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    "signed token": r"\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}",
    "address with a password": r"[a-z+]+://[A-Za-z0-9_]+:[A-Za-z0-9_]{12,}@",
}


@click.command()
def check() -> None:
    """Lint, types, known holes in packages (needs the network), secrets in the tree."""
    try:
        if not bootstrap.is_installed(DEVELOPMENT):
            bootstrap.install(DEVELOPMENT)
    except bootstrap.SetupError as fault:
        raise click.ClickException(str(fault)) from None
    failed = steps.run_all(steps.LINT)
    for name, found in (("secrets", _secrets()), ("known holes", _known_holes())):
        click.echo(f"{name}: {found or 'ok'}")
        failed += [name] if found else []
    if failed:
        raise click.ClickException(f"failed: {', '.join(failed)}")


def _secrets() -> str:
    found = secrets_in(tracked_files())
    return "FAILED\n  " + "\n  ".join(found) if found else ""


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
            found += [f"{name}:{number}: {k}" for k, p in SECRETS.items() if re.search(p, line)]
    return found


def _known_holes() -> str:
    started = time.monotonic()
    faults = [fault for lock in LOCKS if (fault := audit(lock))]
    click.echo(f"pip-audit: {time.monotonic() - started:.1f} s")
    return "\n".join(faults)


def audit(lock: str) -> str:
    """What pip-audit finds in a lock file; a package it could not ask about is a fault too."""
    line = steps.python("pip_audit", "-r", lock, "--require-hashes", "--disable-pip")
    line += ["--format", "json", "--progress-spinner", "off"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        rows = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return f"FAILED: {lock} could not be checked (no network?): {_last_line(done.stderr)}"
    return verdict(lock, rows)


def verdict(lock: str, rows: list[dict[str, object]]) -> str:
    """Pip-audit calls a run without answers a success; we do not."""
    unasked = [str(row["name"]) for row in rows if row.get("skip_reason")]
    holes = [f"{row['name']} {row['version']}: {_names(row)}" for row in rows if row.get("vulns")]
    if holes:
        return f"FAILED: {lock}\n  " + "\n  ".join(holes)
    if unasked:
        return (
            f"FAILED: {lock}: {len(unasked)} of {len(rows)} packages could not be asked about "
            f"(no network, or an index without that service): {', '.join(unasked[:5])} …"
        )
    return ""


def _names(row: dict[str, object]) -> str:
    holes = row["vulns"]
    return ", ".join(str(hole["id"]) for hole in holes) if isinstance(holes, list) else ""


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1] if text.strip() else "no answer"
