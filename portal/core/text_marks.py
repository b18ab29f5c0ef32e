"""Marks inside texts, and what becomes of them: furigana, and words of another language.

Staff and translators write `{漢字|かんじ}`. Inside the program a reading stands between Unicode's
interlinear annotation characters, and words that fell back to another language between
noncharacters (Unicode 23.7: for a program's own use), so that both pass through templates and
escaping unharmed. They are turned into elements, or taken out, where a text leaves the program.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from portal.core.languages import EASY, SOURCES, best

ANCHOR, READING, CLOSE = "\ufff9", "\ufffa", "\ufffb"
IN_ENGLISH, IN_JAPANESE, OVER = "\ufdd0", "\ufdd1", "\ufdd2"
NOTICE, NOTICE_OVER = "\ufdd3", "\ufdd4"  # around what a page says only if something fell back
ALL = ANCHOR + READING + CLOSE + IN_ENGLISH + IN_JAPANESE + OVER + NOTICE + NOTICE_OVER
_FIRST = f"{ANCHOR}{IN_ENGLISH}{IN_JAPANESE}"
SIGNS = (ANCHOR, IN_ENGLISH, IN_JAPANESE, NOTICE, "\\ufff9", "\\ufdd")  # the last two: in JSON
_BEGIN = {"en": IN_ENGLISH, "ja": IN_JAPANESE}

# Only kana can be a reading: `{a|b}` and `{name}` are other people's braces.
NOTATION = re.compile(r"\{([^{}|]+)\|([ぁ-ゖゝゞァ-ヺー・ 　]+)\}")
_RUBY = re.compile(f"{ANCHOR}([^{ALL}<>]*){READING}([^{ALL}<>]*){CLOSE}")
_FALLEN = re.compile(f"([{IN_ENGLISH}{IN_JAPANESE}])([^{IN_ENGLISH}{IN_JAPANESE}{OVER}]*){OVER}")
_NOTICE = re.compile(f"{NOTICE}([^{NOTICE_OVER}]*){NOTICE_OVER}")
_ANY = re.compile(f"[{ALL}]")
# Elements whose content is text alone, and tags with marks among their attributes. Our templates
# escape < and > everywhere else, so that no bracket of a text is taken for a tag's.
_RAW = re.compile(
    rf"<(title|option|textarea|script|style|text)\b[^<>]*>[^<{_FIRST}]*[{_FIRST}][^<]*", re.I
)
_TAG = re.compile(rf"<[a-zA-Z][^<>{_FIRST}]*[{_FIRST}][^<>]*>")
_IN_JSON = re.compile(r"\\uff(?:f9|fa|fb)|\\ufdd[0-4]")


def marked(text: str) -> str:
    """A text as staff write it, its readings between marks."""
    return NOTATION.sub(f"{ANCHOR}\\1{READING}\\2{CLOSE}", text) if "|" in text else text


def fallen(text: str, language: str) -> str:
    """Words that stand in `language` on a page of another."""
    return f"{_BEGIN[language]}{text}{OVER}"


def without(text: str) -> str:
    """A text somebody typed, free of our marks."""
    return _ANY.sub("", text) if has_marks(text) else text


def has_marks(text: str) -> bool:
    """Whether there is anything to do."""
    return not text.isascii() and _ANY.search(text) is not None


def base(text: str) -> str:
    """The letters without their readings: attributes, titles, options, JSON, tables."""
    return _ANY.sub("", _RUBY.sub(r"\1", text)) if has_marks(text) else text


def plain(text: str) -> str:
    """Mails and LINE, which know no ruby: 漢字(かんじ)."""
    return _ANY.sub("", _RUBY.sub(r"\1(\2)", text)) if has_marks(text) else text


def json(text: str) -> str:
    """A JSON text, whose marks may be written as escapes."""
    return base(_decoded(text))


def _decoded(text: str) -> str:
    return _IN_JSON.sub(lambda found: chr(int(found[0][2:], 16)), text) if "\\uf" in text else text


def page(html: str, *, ruby: bool, language: str = "ja") -> str:
    """A page: ruby and `lang` where elements may stand, bare letters everywhere else."""
    html = _decoded(html)
    notice = _NOTICE.search(html)
    html = _NOTICE.sub("", html)
    if notice is not None and (IN_ENGLISH in html or IN_JAPANESE in html):
        at = notice.start()
        html = f"{html[:at]}{notice[1]}{html[at:]}"
    html = _TAG.sub(lambda found: base(found[0]), _RAW.sub(lambda found: base(found[0]), html))
    html = _RUBY.sub(r"<ruby>\1<rt>\2</rt></ruby>" if ruby else r"\1", html)
    return _ANY.sub("", _with_languages(html, language))


def _with_languages(html: str, language: str) -> str:
    """Innermost first: a message may hold another."""
    while IN_ENGLISH in html or IN_JAPANESE in html:
        html, found = _FALLEN.subn(lambda one: _spoken(one, language), html)
        if not found:
            break
    return html


def _spoken(found: re.Match[str], language: str) -> str:
    spoken = "en" if found[1] == IN_ENGLISH else "ja"
    return found[2] if language.startswith(spoken) else f'<span lang="{spoken}">{found[2]}</span>'


def spoken(texts: Mapping[str, str], language: str) -> str:
    """The text in a language, else in the nearest that is written, marked; "" for no text."""
    found = texts.get(language)
    if found:
        return marked(found) if language == EASY else found
    nearest = best({code for code, text in texts.items() if text}, language)
    text = texts.get(nearest, "")
    return fallen(text, nearest) if text and language not in SOURCES else text
