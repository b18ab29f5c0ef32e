"""Keeps pictures in the sizes LINE asks for, and gives them to whoever has the address."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from uuid import UUID

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from notifications.pictures import drawing, svg, uploads
from notifications.pictures.svg import Template
from notifications.pictures.uploads import Limits, Picture
from notifications.rich_messages.content import HIGHEST, WIDTH, Shot
from notifications.rich_messages.models import NoticePicture, PictureSize
from portal.core import audit
from portal.core.clock import now
from portal.core.db import read
from portal.core.errors import NotFound
from portal.core.ids import new_id

UNUSED_FOR = timedelta(days=2)
WIDTHS = (1040, 700, 460, 300, 240)  # LINE: Imagemap message, baseUrl
LIMITS = Limits(widths=(WIDTH, 4096), heights=(100, 4096), ratios=(WIDTH / HIGHEST, 10.0))


def keep(session: Session, by: UUID, data: bytes) -> Shot:
    """Check an upload and keep it in every size; raises BadPicture."""
    return _keep(session, by, uploads.narrowed(uploads.checked(data, LIMITS), WIDTH))


def draw(session: Session, by: UUID, template: Template, values: dict[str, str]) -> Shot:
    """Fill a drawing and keep it as a picture; raises CanNotDraw or BadPicture."""
    drawn = drawing.png(svg.filled(template, values), WIDTH)
    return _keep(session, by, uploads.checked(drawn, LIMITS))


def _keep(session: Session, by: UUID, picture: Picture) -> Shot:
    row = NoticePicture(
        id=new_id(), width=picture.width, height=picture.height, kind=picture.kind, by=by
    )
    session.add(row)
    session.flush()
    for width in WIDTHS:
        small = picture if width == WIDTH else uploads.narrowed(picture, width)
        session.add(PictureSize(picture_id=row.id, width=width, kind=small.kind, data=small.data))
    audit.record(session, "picture.kept", ("notice_picture", row.id), bytes=len(picture.data))
    return Shot(str(row.id), picture.width, picture.height)


def use(session: Session, shot: Shot) -> bool:
    """Whether such a picture of this size is kept; it stays from now on."""
    row = session.get(NoticePicture, UUID(shot.id))
    if row is None or (row.width, row.height) != (shot.width, shot.height):
        return False
    row.used = True
    return True


def sweep() -> int:
    """A tick: pictures that no notice took within two days go."""
    old = delete(NoticePicture).where(
        NoticePicture.used.is_(False), NoticePicture.at < now() - UNUSED_FOR
    )
    return len(read().execute(old.returning(NoticePicture.id)).all())


@lru_cache(maxsize=32)  # half a city opens the same few pictures within minutes
def file_of(picture_id: UUID, width: int) -> tuple[bytes, str]:
    """The file and its type; raises NotFound (which is not remembered)."""
    found = select(PictureSize.data, PictureSize.kind).where(
        PictureSize.picture_id == picture_id, PictureSize.width == width
    )
    row = read().execute(found).one_or_none()
    if row is None:
        raise NotFound()
    return bytes(row.data), f"image/{row.kind}"


def base_url(shot: Shot) -> str:
    """The address LINE puts /1040, /700, … behind; nobody's identity is in it."""
    return f"{current_app.extensions['mado.settings'].PUBLIC_URL}/n/pictures/{shot.id}"


def url(shot: Shot, width: int = WIDTH) -> str:
    """One size."""
    return f"{base_url(shot)}/{width}"


def of(session: Session, picture_id: UUID) -> Shot:
    """A kept picture; raises NotFound."""
    row = session.get(NoticePicture, picture_id)
    if row is None:
        raise NotFound()
    return Shot(str(row.id), row.width, row.height)
