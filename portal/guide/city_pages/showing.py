"""The city's pages as residents and the search see them: lean reads, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Flask, current_app

from portal.core.clock import in_tokyo
from portal.core.db import rows
from portal.core.i18n import current_language
from portal.core.outside import address_of, stand_in_address
from portal.core.settings import Settings
from portal.residents.days import said
from portal.search.documents import Document, Source, add_source

PER_PAGE = 20
COLUMNS = "p.id, p.title, p.category, p.summary, p.link, p.url, p.updated_at"
LIST = f"""
SELECT {COLUMNS}, count(*) OVER () FROM city_pages p
 WHERE p.gone_at IS NULL
   AND (%(category)s = '' OR p.category = %(category)s)
   AND (NOT %(mine)s OR p.category IN (
        SELECT c.name FROM page_categories c
          JOIN persons me ON c.interests && me.interests
         WHERE me.resident_id = %(resident)s AND me.relation = 'self'))
 ORDER BY p.updated_at DESC NULLS LAST, p.id
 LIMIT {PER_PAGE} OFFSET %(skip)s
"""  # noqa: S608  (constants only)
ONE = f"SELECT {COLUMNS} FROM city_pages p WHERE p.id = %(id)s AND p.gone_at IS NULL"  # noqa: S608
OF_SERVICE = f"""
SELECT {COLUMNS} FROM city_pages p JOIN page_categories c ON c.name = p.category
 WHERE p.gone_at IS NULL AND %(service)s = ANY(c.services)
 ORDER BY p.updated_at DESC NULLS LAST, p.id LIMIT 3
"""  # noqa: S608
CATEGORIES = """
SELECT category, count(*) FROM city_pages WHERE gone_at IS NULL AND category <> ''
 GROUP BY category ORDER BY count(*) DESC, category
"""
SERVICES = "SELECT services FROM page_categories WHERE name = %(name)s"
ADDRESSES = "SELECT id, updated_at FROM city_pages WHERE gone_at IS NULL ORDER BY id"
VERSION = "SELECT count(*), max(changed_at) FROM city_pages"
ALL = f"SELECT {COLUMNS} FROM city_pages p WHERE p.gone_at IS NULL"  # noqa: S608


@dataclass(frozen=True)
class Shown:
    """A page in a list."""

    id: UUID
    title: str
    category: str
    summary: str
    url: str
    updated: datetime | None

    @property
    def day(self) -> str:
        """When it was changed, on a Japanese calendar."""
        return in_tokyo(self.updated).strftime("%Y-%m-%d") if self.updated else ""

    @property
    def day_words(self) -> str:
        """The same as people say it."""
        return said(in_tokyo(self.updated).date(), current_language()) if self.updated else ""


def newest(
    category: str = "", page: int = 1, mine_of: UUID | None = None
) -> tuple[list[Shown], int]:
    """One page of the list, and how many pages it has; `mine_of`: by this resident's interests."""
    values = {
        "category": category,
        "skip": (page - 1) * PER_PAGE,
        "mine": mine_of is not None,
        "resident": mine_of,
    }
    found = rows(LIST, values)
    total = found[0][-1] if found else 0
    return [_shown(row) for row in found], max(1, -(-total // PER_PAGE))


def one(page_id: UUID) -> Shown | None:
    """A page that is shown."""
    found = rows(ONE, {"id": page_id})
    return _shown(found[0]) if found else None


def addresses() -> list[tuple[UUID, date | None]]:
    """Every page that is shown, and the day it was changed."""
    return [(page_id, in_tokyo(at).date() if at else None) for page_id, at in rows(ADDRESSES, {})]


def categories() -> list[tuple[str, int]]:
    """Categories with how many pages."""
    return [(name, number) for name, number in rows(CATEGORIES, {})]


def of_service(key: str) -> list[Shown]:
    """The newest pages that staff have tied to a service."""
    return [_shown(row) for row in rows(OF_SERVICE, {"service": key})]


def services_of(category: str) -> list[str]:
    """Keys of the services that staff have tied to a category."""
    found = rows(SERVICES, {"name": category})
    return list(found[0][0]) if found else []


def city_address(link: str) -> str:
    """Where a link to the city's website leads in this city."""
    settings: Settings = current_app.extensions["mado.settings"]
    site = settings.CITY_SITE_URL
    return stand_in_address(link, site) if site else address_of(link)


def register(app: Flask) -> None:
    """Let the box find the pages."""
    add_source(app, Source("city_pages", _version, _documents))


def _version() -> str:
    number, changed = rows(VERSION, {})[0]
    return f"{number} {changed}"


def _documents() -> Iterable[Document]:
    for row in rows(ALL, {}):
        page = _shown(row)
        yield Document(
            kind="page",
            key=str(page.id),
            titles={"ja": page.title},
            texts={"ja": page.summary},
            url=f"/news/{page.id}",
            also=(page.category,) if page.category else (),
            weight=0.3,
            updated=in_tokyo(page.updated).date() if page.updated else None,
        )


def _shown(row: tuple[Any, ...]) -> Shown:
    page_id, title, category, summary, link, _url, updated = row[:7]
    return Shown(page_id, title, category, summary, city_address(link), updated)
