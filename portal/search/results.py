"""The page of results, and suggestions while somebody types."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask import jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.core.i18n import current_language, gettext
from portal.core.web.access import current_viewer
from portal.mypage.favourites import starred
from portal.search import misses
from portal.search.documents import KINDS, OWN_KINDS
from portal.search.finding import Found, Hit, find, is_built
from portal.search.own import own_hits

PAGE = 20
SUGGESTIONS = 8
LONGEST_QUERY = 100  # letters the box takes


@dataclass(frozen=True)
class Filter:
    """A kind to narrow down to, with how many hits it has."""

    label: str
    url: str
    count: int
    chosen: bool


def results_page(life_events: list[dict[str, Any]]) -> str:
    """What was found, best first, one's own things before the city's."""
    query = _asked()
    found = find(query, current_language())
    kind = request.args.get("kind", "")
    hits = [hit for hit in found.hits if kind in ("", hit.kind)]
    viewer = current_viewer()
    own = own_hits(viewer.id, found, current_language()) if viewer.id and not kind else []
    if found.query.words and not found.hits and not own and is_built():
        misses.note(query, current_language())
    return render_template(
        "portal/search.html",
        query=query,
        own=own,
        own_kinds=OWN_KINDS,
        hits=hits[:PAGE],
        total=len(hits) + len(own),
        kinds=KINDS,
        filters=_filters(query, found, kind),
        starred=starred(viewer.id),
        here=url_for("guide.search", q=query, kind=kind or None),
        meant=found.did_you_mean,
        life_events=life_events,
    )


def suggestions() -> Response:
    """Names that begin or sound like what is being typed; nothing of it is kept."""
    hits = find(_asked(), current_language(), texts=False).hits
    response = jsonify([_suggestion(hit) for hit in _without_doubles(hits)[:SUGGESTIONS]])
    response.headers["Cache-Control"] = "private, max-age=60"
    return response


def _asked() -> str:
    return request.args.get("q", "")[:LONGEST_QUERY].strip()


def _suggestion(hit: Hit) -> dict[str, str]:
    return {"title": hit.title, "kind": gettext(KINDS[hit.kind]), "url": hit.url}


def _without_doubles(hits: list[Hit]) -> list[Hit]:
    return list({(hit.kind, hit.title): hit for hit in reversed(hits)}.values())[::-1]


def _filters(query: str, found: Found, kind: str) -> list[Filter]:
    counts = Counter(hit.kind for hit in found.hits)
    if len(counts) < 2 and not kind:
        return []
    whole = Filter(
        gettext("Everything"), url_for("guide.search", q=query), counts.total(), kind == ""
    )
    return [whole] + [
        Filter(
            gettext(label), url_for("guide.search", q=query, kind=name), counts[name], kind == name
        )
        for name, label in KINDS.items()
        if counts[name] or kind == name
    ]
