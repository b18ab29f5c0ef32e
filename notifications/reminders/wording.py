"""The words of reminders, the same for everybody with as many new things: nothing personal."""

from __future__ import annotations

from typing import Any

MANY = 5  # so many and more are told alike
MY_PAGE = "/my"

# {n} is the number; the second text is for MANY and more. Nobody's service, date or name is here:
# what it is waits on My Page, behind the sign-in (LINE公式アカウント等のガイドライン 2021).
TITLES: dict[str, tuple[str, str]] = {
    "ja": (
        "マイページに新しいお知らせが{n}件あります",
        "マイページに新しいお知らせが{n}件以上あります",
    ),
    "ja-Hira": (
        "マイページに あたらしい おしらせが {n}けん あります",
        "マイページに あたらしい おしらせが {n}けん いじょう あります",
    ),
    "en": ("New on My Page: {n}", "New on My Page: {n} or more"),
    "zh-Hans": ("“我的页面”有{n}条新内容", "“我的页面”有{n}条以上新内容"),
    "zh-Hant": ("「我的頁面」有{n}則新內容", "「我的頁面」有{n}則以上新內容"),
    "ko": ("마이페이지에 새 알림이 {n}건 있습니다", "마이페이지에 새 알림이 {n}건 이상 있습니다"),
    "vi": ("Trang của tôi có {n} mục mới", "Trang của tôi có từ {n} mục mới trở lên"),
    "tl": ("May {n} bago sa Aking Pahina", "May {n} o higit pang bago sa Aking Pahina"),
}
BODIES: dict[str, str] = {
    "ja": "今日から手続きできること、または期限が近いことがあります。"
    "内容はマイページでご確認ください。",
    "ja-Hira": "きょうから できる てつづきや、もうすぐ おわる てつづきが あります。"
    "マイページを 見てください。",
    "en": "There is something you can do from today, or something that ends soon. "
    "Please open My Page to see what it is.",
    "zh-Hans": "有从今天起可以办理的手续，或期限临近的手续。具体内容请在“我的页面”查看。",
    "zh-Hant": "有從今天起可以辦理的手續，或期限將近的手續。具體內容請在「我的頁面」查看。",
    "ko": "오늘부터 할 수 있는 절차나 곧 기한이 끝나는 절차가 있습니다. "
    "자세한 내용은 마이페이지에서 확인해 주세요.",
    "vi": "Có thủ tục có thể làm từ hôm nay hoặc sắp hết hạn. "
    "Vui lòng mở Trang của tôi để xem nội dung.",
    "tl": "May maaari nang gawin simula ngayon, o malapit nang matapos. "
    "Pakibuksan ang Aking Pahina para makita ito.",
}


def variants(things: int) -> dict[str, Any]:
    """Title and text in every language, for residents with so many new things."""
    number = min(things, MANY)
    return {
        language: {"title": titles[things >= MANY].format(n=number), "body": BODIES[language]}
        for language, titles in TITLES.items()
    }
