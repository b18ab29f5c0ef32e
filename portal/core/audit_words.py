"""What the audit log's actions are called: "todo.completed" is "To-do: done", in two languages.

A table and not messages: the words belong to the codes, and files that leave carry them too.
"""

from __future__ import annotations

from portal.core.audit_deeds import DEEDS

# What it is about: the part before the dot.
TOPICS: dict[str, tuple[str, str]] = {
    "access": ("A resident's data", "住民の情報の閲覧"),
    "account": ("Resident's account", "住民のアカウント"),
    "alert": ("Alert", "異常の知らせ"),
    "answer": ("Answer text", "回答文"),
    "answer_release": ("Release of answers", "回答の版"),
    "answers": ("Answering", "自動回答"),
    "assist": ("Help at the counter", "窓口での手伝い"),
    "audit": ("Operation log", "操作の記録"),
    "authenticator": ("Authenticator app", "認証アプリ"),
    "backup": ("Backup", "バックアップ"),
    "calendar": ("Calendar feed", "カレンダー配信"),
    "card": ("Family card", "家族カード"),
    "catalogue": ("Service catalogue", "手続き・サービスの一覧"),
    "client": ("Connected tool", "つながるサービス"),
    "code": ("One-time code", "確認コード"),
    "consent": ("Consent", "同意"),
    "counter_number": ("Counter number", "窓口番号"),
    "database": ("Database", "データベース"),
    "desk_list": ("Printed code list", "紙のコード表"),
    "device": ("Remembered device", "覚えた端末"),
    "digest": ("Family digest", "まとめのお知らせ"),
    "disaster": ("Disaster news", "災害情報"),
    "exit": ("End of the contract", "契約終了の処理"),
    "export": ("Download of own data", "自分の情報の受け取り"),
    "extract": ("Extraction", "抽出"),
    "facilities": ("Facilities", "施設"),
    "favourite": ("Favourite", "お気に入り"),
    "garbage": ("Garbage guide", "ごみ分別"),
    "guardian": ("Guardian's agreement", "保護者の同意"),
    "identity": ("Way to sign in", "ログイン方法"),
    "inbox": ("Inbox", "受信箱"),
    "incident": ("Incident", "障害"),
    "kiosks": ("Certificate kiosks", "証明書の交付機"),
    "keys": ("Data keys", "データの鍵"),
    "language": ("Language", "ことばの設定"),
    "life_event": ("Life event", "くらしの出来事"),
    "line": ("LINE connection", "LINE連携"),
    "list": ("List", "一覧"),
    "link": ("Link", "リンク"),
    "mail": ("Mail", "メール"),
    "maintenance": ("Planned maintenance", "計画停止"),
    "menu": ("Rich menu", "リッチメニュー"),
    "miss": ("Search in vain", "見つからなかった検索"),
    "hand_over": ("Hand-over to another tool", "他のツールへの提供"),
    "line_tester": ("Test phone", "テスト用の電話"),
    "notice": ("Notice", "お知らせ"),
    "notices": ("Choice of notices", "受け取るお知らせの設定"),
    "on_call": ("On-call contact", "当番の連絡先"),
    "own_todo": ("Own to-do", "自分で書いたやること"),
    "page_category": ("Page category", "ページの分類"),
    "page_source": ("Source of pages", "ページの取得元"),
    "pages": ("City pages", "市のページ"),
    "passkey": ("Passkey", "パスキー"),
    "patch": ("Data patch", "データ修正"),
    "person": ("Family card", "家族カード"),
    "picture": ("Picture", "画像"),
    "picture_template": ("Picture template", "画像のひな形"),
    "profile": ("Own card", "自分のカード"),
    "provider": ("Sign-in service", "ログイン連携"),
    "question": ("Question to the city", "市への質問"),
    "recovery": ("Recovery of the account", "アカウントの回復"),
    "recovery_codes": ("Recovery codes", "回復コード"),
    "reminders": ("Reminders", "期限のお知らせ"),
    "repeat": ("Repeating notice", "くり返すお知らせ"),
    "replay": ("Replayed questions", "質問の再確認"),
    "report": ("Report of a fault", "通報"),
    "report_areas": ("Areas of reports", "通報の担当区域"),
    "report_category": ("Category of reports", "通報の種類"),
    "report_key": ("Key of another program", "外部プログラムの鍵"),
    "reports": ("Reports", "通報の一覧"),
    "retention": ("Retention", "保存期間の処理"),
    "richmenu": ("Rich menu", "リッチメニュー"),
    "role": ("Role", "役割"),
    "saml": ("Tools for clerks (SAML)", "職員用ツール（SAML）"),
    "search": ("Search index", "検索の索引"),
    "segment": ("Group of recipients", "配信対象"),
    "session": ("Session", "ログイン状態"),
    "sign_in": ("Sign-in", "ログイン"),
    "sla": ("Service levels", "サービス水準"),
    "staff": ("Staff account", "職員アカウント"),
    "survey": ("Survey", "アンケート"),
    "template": ("Template of notices", "お知らせのひな形"),
    "test": ("Test environment", "試験環境"),
    "test_question": ("Test question", "試験用の質問"),
    "ticket": ("Contact ticket", "連絡票"),
    "todo": ("To-do", "やること"),
    "tool": ("Tool's access", "外部サービスの利用"),
    "topic": ("Topic of notices", "お知らせの話題"),
    "training": ("Training", "研修"),
    "translation": ("Translation", "翻訳"),
    "visit": ("Visit sheet", "窓口シート"),
}

ACTORS: dict[str, tuple[str, str]] = {
    "resident": ("Resident", "住民"),
    "staff": ("Clerk", "職員"),
    "system": ("The system", "システム"),
    "visitor": ("Visitor", "来訪者"),
}


def named(action: str, language: str) -> str:
    """The words for an action; a code nobody gave words stands as it is."""
    topic, _, deed = action.partition(".")
    if topic not in TOPICS or deed not in DEEDS:
        return action
    if language == "ja":
        return f"{TOPICS[topic][1]}：{DEEDS[deed][1]}"
    return f"{TOPICS[topic][0]}: {DEEDS[deed][0]}"


def actor(kind: str, language: str) -> str:
    """The words for who acted."""
    return ACTORS.get(kind, (kind, kind))[language == "ja"]
