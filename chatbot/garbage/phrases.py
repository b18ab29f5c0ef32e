"""Takes the asking away from a question about garbage, so that the item's name is left."""

import re
import unicodedata

# Endings and openings, tried again until nothing more comes off. Longest first.
_ASK = r"(?:教えて|おしえて)(?:下さい|ください|ほしい|欲しい|ね|よ)?"
_THROW = r"(?:捨て|すて|棄て|出し|だし|処分し|廃棄し|処理し|分別し)"
_THROWING = r"(?:捨てる|すてる|出す|だす|処分する|廃棄する|分別する|捨て|出し)"
ENDINGS = [
    r"(?:は|って|を|の)?(?:どう|どうやって|どのように|どこに|どこへ|どこで|いつ|何曜日に?)?"
    rf"(?:{_THROW}(?:たら|れば|て)(?:も)?|{_THROWING}(?:に|の|ん|と)?(?:は|が|なら)?)"
    r"(?:いい|良い|よい|大丈夫|ある|できます|できる)?(?:の|ん)?(?:です|でしょう|だろう)?(?:か|かな)?",
    rf"(?:を|は|が)?{_THROW}(?:たい|たく|ます|ましょう)(?:の|ん)?(?:です|だ)?(?:が|けど|けれど)?",
    r"(?:の|を|は)?(?:捨て方|すて方|捨てかた|すてかた|出し方|出しかた|処分方法|処分の仕方|処分|廃棄|"
    r"分別方法|分別の仕方|分別|分け方|収集日|収集)",
    r"(?:は|って|の)?(?:何|なに|なん|どの|どんな|どういう|何の|なんの)?(?:ごみ|ゴミ|区分|分類|種類|袋)"
    r"(?:の日|の種類|に入れる|に出す|になる|になります|扱い)?",
    r"(?:は|って)?(?:どの|何の|なんの)?日",
    r"(?:は|って|の|を|が|も)?(?:何|なに|なん|どう|どこ|どちら|いつ|どれ|何曜日)"
    r"(?:したら|すれば|やって|に|へ|で|なの|なん)?(?:いい|良い|よい|なる|なります|する|します|入る|入れる)?(?:の|ん)?",
    r"(?:は|って)?(?:燃える|もえる|燃やせる|燃えます|燃やす|もやす|資源|粗大|不燃|可燃|埋立|埋め立て)",
    r"(?:が|の)?(?:いらなく|要らなく|不要に|古く|こわれ|壊れ)(?:なった|なりました|た|て)?(?:ん|の)?",
    rf"(?:について|のこと|を|は)?(?:{_ASK}|知りたい|しりたい|聞きたい|調べたい)",
    r"(?:なの|なん|の|ん)?(?:ですか|でしょうか|ますか|ですかね|かな|かしら|だっけ|だろう|です|だ|か|ね|よ)",
    r"(?:お願いします|おねがいします|お願い|ありがとう)",
    r"(?:について|とか|など|って|は|を|が|の|も|に|へ|で)",
]
OPENINGS = [
    r"(?:すみません|すいません|こんにちは|あの|えっと|ねえ|教えて(?:下さい|ください)?)",
    r"(?:いらない|要らない|不要な|使わない|使い終わった|使用済みの?|古い|壊れた|こわれた|家の|うちの|大量の)",
    r"(?:ごみ|ゴミ)(?:の)?(?:分別|出し方|捨て方)(?:で|の|は)?",
]
ENGLISH = [
    r"^(?:please|hi|hello|excuse me)\b",
    r"^(?:how|where|when|what day|which day)\s+(?:do|can|should|to|must)?\s*"
    r"(?:i|we|you)?\s*(?:to)?\b",
    r"^(?:(?:can|do|may|should)\s+)?(?:i|we)\s+(?:want|need|would like|have)?\s*(?:to)?\b",
    r"^(?:throw(?:ing)?(?:\s+(?:away|out))?|dispos(?:e|al|ing)(?:\s+of)?|recycl(?:e|ing)|discard|"
    r"get rid of|put out|trash|bin)\b",
    r"^(?:what|which)\s+(?:kind|type|sort|class|category|bin|bag|day)?\s*(?:of)?\s*"
    r"(?:garbage|trash|waste|rubbish)?\s*(?:is|are|for|do)?\b",
    r"^(?:a|an|the|my|our|some|old|broken|used)\b",
    r"\b(?:away|out|go in|go|garbage|trash|disposal|recycling|rubbish)$",
]
MARKS = re.compile(r"[\s　。、．，.,!?！？…〜~「」『』\"”“]+")

# A request has fewer parts than this; the rest is somebody playing.
MOST_STEPS = 12

_ENDING = re.compile("(?:" + "|".join(ENDINGS) + ")$")
_OPENING = re.compile("^(?:" + "|".join(OPENINGS) + ")")
_ENGLISH = [re.compile(pattern) for pattern in ENGLISH]
# Only these show that somebody speaks of throwing away; the bare name of a thing does not.
_ABOUT = re.compile(
    r"捨て|すてる|すてたい|すて方|ごみ|ゴミ|処分|廃棄|分別|収集|粗大|燃える|もえる|燃やせる|リサイクル|の出し方|"
    r"\b(?:throw|dispos|garbage|trash|rubbish|waste|recycl|get rid|discard)"
)


def plain(text: str) -> str:
    """NFKC, lower case, without marks at the ends."""
    return MARKS.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


def asks_about_garbage(text: str) -> bool:
    return bool(_ABOUT.search(plain(text)))


def readings_of_request(text: str) -> list[str]:
    """What may be the item's name in a request: the plain text, then ever more taken off.

    In this order, since names may end like a request does (kitchen garbage).
    """
    names = [plain(text)]
    shorten = _shorter_english if names[0].isascii() else _shorter
    while len(names) < MOST_STEPS:
        shorter = shorten(names[-1])
        if not shorter or shorter == names[-1]:
            break
        names.append(shorter)
    return names


def strip_request(text: str) -> str:
    """The item's name inside a request; the plain text where nothing else would be left."""
    return readings_of_request(text)[-1]


def _shorter(name: str) -> str:
    shorter = _ENDING.sub("", name).strip()
    return shorter if shorter and shorter != name else _OPENING.sub("", name).strip()


def _shorter_english(name: str) -> str:
    for pattern in _ENGLISH:
        shorter = pattern.sub("", name).strip()
        if shorter and shorter != name:
            return shorter
    return name
