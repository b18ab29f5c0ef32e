"""Bytes of a page or feed as text, whatever Japanese encoding they are in."""

from __future__ import annotations

import codecs
import re
import unicodedata

from charset_normalizer import from_bytes

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Pages say Shift_JIS and mean Windows' form of it (①, ㈱, 髙); so do EUC pages (WHATWG Encoding).
MEANT = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ms_kanji": "cp932",
    "euc-jp": "euc_jp",
    "x-euc-jp": "euc_jp",
    "iso-8859-1": "cp1252",
}
JAPANESE = ("utf-8", "cp932", "euc_jp", "iso2022_jp")
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.I)
_PROLOG = re.compile(r"^\s*<\?xml[^>]*\?>")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text_of(body: bytes, content_type: str = "") -> str:
    """The text; unknown bytes become replacement letters rather than a fault."""
    for mark, encoding in BOMS:
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    for declared in (_DECLARED.search(content_type.encode()), _DECLARED.search(body[:4096])):
        if declared and (found := _decoded(body, declared[1].decode())) is not None:
            return found
    for encoding in JAPANESE:
        if (found := _decoded(body, encoding)) is not None:
            return found
    guessed = from_bytes(body[:200_000], cp_isolation=list(JAPANESE)).best()
    return body.decode(guessed.encoding if guessed else "utf-8", "replace")


def xml_text(body: bytes, content_type: str = "") -> str:
    """A feed's or sitemap's text, without the line that names its old encoding."""
    return _NOT_XML.sub("", _PROLOG.sub("", text_of(body, content_type).lstrip("\ufeff"), count=1))


def plain(text: str, most: int) -> str:
    """A line of words: no markup characters' blanks, no controls, at most `most` letters."""
    letters = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    words = " ".join(unicodedata.normalize("NFC", letters).split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _decoded(body: bytes, name: str) -> str | None:
    encoding = MEANT.get(name.lower(), name)
    try:
        return body.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
