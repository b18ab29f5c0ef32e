"""Sets up the virtual environment, by the standard library alone, and hands over to it."""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements.txt"
SETUP_LOG = ROOT / "var" / "logs" / "setup.log"
ROOM_NEEDED = 1_500_000_000  # bytes: environment, pip's cache, room to build up
NETWORK_WORDS = (
    "name resolution",
    "Name or service not known",
    "nodename nor servname",
    "Network is unreachable",
    "NewConnectionError",
    "ConnectTimeout",
    "Connection refused",
    "ProxyError",
    "dns error",
    "error sending request",
)


class SetupError(Exception):
    """The machine lacks something; the message says exactly what to do."""


def start(arguments: Sequence[str]) -> NoReturn:
    """Makes everything ready if it is not, then becomes `python -m launcher`."""
    try:
        ensure()
    except SetupError as fault:
        print(f"mado: {fault}", file=sys.stderr)
        raise SystemExit(1) from None
    hand_over(arguments)


def hand_over(arguments: Sequence[str]) -> NoReturn:
    """Becomes the command line; -P, for a folder named launcher elsewhere is not ours."""
    environment = {**os.environ, "PYTHONPATH": python_path(), "PYTHONUTF8": "1"}
    os.execve(PYTHON, [str(PYTHON), "-P", "-m", "launcher", *arguments], environment)  # noqa: S606


def python_path() -> str:
    """Our own folder first, so that every child finds the packages from anywhere."""
    others = [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part]
    return os.pathsep.join([str(ROOT), *(part for part in others if part != str(ROOT))])


def ensure() -> None:
    """Environment as the lock file says, message catalogues as their texts say."""
    if not is_installed(REQUIREMENTS):
        install(REQUIREMENTS)
    if any(stale_catalogues()):
        compile_catalogues()


def is_installed(requirements: Path) -> bool:
    """Whether the environment was made from exactly this lock file."""
    stamp = _stamp(requirements)
    return (
        stamp.exists()
        and PYTHON.exists()
        and stamp.read_text("utf-8") == _fingerprint(requirements)
    )


def install(requirements: Path) -> None:
    """Makes the environment if needed and installs a lock file into it."""
    with _alone():
        if is_installed(requirements):  # the other one has just done it
            return
        check_room()
        if not _usable(PYTHON):
            _make_environment()
        _say(f"installing {requirements.name} (log: {SETUP_LOG.relative_to(ROOT)}) …")
        _install_packages(requirements)
        note_installed(requirements)
        _say("done")


def note_installed(requirements: Path) -> None:
    """Remembers that the environment is now what this lock file says."""
    _stamp(requirements).write_text(_fingerprint(requirements), "utf-8")


def stale_catalogues() -> Iterator[Path]:
    """Message texts newer than what was compiled from them."""
    for text in ROOT.glob("*/translations/*/LC_MESSAGES/*.po"):
        compiled = text.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < text.stat().st_mtime:
            yield text


def compile_catalogues() -> None:
    """Lets Babel, which lives in the environment, compile what is stale."""
    line = [str(PYTHON), "-P", "-m", "launcher.catalogues"]
    done = subprocess.run(
        line, env={**os.environ, "PYTHONPATH": python_path()}, stderr=subprocess.PIPE, check=False
    )
    if done.returncode != 0:
        raise SetupError(f"the message catalogues do not compile:\n{done.stderr.decode()[-2000:]}")


def _stamp(requirements: Path) -> Path:
    return VENV / f"mado-{requirements.stem}.stamp"


def _fingerprint(requirements: Path) -> str:
    """The lock file, and the very Python: an upgraded one has none of our packages."""
    return f"{hashlib.sha256(requirements.read_bytes()).hexdigest()} {PYTHON.resolve().name}"


def _say(text: str) -> None:
    print(f"mado: {text}", file=sys.stderr, flush=True)


@contextmanager
def _alone() -> Iterator[None]:
    """Lets one setup run at a time."""
    try:
        SETUP_LOG.parent.mkdir(parents=True, exist_ok=True)
        with (ROOT / "var" / "setup.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    except PermissionError as fault:
        raise SetupError(
            f"{fault.filename} may not be written: run ./mado as the owner of {ROOT} once"
        ) from fault


def check_room() -> None:
    free = shutil.disk_usage(ROOT).free
    if free < ROOM_NEEDED:
        raise SetupError(
            f"the disk of {ROOT} has {free // 1_000_000} MB left; the first setup needs "
            f"{ROOM_NEEDED // 1_000_000} MB. Make room and start again"
        )


def _usable(python: Path) -> bool:
    """Whether the environment runs (its base Python may have been upgraded away)."""
    if not python.exists():
        return False
    try:
        line = [str(python), "-c", "import pip"]
        return subprocess.run(line, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _make_environment() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        raise SetupError(
            "this Python can not make virtual environments. Do this and start again:\n"
            "      apt-get install python3-venv"
        )
    _say(f"making a virtual environment in {VENV.name} (Python {sys.version.split()[0]}) …")
    try:
        venv.create(VENV, clear=True, symlinks=True, with_pip=True)
    except (subprocess.CalledProcessError, OSError) as fault:
        shutil.rmtree(VENV, ignore_errors=True)
        raise SetupError(
            f"the virtual environment could not be made ({fault}).\n"
            "      On Debian: apt-get install python3-venv"
        ) from fault


def _install_packages(requirements: Path) -> None:
    """By uv where it is there and works, else by pip, which knows the machine's own settings."""
    uv = shutil.which("uv")
    if uv and _logged([uv, "pip", "install", "--python", str(PYTHON), *_options(requirements)])[0]:
        return
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    worked, told = _logged([*pip, *_options(requirements)])
    if not worked:
        raise SetupError(explain(told))


def _options(requirements: Path) -> list[str]:
    return ["--require-hashes", "--requirement", str(requirements)]


def _logged(line: list[str]) -> tuple[bool, str]:
    """Runs an installer into the log; whether it worked, and what it said."""
    done = subprocess.run(
        line,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    told = done.stdout.decode(errors="replace")
    with SETUP_LOG.open("a", encoding="utf-8") as log:
        log.write(told)
    return done.returncode == 0, told


def explain(told: str) -> str:
    """What an installer's failure means for the one who reads it."""
    lines = told.strip().splitlines()
    errors = [line for line in lines if line.lower().startswith("error")] or lines
    tail = "\n".join(line[:300] for line in errors[-3:])
    if "No space left on device" in told or "Disk quota exceeded" in told:
        return f"the disk is full. Make room and start again.\n{tail}"
    if any(word in told for word in NETWORK_WORDS):
        return (
            "the packages can not be downloaded: no network. Only the first start needs it.\n"
            "      Connect and start again, or set PIP_INDEX_URL (a mirror), or PIP_NO_INDEX=1\n"
            f"      and PIP_FIND_LINKS (a folder of wheels).\n{tail}"
        )
    return f"the packages could not be installed; the whole story is in {SETUP_LOG}.\n{tail}"
