"""Rows of the standard open data (facilities, shelters) in all their header dialects."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# What a column is called, the newest form first. Headers are compared by their last part (some
# cities prefix them: 公共施設_名称), without width, blanks and the typo 連結標記.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("ID", "NO", "No.", "番号", "施設ID"),
    "name": ("名称", "施設名", "施設名称"),
    "kana": ("名称_カナ", "名称カナ", "施設名_カナ"),
    "name_en": ("名称_英字", "名称_英語"),
    "kind": ("POIコード", "種別", "分類", "施設種別"),
    "address": ("所在地_連結表記", "住所", "所在地"),
    "town": ("所在地_町字", "町字"),
    "building": ("建物名等(方書)", "方書"),
    "latitude": ("緯度",),
    "longitude": ("経度",),
    "phone": ("電話番号",),
    "days": ("利用可能曜日", "開館曜日"),
    "opens": ("開始時間", "利用開始時間"),
    "closes": ("終了時間", "利用終了時間"),
    "times_note": ("利用可能日時特記事項",),
    "accessibility": ("バリアフリー情報", "バリアフリー"),
    "capacity": ("想定収容人数", "収容人数"),
    "url": ("URL",),
    "note": ("備考",),
}
MARKS: Mapping[str, tuple[str, ...]] = {
    "flood": ("災害種別_洪水", "洪水"),
    "landslide": (
        "災害種別_崖崩れ、土石流及び地滑り",
        "崖崩れ、土石流及び地滑り",
        "崖崩れ土石流地滑り",
    ),
    "storm_surge": ("災害種別_高潮", "高潮"),
    "earthquake": ("災害種別_地震", "地震"),
    "tsunami": ("災害種別_津波", "津波"),
    "fire": ("災害種別_大規模な火事", "大規模な火事", "大規模火事"),
    "inland_flood": ("災害種別_内水氾濫", "内水氾濫"),
    "volcano": ("災害種別_火山現象", "火山現象"),
    "also_shelter": ("指定避難所との重複",),
    "ramp": ("車椅子可", "車いす可", "スロープ", "車椅子使用者用駐車施設有無"),
    "lift": ("エレベーター", "エレベーター有無"),
    "toilet": ("多目的トイレ", "車椅子使用者用トイレ有無", "バリアフリートイレ"),
    "ostomate": ("オストメイト", "オストメイト設置トイレ有無"),
    "nursing": ("授乳室", "授乳室有無"),
    "nappy": ("おむつ替えコーナー", "おむつ替えコーナー有無"),
    "braille": ("点字ブロック", "点字ブロック等の移動支援"),
}
DANGERS = tuple(MARKS)[:8]
HELPS = tuple(MARKS)[9:]
YES, NO = (
    {"1", "有", "○", "◯", "あり", "可", "TRUE", "true"},
    {"", "0", "無", "×", "なし", "FALSE", "false", "-"},
)
ENCODINGS = ("utf-8-sig", "cp932")
MOST_ROWS = 50_000
_CLOCK = re.compile(r"([01]?\d|2[0-4])[:時]([0-5]\d)?分?$")
_PHONE = re.compile(r"[0-9()+-]{6,20}$")
JAPAN = ((20.0, 46.5), (122.0, 154.5))


class UnreadableFile(Exception):
    """The whole file can not be used; `reason` is a short code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Refused:
    """A row that was not taken. `row`: its number in the file, the header being 1."""

    row: int
    reason: str
    value: str = ""


