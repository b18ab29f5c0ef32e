"""Backups in a bucket: the library signs, a stand-in that shares no code with it judges."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest
from werkzeug.serving import make_server

from portal.operations.backups.generations import Part, PartReader, PartWriter
from portal.operations.backups.sealing import BackupError, DamagedError, KeyFile, new_key
from portal.operations.backups.storage import Bucket, Storage, open_storage
from standins.object_store.app import create_app

SECRETS = {"CITYKEY": "a secret for tests/with a slash+plus"}


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    app = create_app(tmp_path_factory.mktemp("objects"), SECRETS, page=2)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def bucket(endpoint: str, **more: str) -> Storage:
    access = {
        "BACKUP_S3_ENDPOINT": endpoint,
        "BACKUP_S3_REGION": "ap-northeast-1",
        "BACKUP_S3_KEY_ID": "CITYKEY",
        "BACKUP_S3_SECRET": SECRETS["CITYKEY"],
    }
    return open_storage("s3://city-backups/mado/まど市", access | more)


def test_what_was_stored_comes_back_and_is_listed_page_after_page(endpoint: str) -> None:
    storage = bucket(endpoint)
    assert storage.names("base") == []
    for number in range(5):
        storage.put(f"base/g/data.{number}", bytes([number]) * 1000)
    storage.put("wal/c/000000010000000000000001", b"log")
    assert storage.names("base/g") == [f"base/g/data.{number}" for number in range(5)]
    assert storage.get("base/g/data.3") == b"\x03" * 1000
    storage.delete("base/g/data.3")
    storage.delete("base/g/data.3")
    assert "base/g/data.3" not in storage.names("base")
    with pytest.raises(DamagedError, match=r"^base/g/data\.3: is missing in s3://city-backups"):
        storage.get("base/g/data.3")


def test_a_stream_is_cut_into_sealed_parts(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.operations.backups.generations.PART", 1000)
    storage, keys = bucket(endpoint), KeyFile((new_key(),), {})
    writer = PartWriter(storage, keys, "base/h/media")
    writer.write(b"a" * 2500)
    parts = writer.close()
    assert [part.name for part in parts] == [f"base/h/media.{n:05d}" for n in range(3)]
    reader = PartReader(storage, keys, parts)
    assert b"".join(iter(lambda: reader.read(700), b"")) == b"a" * 2500
    cut = [*parts[:1], Part(parts[1].name, parts[1].bytes + 1, "")]
    with pytest.raises(DamagedError, match=parts[1].name):
        list(iter(PartReader(storage, keys, cut).read, b""))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"BACKUP_S3_SECRET": "another"}, "SignatureDoesNotMatch"),
        ({"BACKUP_S3_KEY_ID": "STRANGER"}, "InvalidAccessKeyId"),
    ],
)
def test_a_wrong_key_of_the_bucket_is_said(endpoint: str, wrong: dict[str, str], code: str) -> None:
    with pytest.raises(BackupError, match=code):
        bucket(endpoint, **wrong).put("base/x", b"x")


def test_a_store_that_is_away_is_named_after_three_tries() -> None:
    with pytest.raises(BackupError, match="s3://city-backups/mado/まど市: ConnectionError"):
        bucket("http://127.0.0.1:9").put("base/x", b"x")


def test_a_bucket_needs_its_keys() -> None:
    with pytest.raises(BackupError, match="BACKUP_S3_KEY_ID"):
        Bucket("s3://city", {})
    with pytest.raises(BackupError, match="ftp"):
        open_storage("ftp://somewhere", {})
