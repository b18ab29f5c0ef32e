"""What a free text should not say: sensitive matters (要配慮個人情報) and My Numbers."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum


class Caution(StrEnum):
    """Why a text is stopped: asked about once, or never kept."""

    SENSITIVE = "sensitive"
    MY_NUMBER = "my_number"


# 個人情報保護法2条3項, 施行令2条: illness, disability, what doctors found, creed, origin, crime
# and being its victim. Words of families, not of lawyers; a warning may be wrong: it can be passed.
SENSITIVE = re.compile(
    "障害|障がい|発達障|自閉|ダウン症|病気|持病|難病|がん(?!ば)|癌|腫瘍|うつ|鬱|統合失調|認知症"
    "|てんかん|ぜんそく|喘息|糖尿|アトピー|アレルギー|感染|(?<![a-z])HIV(?![a-z])|エイズ|梅毒|中絶|流産|死産|不妊"
    "|入院|通院|手術|診断|検査結果|療育|手帳[1-6]級|要介護|要支援|宗教|信者|教会|信仰|創価|エホバ"
    "|国籍|部落|前科|逮捕|服役|非行|犯罪|被害|虐待|(?<![a-z])DV(?![a-z])|暴力|性的|同性愛|トランス|労働組合"
    "|illness|disab|autis|cancer|depress|dementia|epilep|asthma|diabet|allerg|abort|miscarr"
    "|pregnan|surgery|hospital|diagnos|religio|church|arrest|crime|criminal|abuse|violence",
    re.IGNORECASE,
)
_RUN = re.compile(r"(?<!\d)\d(?:[ \-]?\d){11}(?!\d)")


def caution(text: str | None) -> Caution | None:
    """What is wrong with a text, the worse first; None for most texts."""
    plain = unicodedata.normalize("NFKC", text or "")
    if any(is_my_number(re.sub(r"\D", "", run)) for run in _RUN.findall(plain)):
        return Caution.MY_NUMBER
    return Caution.SENSITIVE if SENSITIVE.search(plain) else None


def is_my_number(digits: str) -> bool:
    """Twelve digits whose last one checks the others (行政手続番号法施行令8条, 総務省令5条)."""
    if len(digits) != 12 or not (digits.isascii() and digits.isdigit()):
        return False
    total = sum(
        int(digit) * (n + 1 if n <= 6 else n - 5)
        for n, digit in enumerate(reversed(digits[:-1]), 1)
    )
    rest = total % 11
    return int(digits[-1]) == (0 if rest <= 1 else 11 - rest)
