"""The list of keys: as a setting or a file says it, as a key service prints it, and its changes."""

from __future__ import annotations

import base64
import binascii
import fcntl
import hashlib
import os
import secrets
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from portal.core.settings_files import SettingsError

INDEX = "index:"  # of blind indexes, the one that writes
INDEX_NEXT = "index-next:"  # only looks up yet
INDEX_OLD = "index-old:"  # only looks up still
HASHES = "hashes:"  # of codes and links, which are nowhere in the clear to be hashed anew
NEXT = "next:"  # a key that only reads yet
NAMES = (NEXT, INDEX, INDEX_NEXT, INDEX_OLD, HASHES)
LENGTH = 32  # bytes, AES-256
PATIENCE = 30  # seconds a key service may take


class KeysRefused(Exception):
    """A change of the list that must not be; the text says why."""


def key_id(master: bytes) -> bytes:
    """Name of a data key, as it stands before each value it sealed."""
    return hashlib.sha256(b"mado:key-id:" + master).digest()[:4]


@dataclass(frozen=True)
class KeyList:
    """Data keys, the one that writes first, and the keys of blind indexes and hashes."""

    data: tuple[bytes, ...]
    index: bytes
    waiting: bytes | None = None  # the one that will write next; among the others, it reads
    index_waiting: bytes | None = None
    index_old: bytes | None = None
    hashes: bytes | None = None  # None: the index key, as it was when the city began

    @property
    def looking(self) -> tuple[bytes, ...]:
        """Index keys by which rows are looked up; the first one writes."""
        return tuple(filter(None, (self.index, self.index_waiting, self.index_old)))

    @classmethod
    def parse(cls, text: str) -> KeyList:
        """Of `BASE64 next:BASE64 index:BASE64`. Without `index:` the last key is that one, too."""
        named: dict[str, bytes] = {}
        data = []
        for part in text.split():
            name, colon, kept = part.rpartition(":")
            if not colon:
                data.append(_master(kept))
            elif name + colon in named or name + colon not in NAMES:
                raise ValueError(f"may name one {name}: key only, and only keys that are known")
            else:
                named[name + colon] = _master(kept)
        if not data:
            raise ValueError("is empty")
        waiting = named.get(NEXT)
        return cls(
            (*data, waiting) if waiting else tuple(data),
            named.get(INDEX, data[-1]),
            waiting,
            *(named.get(name) for name in (INDEX_NEXT, INDEX_OLD, HASHES)),
        )

    def __str__(self) -> str:
        data = [NEXT * (master == self.waiting) + _text(master) for master in self.data]
        rest = {
            INDEX: self.index,
            INDEX_NEXT: self.index_waiting,
            INDEX_OLD: self.index_old,
            HASHES: self.hashes,
        }
        data += [name + _text(master) for name, master in rest.items() if master]
        return "\n".join(data) + "\n"

    def with_new(self) -> KeyList:
        """A key more, that only reads yet: every machine must have it before one writes by it."""
        if self.waiting:
            raise KeysRefused(f"{key_id(self.waiting).hex()} waits already: rotate")
        made = secrets.token_bytes(LENGTH)
        return replace(self, data=(*self.data, made), waiting=made)

    def rotated(self) -> KeyList:
        """The waiting key writes; without one nothing changes."""
        if self.waiting is None:
            return self
        rest = tuple(master for master in self.data if master != self.waiting)
        return replace(self, data=(self.waiting, *rest), waiting=None)

    def with_new_index(self) -> KeyList:
        """An index key more, that only looks up yet."""
        if self.index_waiting or self.index_old:
            raise KeysRefused("an index key is being changed already: see `keys status`")
        return replace(self, index_waiting=secrets.token_bytes(LENGTH))

    def index_rotated(self) -> KeyList:
        """The waiting index key writes, the one before looks up; codes and links keep theirs."""
        if self.index_waiting is None:
            return self
        return replace(
            self,
            index=self.index_waiting,
            index_waiting=None,
            index_old=self.index,
            hashes=self.hashes or self.index,
        )

    def without_old_index(self) -> KeyList:
        """Nothing is looked up by the key before any more."""
        if self.index_old is None:
            raise KeysRefused("there is no old index key: `keys status` lists them")
        return replace(self, index_old=None)

    def without(self, ended: bytes) -> KeyList:
        """Less one; the index key stays, whatever it was before."""
        if key_id(self.data[0]) == ended:
            raise KeysRefused(f"{ended.hex()} is the key that writes: rotate first")
        rest = tuple(master for master in self.data if key_id(master) != ended)
        if len(rest) == len(self.data):
            raise KeysRefused(f"there is no key {ended.hex()}")
        return replace(self, data=rest, waiting=None if self.waiting not in rest else self.waiting)


