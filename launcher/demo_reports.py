"""The demo city's boundaries, and some reports of residents in every state."""

from __future__ import annotations

from pathlib import Path

AREAS = Path(__file__).parent / "demo_open_data" / "areas"
# Category, words, place, where, what became of it (states after "received"), answer.
REPORTS = (
    ("road", "歩道に穴があり、つまずきそうです。", "市役所の南側", (38.9193, 139.8463), (), ""),
    ("light", "三つ続けて切れています。", "市立図書館の前", (38.9136, 139.8313), ("checking",), ""),
    ("dumping", "タイヤが10本ほど捨てられています。", "川の堤防", (38.9371, 139.8592), (), ""),
    (
        "tree",
        "枝が歩道をふさいでいます。",
        "",
        (38.9318, 139.8764),
        ("in_progress",),
        "木曜日に切ります。",
    ),
    (
        "park",
        "ブランコのくさりが切れそうです。",
        "えきまえ公園",
        (38.9190, 139.8467),
        ("done",),
        "取りかえました。知らせてくださり、ありがとうございました。",
    ),
    (
        "road",
        "国道の白線が消えています。",
        "",
        (38.9245, 139.8520),
        ("handed_over",),
        "国道の管理者に伝えました。",
    ),
)


def fill() -> None:
    """Boundaries first: reports are routed by them."""
    from chatbot.reports import geojson, ground, handling, sending
    from chatbot.reports.rules import State
    from portal.core.db import transaction
    from portal.maps.places import Point

    for file in sorted(AREAS.glob("*.geojson")):
        with transaction() as session:
            ground.replace(
                session, file.stem, geojson.read(file.read_bytes(), file.stem), file.name
            )
    for category, words, place, (latitude, longitude), states, answer in REPORTS:
        with transaction() as session:
            point = Point(latitude, longitude)
            report = sending.new_report(session, category, point, sending.Sender("web"))
            report.words, report.place = words, place
            session.add(report)
            session.flush()
            sending.arrived(session, report)
            for state in states:
                handling.move(session, report, State(state), answer, None)
