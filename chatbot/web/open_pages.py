"""Pages anyone can open and link to: one thing to throw away."""

from __future__ import annotations

from flask import Blueprint, render_template
from markupsafe import Markup

from chatbot.rendering.markdown import to_html
from chatbot.web.documents import guide
from portal.core.errors import NotFound
from portal.core.i18n import current_language
from portal.core.web.access import current_viewer, public
from portal.mypage.favourites import starred

bp = Blueprint("answers", __name__)


@bp.route("/garbage/<key>")
@public()
def item(key: str) -> str:
    """Where one thing goes and how to put it out."""
    language = current_language()
    found = next((each for each in guide().items if each.key == key), None)
    if found is None:
        raise NotFound()
    kind = guide().classes[found.class_key]
    title = found.label(language)
    return render_template(
        "chatbot/garbage_item.html",
        thing={"kind": "garbage", "key": key, "title": title, "sensitive": False},
        kind=kind.names[language],
        how=Markup(to_html(kind.instructions[language])),  # noqa: S704
        note=found.english_note if language == "en" else found.note,
        starred=starred(current_viewer().id),
    )
