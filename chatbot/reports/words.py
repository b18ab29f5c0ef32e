"""What states, kinds of areas and refusals are called, in the page's language."""

from __future__ import annotations

from flask_babel import gettext

from chatbot.reports.rules import State
from portal.catalogue.load import load_catalogue
from portal.core.errors import N_
from portal.core.i18n import current_language

STATES = {
    State.RECEIVED: N_("Received"),
    State.CHECKING: N_("We are looking into it"),
    State.IN_PROGRESS: N_("Work is under way"),
    State.DONE: N_("Mended"),
    State.HANDED_OVER: N_("Passed on to who is responsible"),
    State.NOT_OURS: N_("The city cannot handle this"),
    State.DUPLICATE: N_("Reported before, handled together"),
}
TONES = {
    State.RECEIVED: "note",
    State.CHECKING: "brand",
    State.IN_PROGRESS: "brand",
    State.DONE: "good",
    State.HANDED_OVER: "calm",
    State.NOT_OURS: "calm",
    State.DUPLICATE: "calm",
}
KINDS = {
    "city": N_("City boundary"),
    "district": N_("Districts"),
    "state_road": N_("State roads"),
    "prefecture_road": N_("Prefecture roads"),
    "other": N_("Others' ground (rivers, harbours)"),
}
PICTURE_REFUSALS = {
    "empty": N_("The picture is empty. Please choose it again."),
    "too_big": N_("The picture is larger than 12 MB. Please choose a smaller one."),
    "heic": N_(
        "This iPhone picture (HEIC) can not be read. Please take a screenshot of it and send that, "
        "or choose Settings, Camera, Formats, Most Compatible, and take it again."
    ),
    "not_a_picture": N_("Only pictures can be sent (JPEG, PNG, WebP)."),
    "too_many_pixels": N_("The picture has too many pixels. Please choose a smaller one."),
}
AREA_REFUSALS = {
    "too_big": N_("The file is larger than 1.9 MB. Please make its lines simpler."),
    "no_json": N_("This is no GeoJSON file."),
    "no_geojson": N_("This is no GeoJSON file."),
    "other_projection": N_("The file must be in WGS 84 (longitude and latitude)."),
    "too_many_features": N_("The file has more than 2,000 features."),
    "too_many_points": N_("The file has more than 200,000 points."),
    "empty": N_("The file is empty."),
    "no_geometry": N_("A feature has no geometry."),
    "no_name": N_("A feature has no name."),
    "wrong_geometry": N_("A feature is of the wrong kind: areas must be polygons, roads lines."),
    "broken_geometry": N_("A feature's lines can not be read."),
    "not_in_japan": N_("The position is not in Japan"),
}


def state(value: str) -> str:
    """A state in the page's language."""
    return str(gettext(STATES[State(value)]))


def tone(value: str) -> str:
    """The badge's colour."""
    return TONES[State(value)]


def desks() -> dict[str, str]:
    """Names of the desks a report can go to."""
    language = current_language()
    return {key: desk.name.say(language) for key, desk in load_catalogue().desks.items()}


def desk_phone(key: str) -> str:
    """Its telephone, "" for a desk that is no more."""
    found = load_catalogue().desks.get(key)
    return found.phone if found else ""
