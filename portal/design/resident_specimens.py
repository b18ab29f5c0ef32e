"""What residents see: (title, call, forced state) by part."""

from __future__ import annotations

Row = tuple[str, str] | tuple[str, str, str]

_LOOKS: tuple[Row, ...] = (
    ("文字の大きさ", """{{ letter_sizes(letter_size, "?letters={size}&look=" ~ look) }}"""),
    ("画面の色", """{{ looks(look, "?look={look}&letters=" ~ letter_size) }}"""),
)
_BANNERS: tuple[Row, ...] = (
    (
        "災害のとき",
        """{{ emergency("大雨で川の水が増えています",
  ["東町の低い土地にいる人は、今すぐ高いところへ。", "避難所は東小学校です。"], "#", "10:20") }}""",
    ),
    (
        "知らせる",
        """{{ banner("12月29日から1月3日まで、市役所はお休みです。", title="年末年始",
  url="#", link_label="くわしく見る") }}""",
    ),
    ("できた", """{{ banner("保存しました。", "success") }}"""),
    (
        "気をつける",
        """{{ banner("LINEの友だち登録が外れています。お知らせが届きません。", "warning") }}""",
    ),
    ("まちがい", """{{ banner("送れませんでした。もう一度ためしてください。", "error") }}"""),
    (
        "通信がないとき",
        """{{ banner("通信ができません。10:20の内容です。ここで押しても送られません。",
  "warning") }}""",
    ),
    ("長い言葉", """{{ banner(LONG ~ LONG, "warning", title=LONG) }}"""),
    ("操作のあとのひとこと", """{{ flash_messages([("success", "家族を登録しました。")]) }}"""),
)
_BUTTONS: tuple[Row, ...] = (
    (
        "ふつう",
        """{{ button("主なボタン", type="button") }}
{{ button("ほかのボタン", "secondary", "plus", type="button") }}
{{ button("文字のボタン", "quiet", type="button") }}
{{ button("消す", "danger", "bin", type="button") }}""",
    ),
    (
        "指やマウスをのせたとき",
        """{{ button("主なボタン", type="button") }}
{{ button("ほかのボタン", "secondary", "plus", type="button") }}
{{ button("文字のボタン", "quiet", type="button") }}
{{ button("消す", "danger", "bin", type="button") }}""",
        "hover",
    ),
    (
        "キーボードで選んだとき",
        """{{ button("主なボタン", type="button") }}
{{ button("ほかのボタン", "secondary", "plus", type="button") }}
{{ link_button("リンクのボタン", "#", kind="quiet") }}""",
        "focus",
    ),
    (
        "押せないとき",
        """{{ button("主なボタン", type="button", disabled=True) }}
{{ button("ほかのボタン", "secondary", type="button", disabled=True) }}""",
    ),
    ("送って変えるもの", """{{ post_button("できた", "#", icon_name="check", about="健診") }}"""),
    ("長い言葉", """{{ button(LONG, type="button") }} {{ link_button(LONG, "#", "secondary") }}"""),
)
_BADGES: tuple[Row, ...] = (
    (
        "やることの状態",
        """{% for state in demo.states[:10] %}{{ state_badge(state) }} {% endfor %}""",
    ),
    ("だれの", """{% for person in demo.people %}{{ person_chip(person) }} {% endfor %}"""),
    (
        "色の種類",
        """{% for tone in ("good", "soon", "bad", "note", "calm", "brand") -%}
{{ badge(tone, tone, "info") }} {% endfor %}""",
    ),
    ("絵と電話", """{{ icon("bag", label="持ち物") }} {{ phone_link("0000-00-1234") }}"""),
    ("めずらしい字", """{{ badge("𠮷田、葛󠄀飾、渡邉󠄂") }}"""),
)
_CARDS: tuple[Row, ...] = (
    (
        "やること：もうすぐ、できる、過ぎた",
        """{% for item in demo.todos %}{% call todo_card(item) -%}
{{ post_button("できた", "#", kind="pane", icon_name="check", about=item.title) }}
{{ post_button("あとで", "#", kind="pane", icon_name="clock", about=item.title) }}
{%- endcall %}{% endfor %}""",
    ),
    (
        "やること：終わった",
        """{% call todo_card(demo.done) %}{{ post_button("元にもどす", "#", kind="pane",
  icon_name="undo", about=demo.done.title) }}{% endcall %}""",
    ),
    (
        "やること：長い言葉",
        """{{ todo_card({"id": "long", "title": LONG, "state": "open", "reason": LONG,
  "person": {"name": LONG, "kind": "child"}, "due_words": "12月3日（木）まで"}) }}""",
    ),
    (
        "おすすめ",
        """{% for item in demo.recommendations %}{% call recommendation_card(item) %}{{
link_button("くわしく", "#", kind="pane", icon_name="page", about=item.title) }}{% endcall %}
{% endfor %}""",
    ),
    ("お知らせ", """{% for item in demo.notices %}{{ notice_card(item) }}{% endfor %}"""),
    (
        "入口",
        """{{ link_card("電子申請", "#", "転出届、保育所の申込みなど", outside=True,
  icon_name="edit") }}
{{ link_card("ごみの出し方", "#", icon_name="bin") }}""",
    ),
    ("入口：のせたとき", """{{ link_card("ごみの出し方", "#", icon_name="bin") }}""", "hover"),
    ("入口：選んだとき", """{{ link_card("ごみの出し方", "#", icon_name="bin") }}""", "focus"),
    ("窓口", """{{ desk_card(demo.desk) }}"""),
    ("持ち物", """{{ bring_list(["母子健康手帳", "問診票", "バスタオル"]) }}"""),
    (
        "何もないとき",
        """{% call empty("今、やることはありません", "新しいことがあれば、ここに出ます。") %}{{
link_button("お知らせを見る", "#", kind="secondary") }}{% endcall %}""",
    ),
)
_FORMS: tuple[Row, ...] = (
    ("どこまで進んだか", """{{ steps(2, 4, ["メール", "暗証", "生年月日", "家族"]) }}"""),
    (
        "入力",
        """<form class="form" method="post" action="#" novalidate>{{ csrf() }}
{{ field(form.email, autocomplete="email", inputmode="email") }}
{{ date_fields(form.birthdate) }}
{{ code_field(form.code) }}
{{ field(form.district) }}
{{ field(form.relation) }}
{{ choices(form.topics, optional=True) }}
{{ field(form.words, optional=True, rows=3) }}
{{ checkbox(form.agree) }}
{% call actions() %}{{ submit("つぎへ") }}
{{- link_button("もどる", "#", kind="quiet") }}{% endcall %}
</form>""",
    ),
    (
        "まちがいがあるとき",
        """<form class="form" method="post" action="#" novalidate>{{ csrf() }}
{{ error_summary(wrong) }}
{{ field(wrong.email, autocomplete="email", inputmode="email") }}
{{ date_fields(wrong.birthdate) }}
{{ field(wrong.relation) }}
{{ field(wrong.agree) }}
</form>""",
    ),
    (
        "選んだとき",
        """<label class="unseen" for="one">質問</label><input class="input" id="one">""",
        "focus",
    ),
    (
        "入力できないとき",
        """<label class="label" for="shut">決まった住所</label>
<input class="input" id="shut" value="まど市東町1番" disabled>""",
    ),
)
_TALK: tuple[Row, ...] = (
    (
        "会話",
        """{% call chat() %}{{ asked("おくやみの手続きはどこですか") }}
{% call answered("おくやみ窓口のご案内", "#", demo.desk) -%}
<p>市役所1階の「おくやみ窓口」で、まとめて手続きができます。</p>{% endcall %}
{{ helpful("#", "a1") }}{{ asked("ごみ") }}
{{ candidates("どれについて知りたいですか。", demo.candidates, "#") }}{% endcall %}""",
    ),
    (
        "質問の箱",
        """<form class="ask-bar" method="post" action="#">{{ csrf() }}
<label class="unseen" for="ask">質問</label>
<input class="input" id="ask" name="text" placeholder="例：転入届に要るもの">
{{ button("送る", icon_name="send") }}</form>""",
    ),
)
_PIECES: tuple[Row, ...] = (
    ("今いるところ", """{{ crumb_list([("すべてのサービス", "#"), ("子育て", "#")]) }}"""),
    ("見出し", """{{ section_head("お知らせ", count=3, url="#") }}"""),
    (
        "決まったこと",
        """{{ definitions([("呼び名", "さくら", "#"), ("メール", "sakura@mail.example"),
  ("長い言葉", LONG, "#")]) }}""",
    ),
    ("写せる番号", """{{ copy_code("7KQD-2MXP-9F", "控えの番号") }}"""),
    ("時間のかかる仕事", """{{ progress("making", "3つのうち1つができました。", 1, 3) }}"""),
    ("いつ終わるか分からない仕事", """{{ progress("waiting", "ファイルを作っています。") }}"""),
    ("ページを送る", """{{ pagination(2, 5, "?page={page}") }}"""),
)

PARTS: tuple[tuple[str, tuple[Row, ...]], ...] = (
    ("見え方を変える", _LOOKS),
    ("お知らせの帯", _BANNERS),
    ("ボタン", _BUTTONS),
    ("しるし", _BADGES),
    ("カード", _CARDS),
    ("入力", _FORMS),
    ("質問", _TALK),
    ("小さな部品", _PIECES),
)
