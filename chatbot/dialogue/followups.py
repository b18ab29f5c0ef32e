"""Follow-ups: which side of the thing just spoken about is asked, and what is written of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum

from chatbot.dialogue import answers
from chatbot.dialogue.reply import Kind, Reply
from chatbot.dialogue.services import ServiceFacts
from chatbot.dialogue.words import Words
from chatbot.engine.sentences import sentences
from chatbot.knowledge.entries import Entry


class Aspect(StrEnum):
    """A side of a thing that people ask after."""

    FEE = "fee"
    DEADLINE = "deadline"
    BRING = "bring"
    PLACE = "place"
    PHONE = "phone"
    HOURS = "hours"
    ONLINE = "online"


# Words that point back to what was spoken about.
BACK = re.compile(
    r"^(?:その(?:場合の?|ときの?)?|それ(?:って|は|の|を|に|で)?|これ(?:は|の)?|では|じゃあ?|あと|で、)"
    r"[、,]?\s*"
    r"|^(?:and|so|then|what about|how about|its?|that|this)\b\s*(?:the\s+)?",
    re.I,
)
TAIL = re.compile(
    r"(?:です|ます|でしょう|になり|なの)?か?(?:な|ね|教えて(?:ください)?)?[?？。、!！\s]*$"
)
ASKED: Sequence[tuple[Aspect, re.Pattern[str]]] = tuple(
    (aspect, re.compile(rf"^(?:{words})$", re.I))
    for aspect, words in (
        (
            Aspect.FEE,
            r"(?:手数料|料金|費用|値段|お?金|代金)(?:は|が|って)?"
            r"(?:いくら|かかり?|必要|要り?|どのくらい)*(?:ます)?"
            r"|いくら(?:かかり?|払い?)*(?:ます)?|(?:無料|有料)"
            r"|how much.{0,24}|(?:fee|cost|price)s?|what does it cost|is it free",
        ),
        (
            Aspect.DEADLINE,
            r"(?:期限|締め?切り?|しめきり|申請期限|届出期間|期間)(?:は|が|って)?(?:いつ|あり)*(?:まで)?(?:ます)?"
            r"|いつ|いつまで(?:に|で)?.{0,12}|いつから(?:いつまで)?.{0,8}"
            r"|(?:until|by|from) when|when is (?:it|the deadline).{0,12}|(?:the )?deadline"
            r"|how long do i have",
        ),
        (
            Aspect.BRING,
            r"(?:持ち物|持っていく(?:もの|物)|必要な?(?:もの|物|書類)|要る(?:もの|物)|書類)"
            r"(?:は|が|って)?(?:何|なに)?"
            r"|(?:何|なに)(?:を|が|か)?(?:持って|もって|いり|要り|必要|持参).{0,10}"
            r"|what (?:do|should|must) i (?:bring|need|take).{0,16}|what to bring"
            r"|(?:required )?documents",
        ),
        (
            Aspect.PHONE,
            r"(?:電話|電話番号|連絡先|問い?合わせ先?)(?:は|が|を|って)?(?:何番|どこ|何)?(?:ですか)?"
            r"|(?:(?:what is )?the )?(?:phone|phone number|telephone)|(?:who (?:do|can) i call)",
        ),
        (
            Aspect.HOURS,
            r"(?:受付時間|窓口の?時間|時間)(?:は|が|って)?(?:いつ|何時)?|何時(?:まで|から)(?:.{0,8})"
            r"|(?:opening )?hours|(?:when|until when) (?:are you|is it) open",
        ),
        (
            Aspect.PLACE,
            r"(?:場所|窓口|行き先|提出先|申請先)(?:は|が|って)?(?:どこ)?|どこ(?:で|に|へ|の窓口)?.{0,10}"
            r"|where(?: (?:is it|do i go|can i.{0,20}))?|(?:which|what) desk",
        ),
        (
            Aspect.ONLINE,
            r"(?:ネット|オンライン|スマホ|インターネット)(?:で|から|でも)?(?:も)?"
            r"(?:でき|申請|申し込め|可能|申込み?)*(?:ます)?"
            r"|(?:can i (?:do|apply) (?:it )?)?online",
        ),
    )
)
# What a question that staff wrote for an aspect has in it, and how many letters name its thing.
QUESTIONS: Mapping[Aspect, re.Pattern[str]] = {
    Aspect.FEE: re.compile(r"いくら|手数料|料金|費用"),
    Aspect.DEADLINE: re.compile(r"いつ|期限"),
    Aspect.BRING: re.compile(r"持ち物|何が要|必要な"),
    Aspect.PLACE: re.compile(r"どこ"),
    Aspect.HOURS: re.compile(r"何時|時間"),
}
SAME_START = 3
# Sentences of an answer that speak of an aspect, where the catalogue says nothing.
WRITTEN: Mapping[Aspect, re.Pattern[str]] = {
    Aspect.FEE: re.compile(r"円|無料|有料|手数料|\byen\b|\bfree\b|\bfee\b", re.I),
    Aspect.DEADLINE: re.compile(
        r"日以内|[年月日歳]まで|期限|か月以内|締め切|within|by the|until|deadline", re.I
    ),
    Aspect.BRING: re.compile(r"持って|持ち物|必要です|要ります|お持ち|\bbring\b|\bneed\b", re.I),
    Aspect.PLACE: re.compile(r"窓口|市役所|支所|センター|\bat the\b|\bdesk\b", re.I),
    Aspect.ONLINE: re.compile(r"ネット|オンライン|スマホ|マイナポータル|\bonline\b", re.I),
}


def asked_after(text: str) -> Aspect | None:
    """The aspect a short question asks after; None for a question of its own."""
    bare = TAIL.sub("", BACK.sub("", text.strip()))
    if not bare or len(bare) > 40:
        return None
    return next((aspect for aspect, words in ASKED if words.match(bare)), None)


def is_about(aspect: Aspect, entry: Entry, other: Entry) -> bool:
    """Whether another entry is the answer to just this aspect of an entry: of its thing, by name.

    Its question asks after the aspect, and both begin with the same word (住民票の…).
    """
    if other.key == entry.key or other.category != entry.category:
        return False
    asks = QUESTIONS.get(aspect)
    one, two = (each.text("ja").question for each in (entry, other))
    wanted = bool(asks and asks.search(two) and not asks.search(one))
    return wanted and one[:SAME_START] == two[:SAME_START]


def points_back(text: str) -> bool:
    """Whether a question begins with words that point back (その, それ, what about)."""
    return bool(BACK.match(text.strip()))


def answer(
    aspect: Aspect,
    entry: Entry,
    services: Sequence[ServiceFacts],
    words: Words,
    context: Mapping[str, str],
    today: date,
) -> Reply:
    """What is written of one aspect of an entry; the desk where nothing is."""
    whole = answers.answer(entry, words, context)
    said = _said(aspect, entry, services, words)
    if not said:
        closed = words.closed(words.desk(entry.desk), today)
        blocks = (words.say("not_written"), *([closed] if closed else []))
        return replace(whole, kind=Kind.UNKNOWN, blocks=blocks, said_in="", key="")
    first = whole.blocks[:-1]  # that there is only Japanese
    return replace(whole, blocks=(*first, said))


def _said(aspect: Aspect, entry: Entry, services: Sequence[ServiceFacts], words: Words) -> str:
    desk = words.desk(entry.desk)
    if aspect is Aspect.PHONE:
        return words.say("phone_of", said=f"{desk.name} {desk.phone}")
    if aspect is Aspect.HOURS:
        return words.say("hours_of", said=f"{desk.name} {desk.hours}")
    written = _sentence(aspect, entry.text(words.language).answer)
    known = [each.texts[words.base].get(aspect, "") for each in services]
    from_services = words.say("between").join(dict.fromkeys(one for one in known if one))
    if aspect is Aspect.ONLINE:
        online = words.say("online_of") if any(each.online for each in services) else ""
        return written or online
    if aspect is Aspect.PLACE:
        where = f"{desk.name}{words.say('between')}{from_services}" if from_services else desk.name
        return words.say("place", said=where)
    # The answer itself is nearer to what was asked than the service it leads to.
    return written or (words.say(aspect, said=from_services) if from_services else "")


def _sentence(aspect: Aspect, markdown: str) -> str:
    found = WRITTEN.get(aspect)
    if found is None:
        return ""
    fitting = [one for one in sentences(markdown) if found.search(one)]
    return "\n".join(fitting[:2])
