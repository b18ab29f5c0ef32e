"""The drawings staff may fill: shipped ones, and their own versions of them or others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.pictures import drawing, svg
from notifications.pictures.svg import Template
from notifications.rich_messages.models import PictureTemplate
from portal.core import audit
from portal.core.clock import now
from portal.core.db import read
from portal.core.errors import NotFound
from portal.core.ids import new_id

DATA = Path(__file__).parent / "data"
NAMES = {"announcement": "お知らせ", "two_doors": "二つの入口", "event": "催し"}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing that is offered; `version` 0 came with the programme."""

    key: str
    name: str
    version: int
    svg: str

    @property
    def template(self) -> Template:
        """Ready to be filled."""
        return svg.read_template(self.svg)


def offered() -> list[Drawing]:
    """The newest version of each name; a shipped one until staff keep another of its name."""
    every = select(PictureTemplate.__table__).order_by(PictureTemplate.version)
    own = {row.name: row for row in read().execute(every)}  # the last version of a name stays
    found = {each.name: each for each in shipped()}
    for name, row in own.items():
        if row.put_away_at is None:
            found[name] = Drawing(str(row.id), name, row.version, row.svg)
    return sorted(found.values(), key=lambda each: each.name)


def one(key: str) -> Drawing:
    """By its key; raises NotFound."""
    for each in offered():
        if each.key == key:
            return each
    raise NotFound()


def keep(session: Session, by: UUID, name: str, text: str) -> Drawing:
    """A first or next version; raises BadTemplate. It must be possible to draw it."""
    template = svg.read_template(text)
    drawing.png(example(template), 240)
    last = select(PictureTemplate.version).where(PictureTemplate.name == name)
    version = max(session.scalars(last.with_for_update()), default=0) + 1
    row = PictureTemplate(id=new_id(), name=name, version=version, svg=text, by=by)
    session.add(row)
    session.flush()
    audit.record(session, "picture_template.kept", ("picture_template", row.id), version=version)
    return Drawing(str(row.id), name, version, text)


def put_away(session: Session, key: str) -> None:
    """Staff's own version is offered no more; what was drawn from it stays."""
    row = session.get(PictureTemplate, _id(key), with_for_update=True)
    if row is None or row.put_away_at is not None:
        raise NotFound()
    row.put_away_at = now()
    audit.record(session, "picture_template.put_away", ("picture_template", row.id))


def example(template: Template) -> str:
    """Filled with the names of its places."""
    return svg.filled(template, {name: name for name in template.fields})


@cache
def shipped() -> tuple[Drawing, ...]:
    """What came with the programme."""
    return tuple(
        Drawing(key, name, 0, (DATA / f"{key}.svg").read_text(encoding="utf-8"))
        for key, name in NAMES.items()
    )


def _id(key: str) -> UUID:
    try:
        return UUID(key)
    except ValueError:
        raise NotFound() from None
