"""The file a resident takes along: data.json for machines, index.html for people, in a ZIP."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app
from flask_babel import gettext
from sqlalchemy.orm import Session

from portal.core import text_marks
from portal.core.clock import now
from portal.core.i18n import force_locale
from portal.core.languages import in_japanese, tag
from portal.core.personal_data import ExportPart
from portal.core.registries import registries
from portal.core.settings import Settings
from portal.privacy.reading_out import words_of

FORMAT, VERSION = "mado-export", 1


@dataclass(frozen=True)
class Told:
    """One part with the rows of one resident."""

    part: ExportPart
    rows: list[dict[str, Any]]

    @property
    def label(self) -> str:
        """What it is called on pages."""
        return str(gettext(self.part.label))

    @property
    def lines(self) -> list[list[tuple[str, str]]]:
        """The rows as people read them: (what it is, words), without what is empty."""
        heads = {name: str(gettext(label)) for name, label in self.part.fields.items()}
        said = ([(heads[n], words_of(n, row[n])) for n in heads] for row in self.rows)
        return [[pair for pair in row if pair[1]] for row in said]


def parts() -> list[ExportPart]:
    """Every part of every package, in the order they registered."""
    return [part for data in registries().personal_data for part in data.parts]


def told(session: Session, resident_id: UUID) -> list[Told]:
    """Everything that is kept of a resident, in the page's language."""
    return [Told(part, part.rows(session, resident_id)) for part in parts()]


def archive(session: Session, resident_id: UUID, language: str) -> bytes:
    """The ZIP, in the resident's language."""
    with force_locale(language):
        found, made_at = told(session, resident_id), now()
        files = {
            "data.json": json.dumps(data(found, made_at), ensure_ascii=False, indent=1),
            "index.html": page(found, made_at, language),
        }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as target:
        for name, words in files.items():
            target.writestr(name, words)
    return held.getvalue()


def data(found: list[Told], made_at: datetime) -> dict[str, Any]:
    """The value of data.json; docs/data-export.md describes it."""
    settings: Settings = current_app.extensions["mado.settings"]
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": made_at.isoformat(),
        "made_by": settings.PUBLIC_URL,
        "parts": {one.part.key: one.rows for one in found},
    }


def page(found: list[Told], made_at: datetime, language: str) -> str:
    """One HTML file that needs no network and runs no script."""
    template = current_app.jinja_env.get_template("portal/privacy/archive.html")
    settings: Settings = current_app.extensions["mado.settings"]
    city = settings.CITY_NAME if in_japanese(language) else settings.CITY_NAME_EN
    words = template.render(
        parts=found, made_at=words_of("made_at", made_at.isoformat()), language=tag(language),
        city=city,
    )  # fmt: skip
    return text_marks.page(words, ruby=True, language=language)
