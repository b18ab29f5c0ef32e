"""Messages in the agency's form, written by ourselves: small, and about one demo city."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from html import escape

JAPAN = timezone(timedelta(hours=9))
BASE = "http://xml.kishou.go.jp/jmaxml1/"
# name: (family, title of the phenomenon, level or grade → (name, code))
WEATHER: dict[str, tuple[str, str, dict[int, tuple[str, str]]]] = {
    "rain": ("VPWW55", "大雨", {
        5: ("レベル５大雨特別警報", "33"), 4: ("レベル４大雨危険警報", "43"),
        3: ("レベル３大雨警報", "03"), 2: ("レベル２大雨注意報", "10")}),
    "landslide": ("VPWW56", "土砂", {
        5: ("レベル５土砂災害特別警報", "39"), 4: ("レベル４土砂災害危険警報", "49"),
        3: ("レベル３土砂災害警報", "09"), 2: ("レベル２土砂災害注意報", "29")}),
    "surge": ("VPWW57", "高潮", {
        5: ("レベル５高潮特別警報", "38"), 4: ("レベル４高潮危険警報", "48"),
        3: ("レベル３高潮警報", "08"), 2: ("レベル２高潮注意報", "19")}),
    "wind": ("VPWW58", "暴風", {5: ("暴風特別警報", "35"), 3: ("暴風警報", "05"),
                              2: ("強風注意報", "15")}),
    "waves": ("VPWW59", "波浪", {5: ("波浪特別警報", "37"), 3: ("波浪警報", "07"),
                               2: ("波浪注意報", "16")}),
    "snow": ("VPWW60", "大雪", {5: ("大雪特別警報", "36"), 3: ("大雪警報", "06"),
                              2: ("大雪注意報", "12")}),
    "other": ("VPWW61", "その他注意報", {2: ("雷注意報", "14")}),
}  # fmt: skip
TSUNAMI = {
    5: ("大津波警報：発表", "53"),
    4: ("津波警報", "51"),
    3: ("津波注意報", "62"),
    1: ("津波予報（若干の海面変動）", "71"),
    0: ("警報解除", "50"),
}
RIVER = {
    5: "レベル５氾濫特別警報",
    4: "レベル４氾濫危険警報",
    3: "レベル３氾濫警報",
    2: "レベル２氾濫注意報",
    0: "レベル２氾濫注意報解除",
}


@dataclass(frozen=True)
class Envelope:
    """What stands around the content."""

    status: str = "通常"
    type: str = "発表"
    event: str = ""
    serial: str = ""
    city: str = "0620400"
    name: str = "まど市"
    at: datetime = field(default_factory=lambda: datetime.now(JAPAN).replace(microsecond=0))


def weather(hazard: str, grade: int, before: int | None, around: Envelope) -> str:
    """A warning of VPWW55 to 61 for the city; `grade` 0 lifts what was `before`."""
    _, phenomenon, names = WEATHER[hazard]
    last = names.get(before or 0)
    name, code = names[grade] if grade else (last or ("解除", "00"))
    same = before is not None and before == grade
    status = "継続" if same else "発表" if grade else "解除"
    said_last = f"<LastKind>{_named(*last)}</LastKind>" if last else ""
    told = "変化無" if same else "警報・注意報種別に変化有"
    item = (
        f"<Item><Kind>{_named(name, code)}<Status>{status}</Status>{said_last}</Kind>"
        f"{_area(around)}<ChangeStatus>{told}</ChangeStatus></Item>"
    )
    body = f'<Warning type="気象警報・注意報（市町村等）">{item}</Warning>'
    title = f"気象警報・注意報（Ｒ０６）（{phenomenon}）"
    return report(title, f"山形県{phenomenon}警報・注意報", "", body, around, "meteorology1")


def quick_intensity(intensity: str, around: Envelope, area: str = "240") -> str:
    """震度速報 (VXSE51): the strongest shaking of a seismic area."""
    body = (
        "<Intensity><Observation><Pref><Name>山形県</Name><Code>06</Code>"
        f"<Area><Name>山形県庄内</Name><Code>{area}</Code><MaxInt>{intensity}</MaxInt></Area>"
        "</Pref></Observation></Intensity>"
    )
    return report("震度速報", "震度速報", "", body, around, "seismology1")


def earthquake(intensity: str, around: Envelope) -> str:
    """震源・震度に関する情報 (VXSE53), with the city's own intensity."""
    city = f"<City>{_code(around.name, around.city)}<MaxInt>{intensity}</MaxInt></City>"
    body = (
        "<Earthquake><Hypocenter/></Earthquake><Intensity><Observation><Pref>"
        f"<Area><Name>山形県庄内</Name><Code>240</Code><MaxInt>{intensity}</MaxInt>{city}</Area>"
        "</Pref></Observation></Intensity>"
    )
    return report("震源・震度に関する情報", "震源・震度情報", "", body, around, "seismology1")


