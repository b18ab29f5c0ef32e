"""The map of the city's places: desks, shelters, kiosks, without a request to anybody else."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.core.web.access import public
from portal.core.web.app import limiter
from portal.guide.facilities import mapping, showing
from portal.maps.tiles import credit

bp = Blueprint("places_map", __name__)
SHELTERS = "shelters"


@bp.get("/map")
@limiter.limit("60 per minute", exempt_when=lambda: not request.args.get("lat"))
@public()
def show() -> ResponseReturnValue:
    """Places of a kind, the nearest first where a district is chosen."""
    kinds, districts = showing.kinds(), showing.districts()
    asked = {
        "kind": _one_of([SHELTERS, *(name for name, _ in kinds)], request.args.get("kind", "")),
        "near": _one_of([key for key, _ in districts], request.args.get("near", "")),
    }
    dataset = "shelter" if asked["kind"] == SHELTERS else "facility"
    kind = "" if dataset == "shelter" else asked["kind"]
    found = showing.places(dataset, kind=kind, near=asked["near"])
    return render_template(
        "portal/map.html",
        map=mapping.map_of(found, asked, mapping.read_view(request.args)),
        credit=credit(),
        kinds=[("", gettext("All")), (SHELTERS, gettext("Shelters"))]
        + [(name, f"{name}（{number}）") for name, number in kinds],
        districts=districts,
        **asked,
    )


def _one_of(known: list[str], wanted: str) -> str:
    return wanted if wanted in known else ""
