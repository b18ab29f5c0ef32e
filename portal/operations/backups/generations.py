"""One generation on the target: its sealed manifest and its parts, read and written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field

from portal.operations.backups.sealing import BackupError, DamagedError, KeyFile
from portal.operations.backups.storage import Storage

PART = 16 * 1024 * 1024  # the memory a stream needs is a small multiple of this
BASES, LOG = "base", "wal"


@dataclass(slots=True)
class Part:
    """One file of the target."""

    name: str
    bytes: int
    sha256: str


@dataclass(slots=True)
class Manifest:
    """What a generation holds, written last: without it there is no generation."""

    generation: str
    chain: str  # where its log lies: wal/<chain>/
    first_segment: str
    restore_point: str
    postgres: int
    database: str
    role: str
    revision: str
    started_at: str
    ended_at: str = ""
    data: list[Part] = field(default_factory=list)
    media: list[Part] = field(default_factory=list)
    media_files: int = 0
    rows: dict[str, list[int]] = field(default_factory=dict)  # table: least, most

    @property
    def bytes(self) -> int:
        """All parts together."""
        return sum(part.bytes for part in (*self.data, *self.media))

    @property
    def name(self) -> str:
        """Its own file."""
        return manifest_name(self.generation)


def manifest_name(generation: str) -> str:
    """Its file on the target."""
    return f"{BASES}/{generation}/manifest"


def write_manifest(storage: Storage, keys: KeyFile, manifest: Manifest) -> None:
    """From now on the generation counts."""
    text = json.dumps(asdict(manifest), ensure_ascii=False).encode()
    storage.put(manifest.name, keys.seal(manifest.name, text))


def read_manifest(storage: Storage, keys: KeyFile, generation: str) -> Manifest:
    """Opens it, which also proves the key."""
    name = manifest_name(generation)
    told = json.loads(keys.open(name, storage.get(name)))
    for kind in ("data", "media"):
        told[kind] = [Part(**part) for part in told[kind]]
    return Manifest(**told)


def generations(storage: Storage) -> list[str]:
    """Complete ones, the oldest first."""
    names = (name.split("/") for name in storage.names(BASES))
    return sorted(name[1] for name in names if len(name) == 3 and name[2] == "manifest")


def newest(storage: Storage) -> str:
    """The newest complete generation."""
    found = generations(storage)
    if not found:
        raise BackupError(f"no complete backup in {storage.place}")
    return found[-1]


class PartWriter:
    """A file to write into; what comes is cut, sealed and stored part by part."""

    def __init__(self, storage: Storage, keys: KeyFile, prefix: str) -> None:
        self._storage, self._keys, self._prefix = storage, keys, prefix
        self._waiting = bytearray()
        self.parts: list[Part] = []

    def write(self, data: bytes) -> int:
        """As a file's."""
        self._waiting += data
        while len(self._waiting) >= PART:
            self._store(bytes(self._waiting[:PART]))
            del self._waiting[:PART]
        return len(data)

    def close(self) -> list[Part]:
        """Stores the rest."""
        if self._waiting:
            self._store(bytes(self._waiting))
            self._waiting.clear()
        return self.parts

    def _store(self, plain: bytes) -> None:
        name = f"{self._prefix}.{len(self.parts):05d}"
        sealed = self._keys.seal(name, plain)
        self._storage.put(name, sealed)
        self.parts.append(Part(name, len(sealed), hashlib.sha256(sealed).hexdigest()))


class PartReader:
    """A file to read from, over parts that are fetched, checked and opened one by one."""

    def __init__(self, storage: Storage, keys: KeyFile, parts: Iterable[Part]) -> None:
        self._storage, self._keys, self._parts = storage, keys, iter(parts)
        self._waiting = b""

    def read(self, size: int = -1) -> bytes:
        """As a file's; `size` < 0 gives the next part."""
        while not self._waiting:
            part = next(self._parts, None)
            if part is None:
                return b""
            self._waiting = fetch(self._storage, self._keys, part)
        cut = len(self._waiting) if size < 0 else size
        data, self._waiting = self._waiting[:cut], self._waiting[cut:]
        return data


def fetch(storage: Storage, keys: KeyFile, part: Part) -> bytes:
    """One part in the clear; a flipped byte, a cut or a missing file is named."""
    sealed = storage.get(part.name)
    if len(sealed) != part.bytes:
        raise DamagedError(f"{part.name}: has {len(sealed)} bytes instead of {part.bytes}")
    return keys.open(part.name, sealed)


def forget(storage: Storage, names: list[str]) -> None:
    """Removes generations; the manifest first, so that no half one is taken for a whole one."""
    for generation in names:
        storage.delete(manifest_name(generation))
        for name in storage.names(f"{BASES}/{generation}"):
            storage.delete(name)


def forget_log(storage: Storage, keep: Callable[[str, str], bool]) -> int:
    """Removes segments nobody needs; `keep(chain, segment)` says which stay."""
    gone = [name for name in storage.names(LOG) if not keep(*name.split("/")[1:3])]
    for name in gone:
        storage.delete(name)
    return len(gone)
