"""The JSON form gomidata as a table of items: names of classes in the place of their ids."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from chatbot.garbage.files.causes import UnreadableFile
from chatbot.garbage.files.cells import MOST_ROWS, Row, Sheet, clean, decoded

HEADER = ("name", "type", "nameKana", "note")
# The form's own classes, which a file need not define.
COMMON = {
    "burnable": "可燃ごみ",
    "unburnable": "不燃ごみ",
    "oversized": "粗大ごみ",
    "hazardous": "危険ごみ",
    "recyclable": "資源",
    "legalrecycling": "家電リサイクル法対象品",
    "pointcollection": "拠点回収",
    "uncollectible": "市で収集しないもの",
}


def read_gomidata(body: bytes, name: str) -> Sheet:
    """The articles as rows. Raises UnreadableFile."""
    try:
        file = json.loads(decoded(body)[0])
        articles = list(file["articles"])
        names = COMMON | dict(_definitions(file))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableFile("json") from error
    if len(articles) > MOST_ROWS:
        raise UnreadableFile("too_many_rows", f"{MOST_ROWS:,}")
    rows = (_row(number, article, names) for number, article in enumerate(articles, start=2))
    return Sheet(name, (Row(1, HEADER), *rows), "gomidata")


def _definitions(file: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Ids and names: a list of {id, name}, or an object by id; smaller ones lie inside."""
    for field in ("categoryDefinitions", "localCategoryDefinition", "subCategories"):
        for key, body in _pairs(file.get(field) or {}):
            yield key, str(body.get("name") or COMMON.get(key, key))
            yield from _definitions(body)


def _pairs(found: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(found, Mapping):
        yield from found.items()
    else:
        for each in found:
            yield str(each.get("categoryId") or each["id"]), each


def _row(number: int, article: Any, names: Mapping[str, str]) -> Row:
    """Anything that is no article becomes a row that is rejected with what it said."""
    if not isinstance(article, Mapping):
        return Row(number, ("", "", "", clean(json.dumps(article, ensure_ascii=False))))
    key = str(article.get("categoryId") or "")
    said = (article.get("name"), names.get(key, key), article.get("nameKana"), article.get("note"))
    return Row(number, tuple(clean(str(each or "")) for each in said))
