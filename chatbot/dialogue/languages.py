"""Which language a question is written in, by its letters and its smallest words."""

import re

from chatbot.knowledge.entries import WRITTEN

KANA = re.compile(r"[ぁ-ゖァ-ヺー]")
HAN = re.compile(r"[一-鿿々]")
HANGUL = re.compile(r"[가-힣ㄱ-ㆎ]")
LATIN_WORD = re.compile(r"[^\W\d_]{2,}")
# Letters of only one of the scripts; Japan's own simplified ones (会, 国, 学 …) are in neither.
SIMPLIFIED = frozenset(
    "业东为么书买产亲亿仅们优伤关农净凤击则刚创办务动劳华协单卖卫厅历压县发变吗吧员呢哪圾垃处备复头夹奖妇娱孙宁实宠审宽对导尔"
    "尘尝层岁币师带帮应开张录忆忧怀态总恶惊戏户执扫扬护报择损换掷时显晓术权杨极构枪柜标栈样桥检欢毕汇汉汤沟泽洁济满灭灵热爱爷"
    "牵狮环现电疗监盘码确离种积竞笔签简类红约级纪纳纸线练组细织经结给绝统继绩续维缴罗职联聪肤脑脸艺节苏药营虽补袜见规视览觉计"
    "订认讨让训议记讲许论设访证诉诊词译试话询该详语误说请读课谁调谈谢贝负贡财责败账货质购贴贵费资赔赛赞赢赶跃车转轮软轻较辆输"
    "边达迁过运还这进远连迟适选递遗邮邻释针钟钥钱铁银锁错长门闭问间闻阅队阳阴际陆险难雾页项顺须顾预领频题颜额风饭饮馆马驾验骑"
    "鱼鲜鸟鸡齐"
)
TRADITIONAL = frozenset(
    "們這嗎麼證譯說讀趕輛鑰閱詢繳聯臉雖匯幫產廳錢點檢發變號處實對應錄樣鐵關辦嬰您"
)
# Written so in Japan and in traditional Chinese, otherwise in simplified Chinese.
NOT_SIMPLIFIED = frozenset("請兒貼書費問題時間電話車門開場學國會醫險補領護齡")
VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")
TAGALOG = re.compile(
    r"\b(?:ang|mga|ng|ako|ko|po|ba|paano|saan|kailan|magkano|ano|gusto|kailangan|aking|anak)\b",
    re.I,
)
CHINESE_WORDS = re.compile(r"[吗嗎们們这這哪怎么麼您你我它她]|什[么麼]|如何|在哪|多少|可以")
JAPANESE = re.compile(r"[ぁ-ゖァ-ヺー一-鿿]")


def has_japanese(text: str) -> bool:
    """Whether it may be Japanese: kana, or Han letters that are not plainly Chinese."""
    return bool(KANA.search(text) or HAN.search(text)) and not chinese(text)


def chinese(text: str) -> str:
    """zh-Hans or zh-Hant where the letters can be nothing else; "" otherwise.

    Kana are Japanese at once. Lone words in Han letters (住民票) stay Japanese, this being Japan.
    """
    if KANA.search(text) or not HAN.search(text):
        return ""
    simple = sum(letter in SIMPLIFIED for letter in text)
    full = sum(letter in TRADITIONAL for letter in text)
    if not simple and not full and not CHINESE_WORDS.search(text):
        return ""
    full += sum(letter in NOT_SIMPLIFIED for letter in text)
    return "zh-Hant" if full > simple else "zh-Hans"


def written_in(text: str, otherwise: str) -> str:
    """The language by the letters; a single Latin word may be Japanese too (DV, PIN, LINE)."""
    if HANGUL.search(text):
        return "ko"
    if found := chinese(text):
        return found
    if JAPANESE.search(text):
        return "ja"
    if VIETNAMESE.search(text):
        return "vi"
    if len(set(TAGALOG.findall(text))) >= 2:
        return "tl"
    if len(LATIN_WORD.findall(text)) > 1:
        return "en"
    return known(otherwise)


def known(language: str) -> str:
    """A language that answers may be written in; Japanese for any other."""
    return language if language in WRITTEN else "ja"
