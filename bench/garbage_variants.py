"""Ways in which people write the name of a thing: generated from a list's own names."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence

import jaconv

from chatbot.garbage.reading import without_brackets

Asked = tuple[str, str]  # what is asked, the item's name expected
SENTENCES = (
    "{}を捨てたい",
    "{}は何ゴミですか？",
    "{}の捨て方を教えてください",
    "{}はどうやって捨てればいいですか",
    "{}って何ごみ?",
    "{}の出し方",
    "いらなくなった{}を処分したいのですが",
    "{}はいつ出せばいいの",
    "{}どうやってすてるん？",
    "すみません、{}の分別が知りたいです",
    "{}は燃えるごみですか",
    "{}ってどこに捨てたらええの",
    "壊れた{}はどうしたらいいですか",
    "{} 捨て方",
    "{}はどの袋に入れますか",
    "{}を捨てるときの分別区分を教えて",
    "{}は市で回収してもらえますか？",
    "古い{}があるんだけど、どうすればいい？",
    "{}捨てていい曜日は？",
    "{}は資源ごみになりますか",
    "実家の{}を片付けたい",
    "{}を捨てようと思うんだけど何ゴミかな?",
    "{}を無料で捨てる方法",
    "{}を2つ捨てたいです",
    "{}を捨てるのにいくらかかりますか",
    "不要になった{}を引き取ってもらえますか",
    "お尋ねします。{}は何ごみですか。",
    "{}は洗って出しますか",
    "{}ほかすんはいつ?",
)
KANA = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわん"
ROMAJI = re.compile(r"[a-zāīūēō'-]+")
LEAST_LETTERS = 4  # one letter wrong in three is another word


def variants(
    names: Sequence[str], reading: Callable[[str], str], seed: int = 5
) -> Iterator[tuple[str, list[Asked]]]:
    """(kind, questions) for every kind; the same for the same names and seed."""
    chance = random.Random(seed)
    bare = [without_brackets(name) or name for name in names]
    both = [*zip(names, names, strict=True), *zip(bare, names, strict=True)]
    yield "exact", list(zip(names, names, strict=True))
    yield "name alone", list(zip(bare, names, strict=True))
    yield "hiragana", _changed(both, lambda text: str(jaconv.kata2hira(text)))
    yield "katakana", _changed(both, lambda text: str(jaconv.hira2kata(text)))
    yield (
        "half width",
        _changed(both, lambda text: jaconv.z2h(text, kana=True, ascii=True, digit=True)),
    )
    yield (
        "full width",
        _changed(both, lambda text: jaconv.h2z(text, kana=True, ascii=True, digit=True)),
    )
    yield "long vowel", _changed(both, lambda text: _long_vowel(text, chance))
    yield "long as vowel", _changed(both, _long_as_vowel)
    yield "spaces", _changed(both, lambda text: _spaced(text, chance))
    yield (
        "read in kana",
        _changed(
            list(zip(bare, names, strict=True)), lambda text: str(jaconv.kata2hira(reading(text)))
        ),
    )
    yield (
        "sentence",
        [(chance.choice(SENTENCES).format(text), name) for text, name in both for _ in range(2)],
    )
    for kind, change in TYPOS.items():
        yield (
            kind,
            [
                (typo, name)
                for text, name in both
                if len(text) >= LEAST_LETTERS and (typo := change(text, chance)) != text
            ],
        )


def _changed(pairs: Sequence[Asked], change: Callable[[str], str]) -> list[Asked]:
    return [(other, name) for text, name in pairs if (other := change(text)) != text]


def _long_vowel(text: str, chance: random.Random) -> str:
    """ー left out, added at the end of a katakana word, or typed as another dash."""
    if "ー" in text:
        places = [i for i, letter in enumerate(text) if letter == "ー"]
        place = chance.choice(places)
        return text[:place] + chance.choice(["", "-", "―", "−", "ーー"]) + text[place + 1 :]
    found = re.search(r"[ァ-ヺ]{2,}", text)
    return text[: found.end()] + "ー" + text[found.end() :] if found else text


def _long_as_vowel(text: str) -> str:
    """スニイカア for スニーカー; the dash as the kanji for one."""
    found = re.sub(r"[アカサタナハマヤラワガザダバパャ]ー", lambda m: m[0][0] + "ア", text)
    found = re.sub(r"[イキシチニヒミリギジビピィ]ー", lambda m: m[0][0] + "イ", found)
    found = re.sub(r"[ウクスツヌフムユルグズブプュ]ー", lambda m: m[0][0] + "ウ", found)
    return re.sub(r"(?<=[ァ-ヺ])ー", "一", found)


def _spaced(text: str, chance: random.Random) -> str:
    if len(text) < 2:
        return text
    place = chance.randrange(1, len(text))
    return text[:place] + chance.choice([" ", "　", "・"]) + text[place:]


def _letter(like: str, chance: random.Random) -> str:
    """A wrong letter of the same script, as a slip of the thumb gives."""
    letter = chance.choice(KANA)
    return str(jaconv.hira2kata(letter)) if re.match(r"[ァ-ヺー]", like) else letter


def _deletion(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text))
    return text[:place] + text[place + 1 :]


def _insertion(text: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(text))
    return text[:place] + _letter(text[place], chance) + text[place:]


def _substitution(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text))
    return text[:place] + _letter(text[place], chance) + text[place + 1 :]


def _swap(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text) - 1)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


TYPOS = {
    "deletion": _deletion,
    "insertion": _insertion,
    "substitution": _substitution,
    "swap": _swap,
}
