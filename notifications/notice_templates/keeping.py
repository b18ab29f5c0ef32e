"""Acts on templates: kept, changed into a next version, put away and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.notice_templates.models import NoticeTemplate, TemplateVersion
from portal.core import audit
from portal.core.clock import now
from portal.core.errors import N_, Conflict, MadoError, NotFound


class NameTaken(MadoError):
    """Two templates of one folder can not have one name."""

    message = N_("The folder has a template of this name already.")


@dataclass(frozen=True, slots=True)
class Kept:
    """What a clerk wrote; the values of `variants` are examples."""

    folder: str
    name: str
    owner: str
    topic: str
    variants: dict[str, Any]
    link: str | None


def keep(session: Session, by: UUID, kept: Kept) -> NoticeTemplate:
    """A new template."""
    _free(session, kept, None)
    template = NoticeTemplate(folder=kept.folder, name=kept.name, owner=kept.owner)
    session.add(template)
    session.flush()
    _version(session, template, by, kept)
    audit.record(session, "template.kept", ("notice_template", template.id), version=1)
    return template


def change(session: Session, template_id: UUID, by: UUID, kept: Kept, *, looked_at: int) -> None:
    """The next version; refused when another clerk was faster."""
    template = _locked(session, template_id)
    if template.version != looked_at or template.put_away_at is not None:
        raise Conflict()
    _free(session, kept, template_id)
    template.folder, template.name, template.owner = kept.folder, kept.name, kept.owner
    template.version += 1
    _version(session, template, by, kept)
    audit.record(
        session, "template.changed", ("notice_template", template_id), version=template.version
    )


def put_away(session: Session, template_id: UUID, *, away: bool) -> None:
    """Offered no more, or again; its versions stay for the notices that began as them."""
    template = _locked(session, template_id)
    if (template.put_away_at is not None) == away:
        raise Conflict()
    template.put_away_at = now() if away else None
    action = "template.put_away" if away else "template.taken_back"
    audit.record(session, action, ("notice_template", template_id))


def _version(session: Session, template: NoticeTemplate, by: UUID, kept: Kept) -> None:
    session.add(
        TemplateVersion(
            template_id=template.id,
            version=template.version,
            topic=kept.topic,
            variants=kept.variants,
            link=kept.link,
            by=by,
        )
    )


def _free(session: Session, kept: Kept, but: UUID | None) -> None:
    taken = select(NoticeTemplate.id).where(
        NoticeTemplate.folder == kept.folder, NoticeTemplate.name == kept.name
    )
    found = session.execute(taken).scalar()
    if found is not None and found != but:
        raise NameTaken()


def _locked(session: Session, template_id: UUID) -> NoticeTemplate:
    template = session.get(NoticeTemplate, template_id, with_for_update=True)
    if template is None:
        raise NotFound()
    return template
