"""The 38 success criteria of JIS X 8341-3:2016 at levels A and AA, and what looks at them here."""

from __future__ import annotations

from dataclasses import dataclass

# Tests of the house that hold something of a criterion beside axe (`./mado test`).
_KEYBOARD = "キーボードだけの通し試験(tests/journeys/test_7_for_everybody.py)"
_FORMS = "入力欄の試験(tests/browser.py、すべての画面の試験で働きます)"
_STYLES = "文字の大きさ・コントラスト・焦点の試験(tests/design)"


@dataclass(frozen=True, slots=True)
class Criterion:
    """Its number, name, level, and what else of ours tests it ("" where axe is all)."""

    number: str
    name: str
    level: str
    beside: str = ""
    absent: str = ""  # why there is nothing on our pages that it speaks of


_NO_MEDIA = "音声・映像のコンテンツがない"
CRITERIA = (
    Criterion("1.1.1", "非テキストコンテンツ", "A"),
    Criterion("1.2.1", "音声だけ及び映像だけ(収録済み)", "A", absent=_NO_MEDIA),
    Criterion("1.2.2", "キャプション(収録済み)", "A", absent=_NO_MEDIA),
    Criterion("1.2.3", "音声解説又は代替コンテンツ(収録済み)", "A", absent=_NO_MEDIA),
    Criterion("1.2.4", "キャプション(ライブ)", "AA", absent=_NO_MEDIA),
    Criterion("1.2.5", "音声解説(収録済み)", "AA", absent=_NO_MEDIA),
    Criterion("1.3.1", "情報及び関係性", "A", _FORMS),
    Criterion("1.3.2", "意味のある順序", "A"),
    Criterion("1.3.3", "感覚的な特徴", "A"),
    Criterion("1.4.1", "色の使用", "A"),
    Criterion("1.4.2", "音声の制御", "A", absent=_NO_MEDIA),
    Criterion("1.4.3", "コントラスト(最低限レベル)", "AA", _STYLES),
    Criterion("1.4.4", "テキストのサイズ変更", "AA", _STYLES),
    Criterion("1.4.5", "文字画像", "AA"),
    Criterion("2.1.1", "キーボード", "A", _KEYBOARD),
    Criterion("2.1.2", "キーボードトラップなし", "A", _KEYBOARD),
    Criterion("2.2.1", "タイミング調整可能", "A"),
    Criterion("2.2.2", "一時停止、停止及び非表示", "A"),
    Criterion("2.3.1", "3回のせん光、又はしきい値以下", "A"),
    Criterion("2.4.1", "ブロックスキップ", "A", _KEYBOARD),
    Criterion("2.4.2", "ページタイトル", "A"),
    Criterion("2.4.3", "フォーカス順序", "A", _KEYBOARD),
    Criterion("2.4.4", "リンクの目的(コンテキスト内)", "A"),
    Criterion("2.4.5", "複数の手段", "AA"),
    Criterion("2.4.6", "見出し及びラベル", "AA"),
    Criterion("2.4.7", "フォーカスの可視化", "AA", _STYLES),
    Criterion("3.1.1", "ページの言語", "A"),
    Criterion("3.1.2", "一部分の言語", "AA"),
    Criterion("3.2.1", "フォーカス時", "A"),
    Criterion("3.2.2", "入力時", "A"),
    Criterion("3.2.3", "一貫したナビゲーション", "AA"),
    Criterion("3.2.4", "一貫した識別性", "AA"),
    Criterion("3.3.1", "エラーの特定", "A", _FORMS),
    Criterion("3.3.2", "ラベル又は説明", "A", _FORMS),
    Criterion("3.3.3", "エラー修正の提案", "AA"),
    Criterion("3.3.4", "エラー回避(法的、金融及びデータ)", "AA"),
    Criterion("4.1.1", "構文解析", "A"),
    Criterion("4.1.2", "名前、役割及び値", "A"),
)
