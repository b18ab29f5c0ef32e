"""Evacuation orders: from a clerk's form or an L-Alert file; never inferred from a warning."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from notifications.disaster import receiving
from notifications.disaster.models import DisasterMessage, DisasterProposal
from portal.core import audit
from portal.core.clock import in_tokyo, now
from portal.core.errors import N_, MadoError
from portal.core.ids import new_id

# 内閣府「避難情報に関するガイドライン」: the three that a mayor gives out.
LEVELS = {3: "高齢者等避難", 4: "避難指示", 5: "緊急安全確保"}
ENGLISH = {
    3: "Evacuation of older people and others who need time",
    4: "Evacuation order",
    5: "Protect your life now",
}
ADVICE_JA = {
    3: "お年寄りや、移るのに時間がかかる人は、危ない場所から安全な場所へ移ってください。"
    "ほかの人も準備をしてください。",
    4: "危ない場所にいる人は、全員、安全な場所へ移ってください。",
    5: "命の危険があります。今すぐ、その場でできるだけ安全な所に移ってください。",
}
ADVICE_EN = {
    3: "Older people and others who need time: leave dangerous places now. Others: get ready.",
    4: "Everybody in a dangerous place: move to a safe place now.",
    5: "Your life is in danger. Move at once to the safest place near you.",
}
MOST_BYTES, MOST_ROWS, LONGEST = 200_000, 500, 40
HEAD = ("警戒レベル", "地区", "状態")
IN_FORCE, LIFTED = "発令", "解除"


class FaultyFile(MadoError):
    """The file can not be taken; `message` says why."""

    message = N_("The file can not be read. It needs the columns 警戒レベル, 地区 and 状態.")


@dataclass(frozen=True, slots=True)
class Order:
    """One order for some districts. `lifted`: it ends."""

    level: int
    districts: tuple[str, ...]
    lifted: bool = False


def orders_of(content: bytes) -> list[Order]:
    """From a CSV file (UTF-8 or Shift_JIS); raises FaultyFile.

    L-Alert itself is for contracted senders and receivers only; this is what its terminals export.
    """
    rows = list(csv.DictReader(io.StringIO(_text(content))))
    if not rows or len(rows) > MOST_ROWS or not set(HEAD) <= set(rows[0]):
        raise FaultyFile()
    found: dict[tuple[int, bool], list[str]] = {}
    for row in rows:
        level, state = _level((row["警戒レベル"] or "").strip()), (row["状態"] or "").strip()
        district = (row["地区"] or "").strip()
        if level is None or state not in {IN_FORCE, LIFTED} or not 0 < len(district) <= LONGEST:
            raise FaultyFile()
        found.setdefault((level, state == LIFTED), []).append(district)
    return [
        Order(level, tuple(dict.fromkeys(districts)), lifted)
        for (level, lifted), districts in sorted(found.items(), reverse=True)
    ]


def propose(session: Session, order: Order, by: UUID) -> UUID:
    """A proposal with ready words; a clerk confirms it like any other, never by itself."""
    moment = now()
    message = DisasterMessage(
        address=f"evacuation:{new_id()}",
        source="evacuation",
        reported_at=moment,
        told={
            "kinds": [LEVELS[order.level]],
            "level": order.level,
            "lifted": order.lifted,
            "districts": list(order.districts),
            "by": str(by),
        },
    )
    session.add(message)
    session.flush()
    audit.record(session, "disaster.order_entered", ("disaster_message", message.id),
                 level=order.level, lifted=order.lifted)  # fmt: skip
    proposal = DisasterProposal(
        message_id=message.id,
        action="notice" if order.lifted else "emergency",
        why="lifted_order" if order.lifted else "order",
        grade=order.level,
        menu=not order.lifted,
        variants=words(order, moment),
    )
    return receiving.kept(session, proposal, by_itself=False)


def words(order: Order, moment: datetime) -> dict[str, dict[str, str]]:
    """Title and body in both languages."""
    where = "、".join(order.districts)
    time = in_tokyo(moment).strftime("%Y-%m-%d %H:%M")
    name, english = LEVELS[order.level], ENGLISH[order.level]
    if order.lifted:
        return {
            "ja": {
                "title": f"{name}を解除しました",
                "body": f"対象：{where}\n\n（市 {time} 発表）",
            },
            "en": {
                "title": f"No longer in force: {english} (level {order.level})",
                "body": f"Districts: {where}\n\n(The city, {time})",
            },
        }
    return {
        "ja": {
            "title": f"警戒レベル{order.level} {name}",
            "body": f"対象：{where}\n\n{ADVICE_JA[order.level]}\n\n（市 {time} 発表）",
        },
        "en": {
            "title": f"{english} (level {order.level})",
            "body": f"Districts: {where}\n\n{ADVICE_EN[order.level]}\n\n(The city, {time})",
        },
    }


def _level(said: str) -> int | None:
    plain = (
        said.translate(str.maketrans("３４５", "345")).removeprefix("警戒").removeprefix("レベル")
    )
    if plain in {"3", "4", "5"}:
        return int(plain)
    return next((level for level, name in LEVELS.items() if name == said), None)


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise FaultyFile()
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FaultyFile()
