"""What a person says of themselves in passing: for whom they ask, and in which district they live.

Only these coarse words are remembered, for the talk; never a name, an age or a sentence.
"""

import re

from chatbot.garbage.items import Guide

# In this order: "my mother's child" is about the child.
PERSONS = (
    (
        "mother",
        re.compile(
            r"妊娠|妊婦|出産|産後|おなかの|pregnan|임신|임산부|mang thai|buntis|怀孕|懷孕", re.I
        ),
    ),
    ("disabled", re.compile(r"障が?い|障害者?|手帳の?(?:級|等級)|disab|장애|khuyết tật", re.I)),
    (
        "child",
        re.compile(
            r"子ども|子供|こども|娘|息子|赤ちゃん|乳児|幼児|孫|小学|中学|保育園児"
            r"|[0-9０-９]+(?:歳|か月|ヶ月)の子"
            r"|\b(?:child|baby|son|daughter|kids?)\b"
            r"|아이|아기|孩子|婴儿|嬰兒|con tôi|\bem bé\b|\banak\b",
            re.I,
        ),
    ),
    (
        "elder",
        re.compile(
            r"高齢|お年寄り|祖父|祖母|おじいちゃん|おばあちゃん|[6-9][0-9]歳|介護"
            r"|\b(?:elderly|grandmother|grandfather)\b"
            r"|老人|노인|người già",
            re.I,
        ),
    ),
)
ONLY_DWELLING = re.compile(
    r"[\s、。.!！]|に住んでい?ます|在住|です|だよ|に|\bi live in\b|\bin\b|\bdistrict\b"
)


def person_in(text: str) -> str:
    """For whom somebody asks; "" where it is not said."""
    return next((person for person, words in PERSONS if words.search(text)), "")


def district_in(text: str, guide: Guide) -> str:
    """The key of the district somebody names in full (みなと地区); "" for none."""
    for key, district in guide.districts.items():
        for name in district.names.values():
            if name and name.lower() in text.lower():
                return key
    return ""


def only_says_where(text: str, guide: Guide, district: str) -> bool:
    """Whether a text does nothing but name the district, or say that one lives there."""
    rest = text.lower()
    for name in guide.districts[district].names.values():
        rest = rest.replace(name.lower(), "")
    return not ONLY_DWELLING.sub("", rest)
