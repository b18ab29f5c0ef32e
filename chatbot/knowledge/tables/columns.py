"""The columns of a table of answers: their names, and how a cell and a body go together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from chatbot.knowledge.entries import WRITTEN, EntryKind
from chatbot.knowledge.loading import load_desks
from portal.core.errors import N_

Body = dict[str, Any]
KINDS = {"faq": "質問と回答", "small_talk": "雑談", "out_of_scope": "市の仕事でないこと"}
LANGUAGES = {
    "ja": "日本語",
    "ja-Hira": "やさしい日本語",
    "en": "英語",
    "zh-Hans": "中国語(簡体)",
    "zh-Hant": "中国語(繁体)",
    "ko": "韓国語",
    "vi": "ベトナム語",
    "tl": "タガログ語",
}
SIGNED, UNSIGNED = "済", "未"
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
ERA = re.compile(r"(?:令和|R)(\d{1,2}|元)[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


class Unfit(ValueError):
    """A cell that can not be taken; the message is an English message key."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `get` gives a body's cell, `put` writes a changed cell into a body."""

    field: str
    name: str
    get: Callable[[Mapping[str, Any]], str]
    put: Callable[[Body, str], None]


def _plain(field: str, name: str, *, must: bool = True) -> Column:
    def put(body: Body, cell: str) -> None:
        if must and not cell:
            raise Unfit(N_("Please fill this in."))
        body[field] = cell

    return Column(field, name, lambda body: str(body.get(field) or ""), put)


def _kind() -> Column:
    codes = {words: code for code, words in KINDS.items()} | {code: code for code in KINDS}

    def put(body: Body, cell: str) -> None:
        if cell not in codes:
            raise Unfit(N_("This kind is not known."))
        body["kind"] = EntryKind(codes[cell]).value

    return Column("kind", "種類", lambda body: KINDS.get(body.get("kind", ""), ""), put)


def _desk() -> Column:
    def get(body: Mapping[str, Any]) -> str:
        desk = load_desks("ja").get(body.get("desk", ""))
        return desk.name if desk else str(body.get("desk", ""))

    def put(body: Body, cell: str) -> None:
        desks = load_desks("ja")
        keys = [key for key, desk in desks.items() if cell in (key, desk.name)]
        if not keys:
            raise Unfit(N_("There is no desk of this name."))
        body["desk"] = keys[0]

    return Column("desk", "担当窓口", get, put)


def _links() -> Column:
    def put(body: Body, cell: str) -> None:
        body["links"] = [part.strip() for part in re.split(r"[;;\n]", cell) if part.strip()]

    return Column("links", "リンク", lambda body: "; ".join(body.get("links", ())), put)


def _source(field: str, name: str) -> Column:
    def put(body: Body, cell: str) -> None:
        if field == "url" and cell and not cell.startswith(("https://", "http://")):
            raise Unfit(N_("Please give a full address that begins with https://."))
        if field == "title" and not cell:
            raise Unfit(N_("Please fill this in."))
        body["source"] = {**body.get("source", {}), field: cell}

    return Column(
        f"source_{field}", name, lambda body: str(body.get("source", {}).get(field) or ""), put
    )


def _day(field: str, name: str, *, must: bool = False) -> Column:
    def put(body: Body, cell: str) -> None:
        if cell:
            body[field] = read_day(cell).isoformat()
        elif must:
            raise Unfit(N_("Please fill this in."))
        else:
            body.pop(field, None)

    return Column(field, name, lambda body: str(body.get(field) or ""), put)


def read_day(cell: str) -> date:
    """A day in figures, Western or of Reiwa; Unfit."""
    plain = unicodedata.normalize("NFKC", cell).strip()
    try:
        if found := DAY.fullmatch(plain):
            return date(*(int(part) for part in found.groups()))
        if found := ERA.fullmatch(plain):
            year = 2018 + (1 if found[1] == "元" else int(found[1]))
            return date(year, int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise Unfit(N_("Please write a date like 2026-04-01."))


def _text(language: str, field: str, name: str) -> Column:
    def get(body: Mapping[str, Any]) -> str:
        value = body.get("texts", {}).get(language, {}).get(field, "")
        return "\n".join(value) if isinstance(value, list) else str(value)

    def put(body: Body, cell: str) -> None:
        if language == "ja" and not cell and field != "aliases":
            raise Unfit(N_("Please fill this in."))
        said = body.setdefault("texts", {}).setdefault(language, {})
        lines = (" ".join(line.split()) for line in cell.splitlines())
        said[field] = [line for line in lines if line] if field == "aliases" else cell.strip()

    return Column(f"{language}_{field}", f"{name}({LANGUAGES[language]})", get, put)


def _signed(language: str) -> Column:
    def get(body: Mapping[str, Any]) -> str:
        said = body.get("texts", {}).get(language)
        return "" if said is None else SIGNED if said.get("signed", True) else UNSIGNED

    def put(body: Body, cell: str) -> None:
        if cell not in (SIGNED, UNSIGNED, ""):
            raise Unfit(N_("Please write 済 or 未."))
        said = body.setdefault("texts", {}).setdefault(language, {})
        said.pop("signed", None)
        if cell != SIGNED:
            said["signed"] = False

    return Column(f"{language}_signed", f"人による確認({LANGUAGES[language]})", get, put)


def _of_language(language: str) -> list[Column]:
    names = (("question", "質問"), ("answer", "回答"), ("aliases", "別の聞き方"))
    made = [_text(language, field, name) for field, name in names]
    return made if language == "ja" else [*made, _signed(language)]


def _key_stays(_body: Body, _cell: str) -> None:
    """The key finds the row; it is never written."""


COLUMNS: tuple[Column, ...] = (
    Column("key", "キー", lambda body: str(body.get("key", "")), _key_stays),
    _kind(),
    _plain("category", "分類"),
    *_of_language("ja"),
    _desk(),
    _plain("owner", "担当課"),
    _links(),
    _source("title", "出典"),
    _source("url", "出典URL"),
    _day("valid_from", "掲載開始日", must=True),
    _day("valid_to", "掲載終了日"),
    _day("review_on", "見直し期限"),
    *(column for language in WRITTEN[1:] for column in _of_language(language)),
)
BY_FIELD = {column.field: column for column in COLUMNS}


def column_of(header: str) -> Column | None:
    """The column a header names, in Japanese or by its field."""
    plain = _folded(header)
    return next((c for c in COLUMNS if plain in (_folded(c.name), _folded(c.field))), None)


def _folded(name: str) -> str:
    return re.sub(r"[\s*※]", "", unicodedata.normalize("NFKC", name)).lower()
