"""Templates as clerks see them: by folder, one with every version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from notifications.notice_templates.models import NoticeTemplate, TemplateVersion
from notifications.notices.words import variant
from portal.core.db import read
from portal.core.i18n import DEFAULT


@dataclass(frozen=True, slots=True)
class Shown:
    """A version of a template; it has the words `notices.letters` says."""

    id: UUID
    folder: str
    name: str
    owner: str
    newest: int
    put_away_at: datetime | None
    version: int
    topic: str
    variants: dict[str, Any]
    link: str | None
    by: UUID
    at: datetime
    kind: str = "normal"
    rich: dict[str, Any] | None = None

    @property
    def title(self) -> str:
        """The Japanese title with its examples."""
        return variant(self, DEFAULT)["title"]

    @property
    def examples(self) -> dict[str, str]:
        """Names of the values and an example of each."""
        found: dict[str, str] = self.variants[DEFAULT].get("values", {})
        return found


_COLUMNS = (
    NoticeTemplate.id,
    NoticeTemplate.folder,
    NoticeTemplate.name,
    NoticeTemplate.owner,
    NoticeTemplate.version.label("newest"),
    NoticeTemplate.put_away_at,
    TemplateVersion.version,
    TemplateVersion.topic,
    TemplateVersion.variants,
    TemplateVersion.link,
    TemplateVersion.by,
    TemplateVersion.at,
)
_SHOWN = select(*_COLUMNS).join(TemplateVersion, TemplateVersion.template_id == NoticeTemplate.id)


def newest(*, put_away: bool = False) -> dict[str, list[Shown]]:
    """The newest version of each, by folder."""
    away = NoticeTemplate.put_away_at
    rows = read().execute(
        _SHOWN.where(
            TemplateVersion.version == NoticeTemplate.version,
            away.is_not(None) if put_away else away.is_(None),
        ).order_by(NoticeTemplate.folder, NoticeTemplate.name)
    )
    folders: dict[str, list[Shown]] = {}
    for row in rows:
        folders.setdefault(row.folder, []).append(Shown(*row))
    return folders


def versions(template_id: UUID) -> list[Shown]:
    """Every version, newest first."""
    rows = read().execute(
        _SHOWN.where(NoticeTemplate.id == template_id).order_by(TemplateVersion.version.desc())
    )
    return [Shown(*row) for row in rows]


def offered(template_id: UUID) -> Shown | None:
    """The newest version of a template a new notice may begin as."""
    row = (
        read()
        .execute(
            _SHOWN.where(
                and_(
                    NoticeTemplate.id == template_id,
                    NoticeTemplate.put_away_at.is_(None),
                    TemplateVersion.version == NoticeTemplate.version,
                )
            )
        )
        .one_or_none()
    )
    return Shown(*row) if row else None
