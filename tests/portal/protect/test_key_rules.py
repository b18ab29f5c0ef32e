"""The list of keys and a ring that follows it, without a city."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import pytest

from portal.core.crypto import DamagedData, KeyRing
from portal.core.crypto_keys import KeyList, KeySource, KeysRefused, asked, key_id
from portal.core.settings_files import SettingsError

ONE, TWO = (base64.b64encode(letter * 32).decode() for letter in (b"1", b"2"))


def test_a_new_key_reads_then_writes_and_the_index_key_stays() -> None:
    before = KeyList.parse(f"{TWO} {ONE}")
    added = KeyList.parse(str(before.with_new()))
    turned = KeyList.parse(str(added.rotated()))
    assert added.data[:2] == before.data
    assert turned.data[0] == added.waiting
    assert turned.waiting is None
    left = turned.without(key_id(b"1" * 32))
    assert b"1" * 32 not in left.data
    old, new = KeyRing(f"{TWO} {ONE}"), KeyRing(str(left))
    assert old.blind_index("x", "p") == new.blind_index("x", "p")
    assert turned.rotated() == turned  # again after a stop: nothing flips back


def test_changes_that_must_not_be() -> None:
    listed = KeyList.parse(ONE)
    with pytest.raises(KeysRefused, match="writes"):
        listed.without(key_id(b"1" * 32))
    with pytest.raises(KeysRefused, match="no key"):
        listed.without(b"none")
    with pytest.raises(KeysRefused, match="waits"):
        listed.with_new().with_new()
    for wrong in ("", "short", f"{ONE} index:{ONE} index:{TWO}", f"index:{ONE}"):
        with pytest.raises(ValueError, match=r"empty|32 bytes|only"):
            KeyList.parse(wrong)


def test_a_ring_follows_its_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(ONE)
    file.chmod(0o640)
    source = KeySource(file, "")
    reader, writer = KeyRing(ONE, source), KeyRing(ONE, source)
    with source.changing() as listed:
        source.write(listed.with_new().rotated())
    assert file.stat().st_mode & 0o777 == 0o640
    stored = writer.encrypt(b"sakura", "a.b")
    assert stored[1:5] != key_id(b"1" * 32)
    assert reader.decrypt(stored, "a.b") == b"sakura"
    with pytest.raises(DamagedData):
        KeyRing(ONE).decrypt(stored, "a.b")


def test_a_file_that_is_gone_or_broken_ends_nothing(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(ONE)
    ring = KeyRing(ONE, KeySource(file, ""))
    file.write_text("half a ke")
    assert ring.decrypt(ring.encrypt(b"x", "a.b"), "a.b") == b"x"
    file.unlink()
    assert ring.decrypt(ring.encrypt(b"x", "a.b"), "a.b") == b"x"
    with pytest.raises(DamagedData):
        ring.decrypt(KeyRing(TWO).encrypt(b"x", "a.b"), "a.b")


def test_a_key_service_unwraps_on_standard_input(tmp_path: Path) -> None:
    program = tmp_path / "kms.py"
    program.write_text("import sys; print(sys.stdin.read()[::-1])")
    assert asked(f"{sys.executable} {program}", TWO[::-1]) == TWO
    program.write_text(f"import sys; print('{TWO}', file=sys.stderr); sys.exit(3)")
    with pytest.raises(SettingsError) as fault:
        asked(f"{sys.executable} {program}", "wrapped")
    assert "3" in str(fault.value)
    assert TWO not in str(fault.value)


def test_settings_take_keys_from_the_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.core.settings import Settings
    from portal.core.settings_protect import KeyCommandSource

    program, wrapped = tmp_path / "kms.py", tmp_path / "wrapped"
    program.write_text("import sys; print(sys.stdin.read()[::-1])")
    wrapped.write_text(TWO[::-1])
    monkeypatch.setenv("DATA_KEY_FILE", str(wrapped))
    monkeypatch.setenv("DATA_KEY_COMMAND", f"{sys.executable} {program}")
    monkeypatch.delenv("DATA_KEY", raising=False)
    assert KeyCommandSource(Settings)() == {"DATA_KEY": TWO}
    source = KeySource.following(TWO)
    assert source is not None
    with pytest.raises(KeysRefused, match="command"), source.changing():
        pass
