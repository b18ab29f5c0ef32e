"""The columns of 自治体標準オープンデータセット 支援制度(給付金)情報.

Cells are those of DS-451-4; head and names follow the family of data sets (code, ID, name first).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from portal.catalogue.exporting_columns import SEPARATOR, About, Column, Kind, empty
from portal.catalogue.exporting_gif import BY_FIELD
from portal.catalogue.model import Service

MOST_KEYWORDS = 5
KEYWORD_LENGTH = 20


def _keywords(service: Service, _about: About) -> str:
    short = [word for word in service.keywords if len(word) <= KEYWORD_LENGTH]
    return SEPARATOR.join(short[:MOST_KEYWORDS])


def _like(name: str, field: str, **more: Any) -> Column:
    """A column of DS-451-4 under its name here; both names are read."""
    column = BY_FIELD[field]
    return replace(column, name=name, names=(column.name, *column.names), **more)


COLUMNS: tuple[Column, ...] = (
    _like("全国地方公共団体コード", "area_code"),
    _like("ID", "service_id"),
    _like("地方公共団体名", "organisation"),
    _like("タイトル（制度名）", "title"),
    _like("サブタイトル（通称）", "subtitle"),
    _like("元制度番号", "origin_id"),
    _like("制度変更区分", "change_class"),
    _like("支援制度種別", "service_type"),
    _like("対象者", "beneficiaries"),
    _like("用途・対象物", "purpose"),
    _like("対象地域群", "districts"),
    _like("概要", "summary", longest=200),
    _like("内容", "content", longest=5000),
    _like("給付金額", "most_paid"),
    _like("補助率", "rate"),
    _like("利用・申請方法", "ways"),
    _like("受付開始日", "opens"),
    _like("受付終了日", "closes"),
    _like("受付備考", "season"),
    _like("根拠法令", "law"),
    _like("詳細参照先", "detail_url"),
    _like("実施組織・支援機関", "desk"),
    _like("お問い合わせ先", "contact"),
    _like("連絡先電話番号", "phone"),
    _like("電子申請URL", "online"),
    _like("（個人対象）ライフステージ分類", "category"),
    _like("（個人対象）お困りごと分類", "trouble"),
    _like("災害名", "disaster"),
    _like("キーワード", "keywords", get=_keywords),
    _like("公開日", "published"),
    _like("公開終了日", "withdrawn"),
    _like("最終更新日", "updated"),
    Column("備考", "remarks", "補足", empty, Kind.TEXT),
)
