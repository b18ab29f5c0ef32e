"""What My Page plugs into the application beside its front page."""

from __future__ import annotations

from flask import Flask

from portal.core.registries import Registries
from portal.mypage import life_pages, notes, own, own_pages, pages, timeline_pages, todo_pages
from portal.mypage.acts import ActsOfCard
from portal.mypage.calendar import pages as calendar_pages
from portal.mypage.merging import Acts, OwnThings, follow, follow_written
from portal.mypage.visits import acts as visits
from portal.mypage.visits import pages as visit_pages
from portal.residents.merging import FOLLOWERS
from portal.residents.parts import keep_with_card

VIEWS = (pages, own_pages, todo_pages, life_pages, visit_pages, calendar_pages, timeline_pages)


def plug_in(app: Flask, found: Registries) -> None:
    """Blueprints, parts of cards, merge parts and ticks."""
    for views in VIEWS:
        app.register_blueprint(views.bp)
    keep_with_card(ActsOfCard())
    keep_with_card(notes.NotesOfCard())
    found.merge_parts += [Acts(), OwnThings()]
    FOLLOWERS.extend(each for each in (follow, follow_written) if each not in FOLLOWERS)
    found.ticks += [("own_todos", own.sweep), ("visits", visits.sweep)]
