"""Letters of names: kept, counted, cut and compared as people mean them. Rules only."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from portal.core import names

IN_PEACE = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

VS17 = "\U000e0100"
RARE = {
    "𠮷野": 2,  # plane 2
    f"葛{VS17}城": 2,  # Adobe-Japan1 or Moji_Joho sequences
    "邉\U000e0102": 1,
    "﨑": 1,  # a compatibility ideograph that NFC keeps
    "\ufa19": 1,  # 神, which NFC would change
    "髙島": 2,
    "\U00030000\U0002a700": 2,  # planes 3 and 2: 行政事務標準文字 stands there too
    f"𠮷{VS17}": 1,  # four UTF-16 units
    "か\u3099": 1,
    "👩‍👧‍👦": 1,
    "Ana\u0303": 3,
}
LETTERS = some.lists(some.sampled_from([*RARE, "山", "a", "\u0301", VS17]), max_size=12).map(
    "".join
)


@pytest.mark.parametrize(("name", "seen"), RARE.items())
def test_characters_are_counted_as_people_see_them(name: str, seen: int) -> None:
    assert names.length(name) == seen
    assert names.length(name * 7) == seen * 7


@pytest.mark.parametrize("name", RARE)
def test_every_byte_is_kept(name: str) -> None:
    kept = names.composed(name)
    assert kept == name or name in ("か\u3099", "Ana\u0303")
    assert names.composed(kept) == kept


@IN_PEACE
@given(LETTERS, some.integers(1, 12))
def test_nothing_is_cut_through_a_character(text: str, most: int) -> None:
    for kept in (names.cut(text, most), names.cut_units(text, most, tail="")):
        assert text.startswith(kept)
        rest = text[len(kept) :]
        assert names.length(kept) + names.length(rest) == names.length(text)
    assert names.length(names.cut(text, most, "…")) <= most
    assert names.units(names.cut_units(text, most)) <= most


def test_a_heap_of_marks_is_no_single_character() -> None:
    assert names.length("a" + "\u0301" * 800) > 90
    assert names.cut("a" + "\u0301" * 800, 20) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"葛{VS17}城", "葛城"),
        ("𠮷野 さくら", "吉野さくら"),
        ("渡邉\U000e0102", "渡辺"),
        ("山﨑", "山崎"),
        ("髙橋", "高橋"),
        ("\ufa19谷", "神谷"),
        ("ｻｸﾗ", "サクラ"),
        ("濵田", "浜田"),
    ],
)
def test_people_are_found_in_any_writing(one: str, other: str) -> None:
    assert names.same(one, other)
    assert names.folded(one) == names.folded(names.folded(other))


def test_other_people_are_not() -> None:
    for one, other in (("葛城", "葛木"), ("斎藤", "佐藤"), ("はる", "ばる"), ("", "あ")):
        assert not names.same(one, other)


def test_the_first_letter_is_whole() -> None:
    assert names.initial(f"葛{VS17}城") == f"葛{VS17}"
    assert names.initial("") == ""