def hypocentre(around: Envelope) -> str:
    """震源に関する情報 (VXSE52): where it was, and nothing of shaking."""
    body = "<Earthquake><Hypocenter><Area><Name>山形県沖</Name></Area></Hypocenter></Earthquake>"
    return report("震源に関する情報", "震源情報", "", body, around, "seismology1")


def tsunami(grade: int, before: int, around: Envelope, area: str = "240") -> str:
    """津波警報・注意報・予報 (VTSE41) for one forecast area."""
    name, code = TSUNAMI[grade]
    last = ("津波なし", "00") if not before else TSUNAMI[before]
    if before == 5:
        last = ("大津波警報", "52")  # 53 is only at its first announcement
    if grade == before == 5:
        name, code = last
    body = (
        f"<Tsunami><Forecast><Item><Area><Name>山形県</Name><Code>{area}</Code></Area><Category>"
        f"<Kind>{_named(name, code)}</Kind><LastKind>{_named(*last)}</LastKind></Category>"
        "</Item></Forecast></Tsunami>"
    )
    return report("津波警報・注意報・予報a", name, "", body, around, "seismology1")


def river(level: int, around: Envelope, event: str = "820299000100") -> str:
    """指定河川洪水予報 (VXKO51); its body names the municipalities."""
    name = RIVER[level]
    information = (
        '<Information type="指定河川洪水予報（予報区域）"><Item>'
        f"<Kind>{_named(name, str(level * 10))}<Condition>{name}</Condition></Kind><Areas>"
        f"<Area>{_code('まど川', event)}</Area></Areas></Item></Information>"
    )
    body = (
        '<Warning type="指定河川洪水予報"><Item><Kind><Name>浸水想定地区</Name></Kind><Areas><Area>'
        f"<City>{around.name}</City><CityCode>{around.city}</CityCode></Area></Areas></Item></Warning>"
    )
    with_event = replace(around, event=around.event or event)
    return report(
        "指定河川洪水予報", f"まど川{name}", information, body, with_event, "meteorology1"
    )


def record_rain(around: Envelope, region: str = "060030") -> str:
    """記録的短時間大雨情報 (VPOA50) for a 一次細分区域."""
    body = (
        '<Warning type="記録的短時間大雨情報（発表細分）"><Item><Kind>'
        f"{_named('記録的短時間大雨情報', '1')}<Status>発表</Status></Kind>"
        f"<Area>{_code('庄内', region)}</Area></Item></Warning>"
    )
    title = "記録的短時間大雨情報"
    return report(title, f"山形県{title}", "", body, around, "meteorology1")


def cancelled(title: str, head: str, around: Envelope, body: str = "seismology1") -> str:
    """A cancellation (取消): it names no areas."""
    words = "<Text>先ほどの情報を取り消します。</Text>"
    return report(title, head, "", words, replace(around, type="取消"), body)


def report(title: str, head: str, information: str, body: str, around: Envelope, kind: str) -> str:
    """Any report."""
    at = around.at.isoformat()
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Report xmlns="{BASE}"><Control>'
        f"<Title>{escape(title)}</Title><DateTime>{at}</DateTime><Status>{around.status}</Status>"
        "<EditorialOffice>山形地方気象台</EditorialOffice>"
        "<PublishingOffice>気象庁</PublishingOffice></Control>"
        f'<Head xmlns="{BASE}informationBasis1/"><Title>{escape(head)}</Title>'
        f"<ReportDateTime>{at}</ReportDateTime><TargetDateTime>{at}</TargetDateTime>"
        f"<EventID>{around.event}</EventID><InfoType>{around.type}</InfoType>"
        f"<Serial>{around.serial}</Serial><Headline><Text>{escape(head)}です。</Text>{information}"
        f'</Headline></Head><Body xmlns="{BASE}body/{kind}/">{body}</Body></Report>'
    )


def _named(name: str, code: str) -> str:
    return f"<Name>{name}</Name><Code>{code}</Code>"


def _code(name: str, code: str) -> str:
    return _named(name, code)


def _area(around: Envelope) -> str:
    return f"<Area>{_code(around.name, around.city)}</Area>"
