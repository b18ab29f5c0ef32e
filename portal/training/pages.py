"""/staff/training: exercises on demo data; nowhere else than in a demo or test environment."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template, request

from portal.core.db import read
from portal.core.errors import N_, NotFound
from portal.core.registries import NavItem, registries
from portal.core.settings import Settings
from portal.core.web.access import current_viewer, staff
from portal.training import progress
from portal.training.exercises import course_for, courses, done

bp = Blueprint("training", __name__)
NAV = NavItem("staff", N_("Training"), "training.index", "check", 95, group="own")


def register(app: Flask) -> None:
    """Nothing where real residents are."""
    if is_for_training(app.extensions["mado.settings"]):
        app.register_blueprint(bp)
        registries(app).nav.append(NAV)


def is_for_training(settings: Settings) -> bool:
    """A test environment, or a city on this machine alone."""
    return settings.TEST_ENVIRONMENT or not settings.refuses_stand_ins


@bp.get("/staff/training")
@staff()
def index() -> str:
    """One course; by default the one for what this clerk may do."""
    viewer = current_viewer()
    wanted = request.args.get("course") or course_for(viewer.permissions).key
    course = next((one for one in courses() if one.key == wanted), None)
    if course is None or viewer.id is None:
        raise NotFound()
    acts = progress.acts(read(), viewer.id)
    states = [(one, done(one, acts)) for one in course.exercises]
    return render_template(
        "portal/training/index.html",
        course=course,
        courses=courses(),
        states=states,
        finished=sum(state for _, state in states),
        begun_at=progress.begun_at(read(), viewer.id),
    )