@dataclass
class Table:
    """What a file holds."""

    encoding: str
    dataset: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def read_table(body: bytes) -> Table:
    """Good rows and refused ones; raises UnreadableFile."""
    text, encoding = decoded(body)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=False))
    except csv.Error:
        raise UnreadableFile("no_csv") from None
    if not lines or len(lines) > MOST_ROWS:
        raise UnreadableFile("empty" if not lines else "too_many_rows")
    places = _places(lines[0])
    if "name" not in places or "code" not in places:
        raise UnreadableFile("no_headers")
    shelter = any(danger in places for danger in DANGERS)
    table = Table(encoding, "shelter" if shelter else "facility")
    seen: set[str] = set()
    for number, cells in enumerate(lines[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        found = _row(cells, len(lines[0]), places)
        if isinstance(found, dict) and found["code"] in seen:
            found = ("code_twice", found["code"])
        if isinstance(found, tuple):
            table.refused.append(Refused(number, *found))
        else:
            seen.add(found["code"])
            table.rows.append(found)
    return table


def decoded(body: bytes) -> tuple[str, str]:
    """(text, encoding): UTF-8 with its mark or not, Windows' Shift_JIS, UTF-16 with its mark."""
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ENCODINGS
    for encoding in encodings:
        try:
            return body.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise UnreadableFile("encoding")


def _plain(header: str) -> str:
    plain = "".join(unicodedata.normalize("NFKC", header).split())
    return plain.replace("連結標記", "連結表記").replace("、", "").lower()


def _places(headers: Sequence[str]) -> dict[str, int]:
    plain = [_plain(each) for each in headers]
    places: dict[str, int] = {}
    for name, spellings in {**COLUMNS, **MARKS}.items():
        for spelling in map(_plain, spellings):
            exact = [i for i, header in enumerate(plain) if header == spelling]
            ends = [i for i, header in enumerate(plain) if header.endswith(f"_{spelling}")]
            found = exact or [i for i in ends if i not in places.values()]
            if found:
                places[name] = found[0]
                break
    return places


def _row(
    cells: Sequence[str], width: int, places: Mapping[str, int]
) -> dict[str, Any] | tuple[str, str]:
    if len(cells) != width:
        return "width", str(len(cells))
    said = {name: _words(cells[place]) for name, place in places.items()}
    for name in ("code", "name"):
        if not said[name]:
            return f"no_{name}", ""
    found: dict[str, Any] = {
        name: said.get(name, "")
        for name in ("code", "name", "kana", "name_en", "kind", "times_note", "note", "days")
    }
    found["address"] = _address(said)
    found["town"] = said.get("town", "")
    for check in (_position, _times, _contact, _flags):
        fault = check(said, found)
        if fault is not None:
            return fault
    return found


Fault = tuple[str, str] | None


def _address(said: Mapping[str, str]) -> str:
    return " ".join(part for part in (said.get("address", ""), said.get("building", "")) if part)


def _position(said: Mapping[str, str], found: dict[str, Any]) -> Fault:
    found["latitude"] = found["longitude"] = None
    if not said.get("latitude") and not said.get("longitude"):
        return None
    try:
        place = float(said.get("latitude", "")), float(said.get("longitude", ""))
    except ValueError:
        return "position", f"{said.get('latitude')}, {said.get('longitude')}"
    if not all(low <= value <= high for value, (low, high) in zip(place, JAPAN, strict=True)):
        return "position", f"{place[0]}, {place[1]}"  # often the two columns are swapped
    found["latitude"], found["longitude"] = place
    return None


def _times(said: Mapping[str, str], found: dict[str, Any]) -> Fault:
    for name in ("opens", "closes"):
        written = said.get(name, "")
        clock = _CLOCK.match(written)
        if written and not clock:
            return name, written
        found[name] = f"{int(clock[1]):02}:{clock[2] or '00'}" if clock else ""
    return None


def _contact(said: Mapping[str, str], found: dict[str, Any]) -> Fault:
    phone = said.get("phone", "").replace("ー", "-").replace("‐", "-")
    if phone and not _PHONE.match(phone):
        return "phone", phone
    url = said.get("url", "")
    if url and not url.startswith(("https://", "http://")):
        return "url", url
    found["phone"], found["url"] = phone, url
    return None


def _flags(said: Mapping[str, str], found: dict[str, Any]) -> Fault:
    flags = []
    for name in MARKS:
        value = said.get(name, "")
        if value in YES:
            flags.append(name)
        elif value not in NO:
            return name, value
    found["flags"] = flags
    found["note"] = "　".join(t for t in (said.get("accessibility", ""), found["note"]) if t)
    number = said.get("capacity", "").replace(",", "").removesuffix("人")
    if number and not (number.isdecimal() and len(number) < 8):
        return "capacity", number
    found["capacity"] = int(number) if number else None
    return None


def _words(cell: str) -> str:
    """A cell as one line; breaks in cells occur. NFKC would spoil names, so only width of ASCII."""
    plain = " ".join(cell.replace("\x00", "").split())
    return "".join(
        unicodedata.normalize("NFKC", letter) if "！" <= letter <= "～" else letter
        for letter in plain
    )[:500]
