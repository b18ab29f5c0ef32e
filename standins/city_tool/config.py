"""Which outside pages the demo city tool shows, and where the portal is."""

import json
from dataclasses import dataclass
from pathlib import Path

SLUG_WORDS = {
    "child-allowance": "児童手当の認定請求",
    "nursery": "保育所の入所申込み",
    "pregnancy": "妊娠の届出",
    "moving": "転出の届出",
    "dog": "犬の登録",
    "bulky-waste": "粗大ごみの申込み",
    "resident-record": "住民票の写しの請求",
}
SITES = {
    "library": ("図書館の蔵書検索", "本をさがして予約する、図書館のサイトの代わりです。"),
    "facilities": ("公共施設の予約", "体育館や会議室を予約する、予約システムの代わりです。"),
    "certificates": ("証明書のオンライン請求", "証明書を請求する、外部サービスの代わりです。"),
    "hazard-map": ("ハザードマップ", "洪水や土砂災害の地図を見る、外部サイトの代わりです。"),
    "city": ("まど市 公式ウェブサイト", "市の公式ウェブサイトの代わりです。"),
    "garbage": ("ごみ分別の案内", "ごみの出し方を調べる、外部サイトの代わりです。"),
    "bus": ("コミュニティバスの時刻表", "バスの時刻を調べる、外部サイトの代わりです。"),
    "procedure-navi": ("手続きナビ", "質問に答えて必要な手続きを知る、外部サイトの代わりです。"),
    "survey": ("市民アンケート", "アンケートに答える、外部サイトの代わりです。"),
}

# Sites under .example that the portal and the bot link to, by host.
HOSTS = {
    "shinsei.mado.example": "電子申請",
    "koza.mado.example": "市税などの口座振替の申込み",
    "iju.mado.example": "移住ポータル",
    "sanpo.mado.example": "まちさんぽ",
    "visit.mado.example": "Visitor guide",
    "sangyo.mado.example": "産業と仕事の相談室",
    "kosodate.mado.example": "子育て応援サイト",
    "archive.mado.example": "図書館デジタルアーカイブ",
    "library.mado.example": "市立図書館",
    "akiya.mado.example": "空き家などの情報",
    "shobo.mado.example": "消防の出動情報",
    "yoyaku.mado.example": "体育施設の予約",
    "www.city.mado.example": "まど市ホームページ",
}


@dataclass(frozen=True)
class Config:
    """Addresses, what it is registered with at the portal ("" in an empty city), further pages."""

    portal_url: str
    line_url: str
    public_url: str
    client_id: str
    client_secret: str
    sites: dict[str, tuple[str, str]]
    applications: dict[str, str]


def load(path: Path | None) -> Config:
    """Read the JSON file; `sites` and `applications` add to the built-in ones."""
    raw = json.loads(path.read_text("utf-8")) if path else {}
    more = {slug: (one["name"], one["text"]) for slug, one in raw.get("sites", {}).items()}
    return Config(
        portal_url=raw.get("portal_url", "http://localhost:8000").rstrip("/"),
        line_url=raw.get("line_url", "http://localhost:8010").rstrip("/"),
        public_url=raw.get("public_url", "http://localhost:8030").rstrip("/"),
        client_id=raw.get("client_id", ""),
        client_secret=raw.get("client_secret", ""),
        sites={**SITES, **more},
        applications={**SLUG_WORDS, **raw.get("applications", {})},
    )
