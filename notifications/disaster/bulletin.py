"""What one message of the Japan Meteorological Agency says about one municipality."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from notifications.disaster import kinds, quakes, rivers, tsunamis, warnings
from notifications.disaster.hits import Hit
from notifications.disaster.places import Place, place_of
from notifications.disaster.xml import Unreadable, below, child, name_of, tree, words

STATUSES = ("通常", "訓練", "試験")
TYPES = ("発表", "訂正", "遅延", "取消")
Reader = Callable[[Element, Place], list[Hit]]


@dataclass(frozen=True, slots=True)
class Bulletin:
    """One message, as it concerns one place."""

    family: str
    title: str
    status: str  # 通常, 訓練 (drill), 試験 (test)
    type: str  # 発表, 訂正, 遅延, 取消
    event: str
    serial: str
    reported_at: str
    target_at: str
    valid_until: str
    headline: str
    office: str
    area: str
    hits: tuple[Hit, ...]
    may_concern: bool  # a cancellation names no areas: whether it can be about this place
    control: str = ""  # the title of its family

    def key(self, hit: Hit) -> str:
        """What a later message is compared by: one danger, or one event of it."""
        if hit.hazard in {"earthquake", "record_rain", "rain_band"}:
            return f"{hit.hazard} {self.event.partition('_')[0]}"
        return hit.hazard

    @property
    def covers(self) -> frozenset[str]:
        """All keys it speaks of: what it does not name any more is over."""
        start = self.event.partition("_")[0]
        found = {
            "weather": _weather_hazards(self.control),
            "landslide": frozenset({"landslide"}),
            "tsunami": frozenset({"tsunami"}),
            "river": frozenset({f"river {self.event}"}),
            "intensity": frozenset({f"earthquake {start}"}),
            "earthquake": frozenset({f"earthquake {start}"}),
            "record_rain": frozenset({f"record_rain {start}"}),
            "rain_band": frozenset({f"rain_band {start}"}),
        }
        return found.get(self.family, frozenset()) | {self.key(hit) for hit in self.hits}

    @property
    def level(self) -> int | None:
        """The highest alert level in force here; 0 after lifting; None where there is none."""
        levels = [hit.level for hit in self.hits if hit.level is not None]
        return max(levels, default=None)

    @property
    def grade(self) -> int:
        """The greatest weight in force here."""
        return max((hit.grade for hit in self.hits), default=0)


def read(content: bytes, area: str | Place) -> Bulletin:
    """The message as it concerns the municipality; raises Unreadable (or NoPlace)."""
    place = area if isinstance(area, Place) else place_of(area)
    root = tree(content)
    control, head = child(root, "Control"), child(root, "Head")
    if name_of(root) != "Report" or control is None or head is None:
        raise Unreadable("not a report of the Japan Meteorological Agency")
    title, status = words(control, "Title"), words(control, "Status")
    kind = words(head, "InfoType")
    # Nothing may be sent of a message that does not say whether it is real.
    if status not in STATUSES or kind not in TYPES:
        raise Unreadable(f"unknown Status {status!r} or InfoType {kind!r}")
    family, reader = _reader(title)
    hits = tuple(reader(root, place)) if reader and kind != "取消" else ()
    return Bulletin(
        family=family,
        title=words(head, "Title") or title,
        status=status,
        type=kind,
        event=words(head, "EventID"),
        serial=words(head, "Serial"),
        reported_at=words(head, "ReportDateTime"),
        target_at=words(head, "TargetDateTime"),
        valid_until=words(head, "ValidDateTime"),
        headline=words(head, "Headline", "Text"),
        office=words(control, "EditorialOffice"),
        area=place.code,
        hits=hits,
        control=title,
        may_concern=bool(hits) or (reader is not None and _may_concern(root, head, family, place)),
    )


def _reader(title: str) -> tuple[str, Reader | None]:
    """By the title of the message (資料標題); nothing else in it names the family."""
    readers: tuple[tuple[str, str, Reader], ...] = (
        ("気象特別警報・警報・注意報", "weather", warnings.weather),
        ("気象警報・注意報", "weather", warnings.weather),
        ("土砂災害警戒情報", "landslide", warnings.landslide),
        ("記録的短時間大雨情報", "record_rain", warnings.record_rain),
        ("府県気象防災速報", "rain_band", warnings.rain_band),
        ("指定河川洪水予報", "river", rivers.river),
        ("震度速報", "intensity", quakes.quick),
        ("震源・震度に関する情報", "earthquake", quakes.full),
        ("震源・震度情報", "earthquake", quakes.full),
        ("震源に関する情報", "hypocentre", quakes.nothing),
        ("津波警報・注意報・予報", "tsunami", tsunamis.tsunami),
    )
    for opening, family, reader in readers:
        if title.startswith(opening):
            return family, reader
    return "other", None


def _may_concern(root: Element, head: Element, family: str, place: Place) -> bool:
    """A cancellation's own areas decide; where it has none, nobody can rule this place out.

    The prefecture is in the title of weather messages (島根県大雨警報・注意報) and named so.
    """
    if family == "tsunami" and not place.has_coast:
        return False
    codes = [words(area, "Code") for area in below(child(head, "Headline"), "Area")]
    codes += [words(area, "Code") for area in below(child(root, "Body"), "Area")]
    fits = (place.is_city, place.is_region, place.is_seismic, place.is_tsunami)
    if any(codes):
        return any(fit(code) for code in codes for fit in fits)
    return _names(words(head, "Title"), family, place)


def _names(title: str, family: str, place: Place) -> bool:
    own = PREFECTURES.get(place.prefecture, "")
    if family == "weather" and place.prefecture not in PARTED:
        return title.startswith(own)
    others = [name for name in PREFECTURES.values() if name != own]
    return not any(title.startswith(name) for name in others)


def _weather_hazards(title: str) -> frozenset[str]:
    """Since May 2026 a message speaks of one phenomenon; before, of all."""
    single = next((found for word, found in PHENOMENA.items() if f"（{word}" in title), None)
    everything = frozenset(hazard for hazard, _ in kinds.CODES.values())
    return everything if single is None else frozenset(single)


PARTED = frozenset({"01", "46", "47"})  # warned by parts whose names are not the prefecture's
PHENOMENA: dict[str, set[str]] = {
    "大雨": {"rain"},
    "土砂": {"landslide"},
    "高潮": {"surge"},
    "暴風": {"wind", "snowstorm"},
    "波浪": {"waves"},
    "大雪": {"snow"},
    "その他": {hazard for hazard, grade in kinds.CODES.values() if grade == kinds.ADVISORY}
    - {"rain", "landslide", "surge", "wind", "snowstorm", "waves", "snow"},
}


_PREFECTURES = """
北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県
東京都 神奈川県 新潟県 富山県 石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県
滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県 島根県 岡山県 広島県 山口県 徳島県
香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県
"""
PREFECTURES = {f"{number:02}": name for number, name in enumerate(_PREFECTURES.split(), 1)}
