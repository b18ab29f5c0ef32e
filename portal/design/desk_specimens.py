"""What clerks see beside the residents' parts: (title, call, forced state)."""

from __future__ import annotations

from portal.design.resident_specimens import Row

_DESK: tuple[Row, ...] = (
    (
        "お知らせの状態",
        """{% for state in demo.states[10:] %}{{ state_badge(state) }} {% endfor %}""",
    ),
    (
        "数字",
        """{% call stats() %}{{ stat("届けた数", "1,204") }}{{ stat("開いた数", "812", "67 %") }}
{{- stat("届かなかった数", "3", url="#") }}{% endcall %}""",
    ),
    (
        "表",
        """{{ table([{"label": "お知らせ"}, {"label": "状態"}, {"label": "人数", "numeric": True}],
  demo.rows, "最近のお知らせ") }}""",
    ),
    ("表：何もないとき", """{{ table([{"label": "お知らせ"}], [], "送る前のお知らせ") }}"""),
    (
        "表：長い言葉",
        """{{ table([{"label": "お知らせ"}, {"label": "人数", "numeric": True}],
  [[LONG, "1,204"]], "長い題") }}""",
    ),
    ("表のファイル", """{{ list_files([{"label": "題"}], [["年末年始のごみ収集"]], "一覧") }}"""),
    ("図：棒", """{{ chart(bars) }}"""),
    ("図：線", """{{ chart(lines) }}"""),
    ("図：まだ何もないとき", """{{ chart(nothing) or empty("まだ数えていません") }}"""),
    (
        "地図",
        """{{ map_figure(ground, credit="見本", moves=[("in", "#map", "大きく"),
  ("out", "#map", "小さく")]) }}""",
    ),
    ("だれに届くか", """<p class="sentence">東地区に住む、1歳6か月から2歳までの子がいる人</p>"""),
    (
        "LINEでの見え方",
        """{{ line_preview("まど市", "1歳6か月児健診のお知らせ\n12月3日（木）13:00 東保健センター",
  ["くわしく見る"]) }}""",
    ),
    (
        "横のメニュー",
        """{{ nav_list([{"label": "お知らせ", "url": "#", "icon": "bell", "current": True},
  {"label": "窓口", "url": "#", "icon": "city"}], class="side-list", unread=3) }}""",
    ),
)

PARTS: tuple[tuple[str, tuple[Row, ...]], ...] = (("職員の画面", _DESK),)
