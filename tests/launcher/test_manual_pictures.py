"""The manuals' pictures: each is in the list and there, none is left over, all are light."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from launcher.manual.command import ALL_TOGETHER
from launcher.manual.playing import _ACTS
from launcher.manual.scenes import (
    FOLDER,
    MANUALS,
    VERBS,
    WIDTHS,
    BadScene,
    Step,
    load,
    shown,
)
from launcher.manual.shrinking import HEAVIEST, small

WIDTH_OF = {f"{name}.png": WIDTHS[one.width][0] for one in load() for name in one.pictures}


def test_the_manuals_show_what_the_list_takes_and_nothing_else() -> None:
    assert shown() == set(WIDTH_OF)


def test_every_picture_is_there_and_light() -> None:
    files = {file.name: file for file in FOLDER.glob("*")}
    assert set(files) == set(WIDTH_OF)
    assert {name for name, file in files.items() if file.stat().st_size > HEAVIEST} == set()
    assert sum(file.stat().st_size for file in files.values()) <= ALL_TOGETHER


def test_residents_pages_are_as_wide_as_a_phone_and_clerks_as_a_screen() -> None:
    for name, width in WIDTH_OF.items():
        (found,) = struct.unpack(">I", (FOLDER / name).read_bytes()[16:20])
        assert found == width, name
        assert (width == WIDTHS["phone"][0]) is name.startswith("r-"), name


@pytest.mark.parametrize("manual", MANUALS, ids=lambda one: one.stem)
def test_every_picture_of_a_manual_says_what_it_shows(manual: Path) -> None:
    text = manual.read_text("utf-8")
    assert text.count("<img ") == text.count('alt="') > 15
    assert 'alt=""' not in text


def test_every_verb_can_be_done() -> None:
    assert set(_ACTS) == set(VERBS)
    assert Step.read("fill 題名 = 健診 = 案内") == Step("fill", "題名", "健診 = 案内")
    assert Step.read("mail-code") == Step("mail-code", "")
    for bad in ("dance a lot", "fill 題名"):
        with pytest.raises(BadScene):
            Step.read(bad)


def test_lists_nobody_can_play_are_refused(tmp_path: Path) -> None:
    scene = "{scene: a, who: visitor, width: phone, steps: [shot x]}"
    file = tmp_path / "pictures.yaml"
    file.write_text(f"scenes:\n- {scene}\n- {scene}\n")
    with pytest.raises(BadScene):
        load(file)


def test_a_screenshot_is_made_as_light_as_it_must_be() -> None:
    noise = Image.effect_noise((400, 300), 80)
    out = BytesIO()
    noise.convert("RGB").save(out, "PNG")
    usual, light = small(out.getvalue(), 200_000), small(out.getvalue(), 65_000)
    assert len(light) < len(usual) < len(out.getvalue())
    assert Image.open(BytesIO(light)).size == (400, 300)
