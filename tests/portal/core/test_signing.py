"""A signed file says who, when and whether it is as it was."""

from __future__ import annotations

import base64
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from launcher.verifying import verify as command
from portal.core.settings import SettingsError, load_settings
from portal.core.signing import BadSignature, SigningKeys, verify_file
from tests.conftest import make_settings

SEED = base64.b64encode(b"s" * 32).decode()
OTHER = base64.b64encode(b"o" * 32).decode()


def keys(folder: Path, **more: Any) -> SigningKeys:
    return SigningKeys(make_settings("postgresql+psycopg://x", "redis://x", folder, **more))


def test_a_file_is_good_until_a_byte_changes(tmp_path: Path) -> None:
    ours = keys(tmp_path, SIGNING_KEY=SEED)
    beside = ours.sign_file(b"figures", "report.csv")
    assert verify_file(ours.trusted, b"figures", beside)["signed_by"] == "localhost:8000"
    with pytest.raises(BadSignature, match="changed after"):
        verify_file(ours.trusted, b"Figures", beside)
    later = json.loads(beside) | {"signed_at": "2031-01-01T00:00:00+00:00"}
    with pytest.raises(BadSignature, match="does not fit"):
        verify_file(ours.trusted, b"figures", json.dumps(later).encode())
    for nothing in (b"", b"[]", b"{}", b'{"signature": "!"}'):
        with pytest.raises(BadSignature, match="not a signature"):
            verify_file(ours.trusted, b"figures", nothing)


def test_keys_change_and_old_signatures_stay_good(tmp_path: Path) -> None:
    old = keys(tmp_path, SIGNING_KEY=SEED)
    beside = old.sign_file(b"figures", "report.csv")
    both = keys(tmp_path, SIGNING_KEY=f"{OTHER} {SEED}")
    public = base64.b64encode(old.public).decode()
    known = keys(tmp_path, SIGNING_KEY=OTHER, SIGNING_TRUSTED=public)
    for ring in (both, known):
        assert ring.public != old.public
        assert verify_file(ring.trusted, b"figures", beside)
    with pytest.raises(BadSignature, match="not trusted"):
        verify_file(keys(tmp_path, SIGNING_KEY=OTHER).trusted, b"figures", beside)


def test_without_a_key_of_its_own_a_city_still_signs(tmp_path: Path) -> None:
    assert keys(tmp_path).public == keys(tmp_path).public != keys(tmp_path, SIGNING_KEY=SEED).public


def test_a_bad_key_is_a_fault_of_the_settings() -> None:
    with pytest.raises(SettingsError, match="SIGNING_KEY"):
        load_settings(SIGNING_KEY="short")


def test_the_command_verifies_beside_and_inside_a_zip(tmp_path: Path) -> None:
    ours = keys(tmp_path, SIGNING_KEY=SEED)
    public = base64.b64encode(
        Ed25519PrivateKey.from_private_bytes(b"s" * 32).public_key().public_bytes_raw()
    ).decode()
    (tmp_path / "a.csv").write_bytes(b"a")
    (tmp_path / "a.csv.sig").write_bytes(ours.sign_file(b"a", "a.csv"))
    good = CliRunner().invoke(command, [str(tmp_path / "a.csv"), "--key", public])
    assert good.exit_code == 0 and "a.csv: good, signed" in good.output
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as packed:
        packed.writestr("a.csv", b"a")
        packed.writestr("a.csv.sig", ours.sign_file(b"a", "a.csv"))
        packed.writestr("more.csv", b"put in later")
    bad = CliRunner().invoke(command, [str(tmp_path / "b.zip"), "--key", public])
    assert bad.exit_code == 1 and "more.csv: NOT GOOD" in bad.output and "a.csv: good" in bad.output
