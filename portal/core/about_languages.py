"""What a page says about its own language, in that language: also where nothing else is there."""

from __future__ import annotations

from types import MappingProxyType

from markupsafe import Markup

from portal.core.text_marks import NOTICE, NOTICE_OVER, marked

_PARTLY = {
    "ja-Hira": "このページには、まだ やさしい{日本語|にほんご}になっていない ところが あります。",
    "zh-Hans": "本页有部分内容尚未翻译。",
    "zh-Hant": "本頁有部分內容尚未翻譯。",
    "ko": "이 페이지에는 아직 번역되지 않은 부분이 있습니다.",
    "vi": "Một phần của trang này chưa được dịch.",
    "tl": "May bahagi ng pahinang ito na hindi pa naisasalin.",
}
_UNCHECKED = {
    "ja-Hira": "このサイトの やさしい{日本語|にほんご}は、まだ {人|ひと}が "
    "{確|たし}かめて いません。"
    "{大切|たいせつ}なことは、{市役所|しやくしょ}に {聞|き}いて ください。",
    "zh-Hans": "本网站的中文译文尚未经过人工核对。重要事项请向市政府确认。",
    "zh-Hant": "本網站的中文譯文尚未經過人工核對。重要事項請向市公所確認。",
    "ko": "이 사이트의 한국어 번역은 아직 사람이 확인하지 않았습니다. "
    "중요한 일은 시청에 확인해 주세요.",
    "vi": "Bản tiếng Việt của trang này chưa được người kiểm tra. "
    "Việc quan trọng, xin hỏi lại tòa thị chính.",
    "tl": "Hindi pa nasusuri ng tao ang salin ng site na ito sa Tagalog. "
    "Itanong sa city hall ang mga mahahalagang bagay.",
}
# The link of easy Japanese beside the switch of languages: what it asks for, and its words.
RUBY_ON = {"wanted": "on", "words": "ふりがなを つける"}
RUBY_OFF = {"wanted": "off", "words": marked("ふりがなを {消|け}す")}

# Shown by the page only if something on it did fall back (text_marks.page).
PARTLY = MappingProxyType(
    {
        code: Markup('{}<p class="soft">{}</p>{}').format(NOTICE, marked(text), NOTICE_OVER)
        for code, text in _PARTLY.items()
    }
)
UNCHECKED = MappingProxyType({code: marked(text) for code, text in _UNCHECKED.items()})
