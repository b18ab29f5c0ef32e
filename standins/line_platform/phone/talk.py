"""Prepares a talk for the screen: bubbles, days, quick replies, what is unread."""

import datetime
import json
import sqlite3
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from standins.line_platform.phone import acts, flex, imagemap
from standins.line_platform.platform import Platform

TOKYO = ZoneInfo("Asia/Tokyo")
WEEKDAYS = "月火水木金土日"
STICKERS = {"1": "ありがとう", "2": "わかりました", "3": "こんにちは", "4": "おねがいします"}
STICKER_PACKAGE = "11537"


@dataclass(frozen=True)
class Bubble:
    """One message on the screen."""

    row: int
    message_id: str
    side: str
    kind: str
    content: dict[str, Any]
    at: str
    day: str
    new_day: bool
    html: Markup
    has_style: bool
    unsent: bool


def bubbles(platform: Platform, user_id: str, after: int = 0, most: int = 200) -> list[Bubble]:
    """The last messages of a talk, oldest first."""
    rows = platform.store.all(
        "SELECT * FROM (SELECT * FROM talk WHERE user_id=? AND id>? ORDER BY id DESC LIMIT ?)"
        " ORDER BY id",
        user_id,
        after,
        most,
    )
    before = platform.store.value("SELECT at FROM talk WHERE user_id=? AND id=?", user_id, after)
    found = []
    for row in rows:
        found.append(_bubble(row, before))
        before = row["at"]
    return found


def _when(at: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(at, TOKYO)


def _bubble(row: sqlite3.Row, before: float | None) -> Bubble:
    """One row; `before` is when the message above it came."""
    content = json.loads(row["content"])
    when = _when(row["at"])
    kind = str(content.get("type"))
    return Bubble(
        row=row["id"],
        message_id=row["message_id"],
        side=row["side"],
        kind=kind,
        content=content,
        at=f"{when:%H:%M}",
        day=f"{when.month}月{when.day}日({WEEKDAYS[when.weekday()]})",
        new_day=before is None or _when(before).date() != when.date(),
        html=_html(kind, content, row),
        has_style=kind == "flex",
        unsent=bool(row["unsent"]),
    )


def _html(kind: str, content: dict[str, Any], row: sqlite3.Row) -> Markup:
    if kind in {"text", "textV2"}:
        return acts.text_with_links(_filled(content))
    if kind == "flex":
        return flex.draw(content.get("contents"), row["user_id"], f"m{row['id']}")[0]
    if kind == "imagemap":
        return imagemap.draw(content)
    if kind == "template":
        return _template(content, row["user_id"])
    return Markup("")


def _filled(content: dict[str, Any]) -> str:
    """The text of a textV2 message with its literal braces; mentions and emoji show their key."""
    text = str(content.get("text", ""))
    if content.get("type") != "textV2":
        return text
    return text.replace("{{", "{").replace("}}", "}")


def _template(content: dict[str, Any], user_id: str) -> Markup:
    template = content.get("template") or {}
    title = Markup("<strong>{}</strong>").format(template["title"]) if template.get("title") else ""
    text = Markup("<p>{}</p>").format(template.get("text", content.get("altText", "")))
    buttons = Markup("").join(
        acts.draw(one, user_id, Markup("{}").format(one.get("label", "")), "fx-button fx-link")
        for one in template.get("actions", [])
    )
    return Markup('<div class="template">{}{}{}</div>').format(title, text, buttons)


def style_of(platform: Platform, row_id: int) -> str | None:
    """The style sheet of a flex message."""
    row = platform.store.one("SELECT * FROM talk WHERE id=?", row_id)
    if row is None:
        return None
    contents = json.loads(row["content"]).get("contents")
    return flex.draw(contents, row["user_id"], f"m{row_id}")[1]


def quick_replies(platform: Platform, user_id: str) -> list[Markup]:
    """The quick replies of the last message, gone once anything follows it."""
    row = platform.store.one("SELECT * FROM talk WHERE user_id=? ORDER BY id DESC LIMIT 1", user_id)
    if row is None or row["side"] != "account":
        return []
    items = (json.loads(row["content"]).get("quickReply") or {}).get("items", [])
    actions = [item["action"] for item in items]
    return [
        acts.draw(one, user_id, Markup("{}").format(acts.label_of(one)), "quick") for one in actions
    ]


def is_writing(platform: Platform, user_id: str) -> bool:
    """Whether the account shows that it is preparing an answer."""
    until = platform.store.value("SELECT until FROM loading WHERE user_id=?", user_id)
    return until is not None and until > platform.store.now()


def last_row(platform: Platform, user_id: str) -> int:
    """The number of the last message."""
    found = platform.store.value("SELECT max(id) FROM talk WHERE user_id=?", user_id)
    return int(found or 0)


def mark_read(platform: Platform, user_id: str) -> None:
    """The person has seen everything."""
    platform.store.run(
        "INSERT OR REPLACE INTO read_marks VALUES(?,?)", user_id, last_row(platform, user_id)
    )


def unread(platform: Platform, user_id: str) -> int:
    """How many messages of the account the person has not seen."""
    found = platform.store.value(
        "SELECT count(*) FROM talk WHERE user_id=? AND side='account' AND id>coalesce("
        "(SELECT last FROM read_marks WHERE user_id=?),0)",
        user_id,
        user_id,
    )
    return int(found)


def preview(platform: Platform, user_id: str) -> str:
    """The last message in a line."""
    row = platform.store.one(
        "SELECT content, unsent FROM talk WHERE user_id=? ORDER BY id DESC LIMIT 1", user_id
    )
    if row is None or row["unsent"]:
        return ""
    content = json.loads(row["content"])
    words = {"sticker": "スタンプ", "image": "写真", "location": "位置情報"}
    text = content.get("text") or content.get("altText") or words.get(content["type"], "")
    return str(text).replace("\n", " ")[:60]
