"""The words of a proposed notice, in plain Japanese and English, from what a message says."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from notifications.disaster.bulletin import Bulletin
from notifications.disaster.hits import Hit
from notifications.disaster.rules import Action, Decision

Variants = dict[str, dict[str, str]]

# Never an order to leave: that comes from the city (災害対策基本法60条), not from a warning.
LEVEL_JA = {
    5: "命の危険がせまっています。今すぐ、身を守ってください。外に出るのが危ないときは、"
    "建物の高い所や、がけから遠い部屋に移ってください。",
    4: "危ない場所にいる人は、早めに安全な場所へ移ることを考えてください。"
    "市が出す避難の情報を確かめてください。",
    3: "お年寄りや、移るのに時間がかかる人は、準備をしてください。"
    "市が出す情報に気をつけてください。",
}
LEVEL_EN = {
    5: "Your life is in danger. Protect yourself now. If going outside is dangerous, move to a "
    "high floor or to a room away from slopes.",
    4: "If you are in a dangerous place, think about moving to a safe place early. Check what the "
    "city says about evacuation.",
    3: "Older people and those who need time to move: please get ready. Watch for news from the "
    "city.",
}
TSUNAMI_JA = {
    5: "大きな津波が来ます。今すぐ海や川からはなれて、高い所へ逃げてください。"
    "もどらないでください。",
    4: "津波が来ます。今すぐ海や川からはなれて、高い所へ逃げてください。もどらないでください。",
    3: "海の中や海岸は危険です。すぐに海からはなれてください。",
}
TSUNAMI_EN = {
    5: "A great tsunami is coming. Leave the sea and the rivers now and go to high ground. "
    "Do not go back.",
    4: "A tsunami is coming. Leave the sea and the rivers now and go to high ground. "
    "Do not go back.",
    3: "The sea and the shore are dangerous. Leave the sea at once.",
}
QUAKE_JA = (
    "強いゆれがありました。落ちてくる物やガラスに気をつけてください。火を消してください。"
    "海の近くにいる人は、高い所へ移ってください。"
)
QUAKE_EN = (
    "There was strong shaking. Watch for falling things and glass. Put out fires. "
    "If you are near the sea, go to high ground."
)
RAIN_JA = "とても強い雨がふっています。川やがけに近づかないでください。"
RAIN_EN = "Very heavy rain is falling. Keep away from rivers and slopes."
ENGLISH = {
    "rain": "Heavy rain", "landslide": "Landslides", "surge": "Storm surge", "flood": "Flooding",
    "snowstorm": "Snowstorm", "wind": "Storm", "snow": "Heavy snow", "waves": "High waves",
    "record_rain": "Record rain in a short time", "rain_band": "Band of heavy rain",
}  # fmt: skip
GRADES = {5: "emergency warning", 4: "danger warning", 3: "warning"}
TSUNAMI_NAMES = {5: "Great tsunami warning", 4: "Tsunami warning", 3: "Tsunami advisory"}


def propose(bulletin: Bulletin, decision: Decision, earlier: Sequence[str] = ()) -> Variants:
    """Title and body in both languages. `earlier`: what is cancelled or corrected."""
    if decision.action is Action.CORRECTION:
        return _correction(bulletin, decision, earlier)
    top = max(decision.fresh, key=lambda hit: hit.grade)
    names = "、".join(dict.fromkeys(plain(hit.name) for hit in _gravest_first(decision.fresh)))
    places = "、".join(dict.fromkeys(hit.area_name for hit in decision.fresh if hit.area_name))
    time = _time(bulletin.reported_at)
    return {
        "ja": {
            "title": _short(top),
            "body": f"{places}：{names}\n\n{_advice(top, 'ja')}\n\n（気象庁 {time}発表）",
        },
        "en": {
            "title": _english(top),
            "body": f"{_advice(top, 'en')}\n\n(Japan Meteorological Agency, {time})",
        },
    }


def _correction(bulletin: Bulletin, decision: Decision, earlier: Sequence[str]) -> Variants:
    time = _time(bulletin.reported_at)
    what = "、".join(plain(name) for name in earlier) or plain(bulletin.title)
    cancelled = decision.why_code == "cancelled"
    ja = (
        "取り消しました"
        if cancelled
        else "直しました。いまの危険は、先にお知らせしたものより小さいです"
    )
    en = "cancelled" if cancelled else "corrected: the danger is smaller than we told you"
    return {
        "ja": {
            "title": "【訂正】先ほどのお知らせについて",
            "body": f"「{what}」は、気象庁が{ja}。\n\nご心配をおかけしました。\n\n"
            f"（気象庁 {time}発表）",
        },
        "en": {
            "title": "Correction of what we told you",
            "body": f"The Japan Meteorological Agency has {en}.\n\n({time})",
        },
    }


def _short(hit: Hit) -> str:
    name = plain(hit.name)
    return f"{name}の地震がありました" if hit.hazard == "earthquake" else f"{name}が出ました"


def _english(hit: Hit) -> str:
    if hit.hazard == "earthquake":
        scale = hit.name.removeprefix("震度").replace("弱", " lower").replace("強", " upper")
        return f"Earthquake of intensity {scale}"
    if hit.hazard == "tsunami":
        return TSUNAMI_NAMES[hit.grade]
    name = (
        "River flooding" if hit.hazard.startswith("river") else ENGLISH.get(hit.hazard, "Weather")
    )
    if hit.hazard in {"record_rain", "rain_band"}:
        return name
    level = f" (level {hit.level})" if hit.level else ""
    return f"{name}: {GRADES[hit.grade]}{level}"


def _advice(hit: Hit, language: str) -> str:
    japanese = language == "ja"
    if hit.hazard == "earthquake":
        return QUAKE_JA if japanese else QUAKE_EN
    if hit.hazard in {"record_rain", "rain_band"}:
        return RAIN_JA if japanese else RAIN_EN
    if hit.hazard == "tsunami":
        return (TSUNAMI_JA if japanese else TSUNAMI_EN)[hit.grade]
    return (LEVEL_JA if japanese else LEVEL_EN)[hit.grade]


def _gravest_first(hits: Sequence[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: -hit.grade)


def plain(name: str) -> str:
    """「レベル４大雨危険警報」 with a figure that screen readers and searches know."""
    return unicodedata.normalize("NFKC", name).replace("大津波警報:発表", "大津波警報")


def _time(reported: str) -> str:
    try:
        return datetime.fromisoformat(reported).strftime("%Y-%m-%d %H:%M ")
    except ValueError:
        return ""
