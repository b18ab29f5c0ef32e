"""Where backups lie: a folder (a mounted disk) or a bucket of S3, with the same four acts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Protocol
from urllib.parse import quote, unquote, urlsplit

import requests
from defusedxml.ElementTree import fromstring

from portal.operations.backups.sealing import BackupError, DamagedError

S3_NAMES = "{http://s3.amazonaws.com/doc/2006-03-01/}"
PATIENCE = (5, 120)  # seconds: to connect, between two bytes
TRIES = 3


class Storage(Protocol):
    """Names are like paths; contents are sealed parts of a few MiB."""

    place: str

    def put(self, name: str, content: bytes) -> None:
        """Store, whole or not at all."""

    def get(self, name: str) -> bytes:
        """Read, or say that it is missing."""

    def names(self, prefix: str) -> list[str]:
        """All names under a prefix, sorted."""

    def delete(self, name: str) -> None:
        """Remove; what is gone already is no fault."""


class Folder:
    """A folder of this machine, which ought to be a disk of another one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.place = str(folder)

    def put(self, name: str, content: bytes) -> None:
        """Written beside, flushed to the disk, then renamed."""
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f"{path.name}.part")
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    def get(self, name: str) -> bytes:
        """The content."""
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            raise DamagedError(f"{name}: is missing in {self.place}") from None

    def names(self, prefix: str) -> list[str]:
        """Below the folder `prefix` names."""
        found = (path for path in (self._folder / prefix).rglob("*") if path.is_file())
        names = (str(PurePosixPath(path.relative_to(self._folder))) for path in found)
        return sorted(name for name in names if not name.endswith(".part"))

    def delete(self, name: str) -> None:
        """Leaves no empty folder behind."""
        path = self._folder / name
        path.unlink(missing_ok=True)
        if path.parent != self._folder and not any(path.parent.iterdir()):
            path.parent.rmdir()


class Bucket:
    """A bucket over HTTP, each request signed (AWS Signature Version 4), path-style addresses."""

    def __init__(self, url: str, access: Mapping[str, str]) -> None:
        from requests_aws4auth import AWS4Auth  # type: ignore[import-untyped]  # buckets only

        parts = urlsplit(url)
        self._prefix = parts.path.strip("/")
        self.place = url
        endpoint = access.get("BACKUP_S3_ENDPOINT") or "https://s3.amazonaws.com"
        self._address = f"{endpoint.rstrip('/')}/{parts.netloc}"
        region = access.get("BACKUP_S3_REGION") or "us-east-1"
        key, secret = access.get("BACKUP_S3_KEY_ID"), access.get("BACKUP_S3_SECRET")
        if not key or not secret:
            raise BackupError(f"{url} needs BACKUP_S3_KEY_ID and BACKUP_S3_SECRET")
        self._session = requests.Session()
        self._session.auth = AWS4Auth(key, secret, region, "s3")

    def put(self, name: str, content: bytes) -> None:
        """One PUT a part: S3 shows an object whole or not at all."""
        self._ask("PUT", self._path(name), content)

    def get(self, name: str) -> bytes:
        """The content."""
        return self._ask("GET", self._path(name)).content

    def names(self, prefix: str) -> list[str]:
        """ListObjectsV2, page after page."""
        return sorted(name[len(self._prefix) :].lstrip("/") for name in self._listed(prefix))

    def delete(self, name: str) -> None:
        """S3 answers 204 also for what is not there."""
        self._ask("DELETE", self._path(name))

    def _listed(self, prefix: str) -> Iterator[str]:
        start = f"{self._prefix}/{prefix}".strip("/") + "/"
        asked = f"list-type=2&prefix={quote(start, safe='')}"
        more = ""
        while True:
            query = f"continuation-token={quote(more, safe='')}&{asked}" if more else asked
            page = fromstring(self._ask("GET", f"?{query}").content)
            yield from (str(each.text) for each in page.iter(f"{S3_NAMES}Key"))
            more = page.findtext(f"{S3_NAMES}NextContinuationToken") or ""
            if not more:
                return

    def _path(self, name: str) -> str:
        return "/" + quote(f"{self._prefix}/{name}".lstrip("/"))

    def _ask(self, method: str, path: str, body: bytes | None = None) -> requests.Response:
        """Three tries, for a storm of an hour must not cost a generation."""
        what = f"{method} {path.split('?')[0]} at {self.place}"
        for left in reversed(range(TRIES)):
            try:
                answer = self._session.request(
                    method, self._address + path, data=body, timeout=PATIENCE
                )
            except requests.RequestException as fault:
                if not left:
                    raise BackupError(f"{what}: {type(fault).__name__}") from None
                continue
            if answer.status_code < 500 or not left:
                return self._judged(what, path, answer)
        raise BackupError(what)

    def _judged(self, what: str, path: str, answer: requests.Response) -> requests.Response:
        if answer.status_code == 404 and not path.startswith("?"):
            name = unquote(path).strip("/")[len(self._prefix) :].lstrip("/")
            raise DamagedError(f"{name}: is missing in {self.place}")
        if answer.status_code >= 300:
            raise BackupError(f"{what}: answered {answer.status_code} {answer.text[:200]}")
        return answer


def open_storage(target: str, access: Mapping[str, str]) -> Storage:
    """`s3://bucket/prefix`, or the path of a folder."""
    if target.startswith("s3://"):
        return Bucket(target, access)
    if "://" in target and not target.startswith("file://"):
        raise BackupError(f"{target}: a target is a folder or s3://bucket/prefix")
    return Folder(Path(target.removeprefix("file://")))
