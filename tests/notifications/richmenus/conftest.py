"""Clerks who draw and approve, and what the LINE platform shows whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from notifications.channels.line import line_api
from notifications.richmenus import drawing, keeping, pictures
from notifications.richmenus.areas import Area
from notifications.richmenus.keeping import Audience
from portal.core.db import transaction
from portal.core.errors import NeverAgain
from portal.core.settings import Settings
from standins.processes import StandinProcess
from tests.notifications.city import APPROVER, WRITER, line_id


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={"LIFF_ID": "1000000001-abcdefgh", "LIFF_URL": "https://liff.line.example"}
    )


class Platform:
    """LINE as its API tells it."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def shown_to(self, number: int) -> str | None:
        """Name of the menu that one person has; None: everybody's."""
        return self._name(f"/v2/bot/user/{line_id(number)}/richmenu")

    def everybodys(self) -> str | None:
        """Name of the default menu."""
        return self._name("/v2/bot/user/all/richmenu")

    def menus(self) -> list[dict[str, Any]]:
        """Every menu there is."""
        found: list[dict[str, Any]] = self.get("/v2/bot/richmenu/list")["richmenus"]
        return found

    def alias(self, alias: str) -> str:
        """Name of the menu behind an alias."""
        menu = self.get(f"/v2/bot/richmenu/alias/{alias}")["richMenuId"]
        return str(self.get(f"/v2/bot/richmenu/{menu}")["name"])

    def get(self, path: str) -> Any:
        """An answer of the API."""
        with self._app.app_context():
            return line_api()._get(path).json()

    def _name(self, path: str) -> str | None:
        try:
            menu = self.get(path)["richMenuId"]
        except NeverAgain:
            return None
        return str(self.get(f"/v2/bot/richmenu/{menu}")["name"])


@pytest.fixture
def platform(app: Flask, line_process: StandinProcess) -> Platform:
    return Platform(app)


def handed_in(
    name: str, areas: list[Area] | None = None, *, menu: UUID | None = None, **audience: Any
) -> tuple[UUID, UUID]:
    """A finished version waits for approval; gives its menu and itself."""
    said = drawing.templates()["two"].drawing()
    kept: dict[str, Any] = dict.fromkeys(("segment_id", "segment", "starts_at", "ends_at"))
    kept |= {"mode": "normal", "place": 50} | audience
    with transaction() as session:
        version = (
            keeping.draft(session, menu, WRITER)
            if menu
            else keeping.draw(session, WRITER, name, "メニュー")
        )
        keeping.put_picture(session, version, pictures.check(_picture()), said)
        keeping.put_areas(session, version, areas or drawing.templates()["two"].areas(said))
        keeping.put_audience(session, version, "メニュー", Audience(**kept))
        keeping.submit(session, version.id, WRITER, [])
    return version.menu_id, version.id


def approved(name: str, areas: list[Area] | None = None, **more: Any) -> tuple[UUID, UUID]:
    """The same, approved by another clerk."""
    menu, version = handed_in(name, areas, **more)
    with transaction() as session:
        keeping.approve(session, version, APPROVER)
    return menu, version


_drawn: list[bytes] = []


def _picture() -> bytes:
    if not _drawn:
        _drawn.append(drawing.png(drawing.templates()["two"].drawing()))
    return _drawn[0]


Inside = Callable[..., Any]
