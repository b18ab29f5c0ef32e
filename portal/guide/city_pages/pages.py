"""Registers what comes from the city's own data: its website, the links hub, facilities."""

from __future__ import annotations

from flask import Flask

from portal.guide.city_pages.models import (
    CityPage,
    PageCategory,
    PageRun,
    PageRunItem,
    PageSource,
)
from portal.guide.facilities.models import Facility, FacilityImport
from portal.guide.links_kept.models import KeptLink, LinkCheck

RECORDS = (  # known to migrations
    PageSource,
    CityPage,
    PageRun,
    PageRunItem,
    PageCategory,
    KeptLink,
    LinkCheck,
    Facility,
    FacilityImport,
)


def register(app: Flask) -> None:
    """Blueprints, search sources and ticks."""
