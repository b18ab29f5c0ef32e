"""Where the files of a local city lie, all under one data folder."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOG_LIMIT = 10_000_000  # bytes; one older generation is kept


@dataclass(frozen=True, slots=True)
class Places:
    """The folders under --data."""

    data: Path

    @classmethod
    def under(cls, data: str | Path | None = None) -> "Places":
        """As told, as MADO_DATA says, or var/ in the checkout."""
        return cls(Path(data or os.environ.get("MADO_DATA") or ROOT / "var").resolve())

    @property
    def secrets(self) -> Path:
        """Keys and passwords, one file each, readable by the owner alone."""
        return self.data / "secrets"

    @property
    def postgres(self) -> Path:
        """The database cluster."""
        return self.data / "postgres"

    @property
    def valkey(self) -> Path:
        """The queue's data."""
        return self.data / "valkey"

    @property
    def media(self) -> Path:
        """Uploaded files."""
        return self.data / "media"

    @property
    def standins(self) -> Path:
        """What the stand-ins remember, and what they are told."""
        return self.data / "standins"

    @property
    def run(self) -> Path:
        """Process ids, sockets, addresses of the running city."""
        return self.data / "run"

    @property
    def demo(self) -> Path:
        """Who lives in the demo city; written by `./mado demo`."""
        return self.data / "demo.json"

    def log(self, name: str) -> Path:
        """One process's log."""
        return self.data / "logs" / f"{name}.log"

    def make(self) -> None:
        """Makes the folders; only the owner may look into those with personal data."""
        for folder in (self.secrets, self.media, self.standins, self.run, self.log("x").parent):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)


def rotate(log: Path, limit: int = LOG_LIMIT) -> None:
    """Copies a full log aside and empties it in place, for its writer keeps it open."""
    if log.exists() and log.stat().st_size > limit:
        log.with_suffix(".log.1").write_bytes(log.read_bytes())
        os.truncate(log, 0)
