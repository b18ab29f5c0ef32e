"""The pages of the website: what the demo city announces, and what control calls change."""

import threading
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any

JAPAN = timezone(timedelta(hours=9))
HOSTS = ("www.city.mado.example", "city.mado.example")

# path, title, category, days since the last change, summary
PAGES = (
    (
        "/kosodate/kenshin/18m.html",
        "1歳6か月児健診のお知らせ",
        "子育て",
        1,
        "対象の方へ案内をお送りします。母子健康手帳をお持ちください。",
    ),
    (
        "/kosodate/hoiku/nyuen.html",
        "保育園の入園申込みを受け付けます",
        "子育て",
        3,
        "来年4月の入園を希望する方は、こども未来課へ申し込んでください。",
    ),
    (
        "/kosodate/teate/jido.html",
        "児童手当の支給日が変わります",
        "子育て",
        9,
        "支給日が休みの日にあたるときは、前の開庁日に振り込みます。",
    ),
    (
        "/kurashi/gomi/nenmatsu.html",
        "年末年始のごみ収集",
        "くらし",
        2,
        "12月31日から1月3日まで、ごみの収集はお休みです。",
    ),
    (
        "/kurashi/suido/tokusho.html",
        "冬の水道管の凍結に気をつけましょう",
        "くらし",
        5,
        "気温が氷点下4度を下回ると、水道管が凍ることがあります。",
    ),
    (
        "/kenko/yobo/influenza.html",
        "高齢者のインフルエンザ予防接種",
        "健康・福祉",
        4,
        "65歳以上の方は、自己負担1,500円で受けられます。",
    ),
    (
        "/kenko/kenshin/gan.html",
        "がん検診は12月まで受けられます",
        "健康・福祉",
        12,
        "受診券をなくした方は、保健センターへご連絡ください。",
    ),
    (
        "/bosai/hinan/kunren.html",
        "冬の防災訓練を行います",
        "防災",
        6,
        "市内の避難所で、受付と炊き出しの訓練をします。",
    ),
    (
        "/bosai/map/kozui.html",
        "洪水ハザードマップを新しくしました",
        "防災",
        20,
        "かわべ地区とたんぼ地区の浸水の深さを見直しました。",
    ),
    (
        "/shisei/kaigi/12gatsu.html",
        "12月の市議会の日程",
        "市政情報",
        7,
        "本会議はどなたでも傍聴できます。",
    ),
    (
        "/bunka/toshokan/tenji.html",
        "図書館で昔の地図を展示します",
        "文化・スポーツ",
        8,
        "みなと地区の100年前の地図を見られます。",
    ),
    (
        "/bunka/taiikukan/kyusou.html",
        "体育館の床の工事のお知らせ",
        "文化・スポーツ",
        15,
        "工事のあいだ、アリーナは使えません。",
    ),
)

# Not in the lists: found by its address only, as FAQ pages of old sites are.
FAQ_PATH = "/faq/kurashi.html"
FAQ = """<dl>
<dt>Q1.猫が庭に来て困っています。どうすればいいですか</dt>
<dd>A1.えさになるものを置かず、水をまいてください。<ul><li>超音波の器械は環境衛生課で借りられます。</li>
<li>捕まえることはできません。</li></ul></dd>
<dt>Q2.ハチの巣は市が取ってくれますか</dt>
<dd>A2.家や庭の巣は、持ち主が取ります。道や公園の巣は、環境衛生課に知らせてください。</dd>
<dt>Q3.住民票の写しはどこで取れますか</dt>
<dd>A3.市民課の窓口か、コンビニで取れます。</dd>
</dl>"""


@dataclass(frozen=True)
class Page:
    """One page. `status`: what it answers, so that pages can vanish (404, 410) or break (500)."""

    path: str
    title: str
    category: str
    updated: datetime
    summary: str = ""
    status: int = 200
    listed: bool = True
    moved_to: str = ""
    html: str = ""  # what stands under the summary


@dataclass
class Fault:
    """An ordered misbehaviour. kind: status, hang, reset, drip, big, broken, bomb, elsewhere."""

    kind: str
    path: str = ""
    times: int = 1
    status: int = 500
    seconds: float = 30
    target: str = ""
    retry_after: str = ""


@dataclass
class Site:
    """Everything the website knows; one lock, since requests come at once."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    pages: dict[str, Page] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    requests: list[dict[str, str]] = field(default_factory=list)
    robots: str = "User-agent: *\nDisallow: /admin/\n"
    encoding: str = "utf-8"
    index_parts: int = 2

    def reset(self) -> None:
        """As on the first day."""
        today = datetime.now(JAPAN).replace(hour=8, minute=30, second=0, microsecond=0)
        with self.lock:
            self.pages = {
                path: Page(path, title, category, today - timedelta(days=days), summary)
                for path, title, category, days, summary in PAGES
            }
            self.pages[FAQ_PATH] = Page(
                FAQ_PATH, "くらしのよくある質問", "くらし", today, listed=False, html=FAQ
            )
            self.faults, self.requests = [], []
            self.robots, self.encoding, self.index_parts = Site.robots, "utf-8", 2

    def put(self, path: str, changes: dict[str, Any]) -> Page:
        """Change a page or make one; `updated` defaults to this moment."""
        given = dict(changes)
        written = given.pop("updated", None)
        moment = datetime.fromisoformat(written) if written else datetime.now(JAPAN)
        with self.lock:
            old = self.pages.get(path) or Page(path, path, "くらし", moment)
            fresh = replace(old, updated=moment, **given)
            self.pages[path] = fresh
        return fresh

    def remove(self, path: str, status: int) -> None:
        """Take a page down: 404, 410, or 0 for out of the lists only."""
        with self.lock:
            page = self.pages[path]
            self.pages[path] = replace(page, listed=False, status=status or page.status)

    def listed(self) -> list[Page]:
        """Pages in lists, newest first."""
        with self.lock:
            shown = [page for page in self.pages.values() if page.listed]
        return sorted(shown, key=lambda page: page.updated, reverse=True)

    def fault_for(self, path: str) -> Fault | None:
        """The next ordered fault for this path, counted down."""
        with self.lock:
            for fault in self.faults:
                if fault.times > 0 and (not fault.path or fault.path == path):
                    fault.times -= 1
                    return fault
        return None