@dataclass(frozen=True)
class KeySource:
    """Where a process reads the list again."""

    file: Path | None
    command: str

    @classmethod
    def of_environment(cls) -> KeySource | None:
        """None where the list itself stands in the environment: that never changes."""
        named, command = os.environ.get("DATA_KEY_FILE"), os.environ.get("DATA_KEY_COMMAND", "")
        if os.environ.get("DATA_KEY") and not command:
            return None
        return cls(Path(named) if named else None, command) if named or command else None

    @classmethod
    def following(cls, data_keys: str) -> KeySource | None:
        """The environment's source, if these settings came from there (tests give their own)."""
        source = cls.of_environment()
        try:
            same = source and source.read().split() == data_keys.split()
        except (OSError, SettingsError):
            same = False
        return source if same else None

    def stamp(self) -> tuple[int, int] | None:
        """Another one whenever the file was replaced or written."""
        try:
            found = self.file.stat() if self.file else None
        except OSError:  # away for a moment, or for good: what is known still works
            return None
        return (found.st_mtime_ns, found.st_ino) if found else None

    def read(self) -> str:
        """The list in the clear."""
        kept = self.file.read_text("utf-8") if self.file else os.environ.get("DATA_KEY", "")
        return asked(self.command, kept) if self.command else kept

    def listed(self) -> KeyList:
        """The list as it is now."""
        return KeyList.parse(self.read())

    @contextmanager
    def changing(self) -> Iterator[KeyList]:
        """The list of the file, for one who changes it; nobody else does meanwhile."""
        if self.command or self.file is None:
            raise KeysRefused(
                "the keys come from a command or from DATA_KEY itself: add, order and remove them "
                "there (the first one writes); `keys rotate` then writes the rows anew"
            )
        with (self.file.parent / f".{self.file.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield KeyList.parse(self.file.read_text("utf-8"))

    def write(self, listed: KeyList) -> None:
        """Put the list in the file's place: readers find the old one or the new one, whole."""
        assert self.file is not None  # noqa: S101  (`changing` has seen to that)
        target = self.file.resolve()
        before = target.stat()
        beside = target.with_name(f".{target.name}.new")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as new:
            new.write(str(listed))
            new.flush()
            os.fchmod(new.fileno(), before.st_mode & 0o777)
            if os.geteuid() == 0:
                os.fchown(new.fileno(), before.st_uid, before.st_gid)
            os.fsync(new.fileno())
        beside.replace(target)


def asked(command: str, kept: str) -> str:
    """What a key service's command prints. `kept` (the wrapped keys) goes to its standard input.

    Keys are in no argument, where every process of the machine could read them, and neither what
    it prints nor what it says of faults is told to anybody.
    """
    try:
        ran = subprocess.run(
            shlex.split(command), input=kept, capture_output=True, text=True, timeout=PATIENCE
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise SettingsError(f"DATA_KEY_COMMAND: {type(error).__name__}") from None
    if ran.returncode or not ran.stdout.strip():
        raise SettingsError(f"DATA_KEY_COMMAND: no keys, exit status {ran.returncode}")
    return ran.stdout.strip()


def _master(part: str) -> bytes:
    try:
        found = base64.b64decode(part, validate=True)
    except binascii.Error:
        found = b""
    if len(found) != LENGTH:
        raise ValueError("each key must be base64 of exactly 32 bytes")
    return found


def _text(master: bytes) -> str:
    return base64.b64encode(master).decode()
