"""Becomes a program that dies with its parent and, where asked, is not root.

Run as a script by path, by any Python, before the program itself, because Popen's
``preexec_fn`` is not safe beside threads. Arguments: PARENT_PID SIGNAL ACCOUNT PROGRAM [ARGS…];
ACCOUNT is ``same``, ``namespace:UID:GID`` or ``user:UID:GID``.
"""

import ctypes
import os
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000


def call(function: str, *arguments: int) -> None:
    """Calls libc and turns its errno into an OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, function)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}")


def enter_namespace(uid: int, gid: int) -> None:
    """Shows our own files and process under another uid, without touching either."""
    real_uid, real_gid = os.getuid(), os.getgid()
    call("unshare", CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")  # user_namespaces(7): before gid_map
    Path("/proc/self/gid_map").write_text(f"{gid} {real_gid} 1")
    Path("/proc/self/uid_map").write_text(f"{uid} {real_uid} 1")


def take_account(account: str) -> None:
    """Changes who we are as ACCOUNT says."""
    kind, *numbers = account.split(":")
    if kind == "namespace":
        enter_namespace(int(numbers[0]), int(numbers[1]))
    elif kind == "user":
        os.setgroups([])
        os.setgid(int(numbers[1]))
        os.setuid(int(numbers[0]))


def die_with(parent: int, signal: int) -> None:
    """Asks Linux for a signal when the parent dies; elsewhere the pid file has to do."""
    if sys.platform == "linux":
        call("prctl", PR_SET_PDEATHSIG, signal, 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked
        raise SystemExit(1)


def main(arguments: list[str]) -> None:
    """Takes the account, ties the knot to the parent, becomes the program."""
    parent, signal, account, program, *rest = arguments
    take_account(account)
    die_with(int(parent), int(signal))  # last, for a change of credentials forgets it
    os.execvp(program, [program, *rest])  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
