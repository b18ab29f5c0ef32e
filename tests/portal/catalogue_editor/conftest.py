from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask

from auth.staff.roles import permissions_of
from tests.browser import Browser
from tests.notifications.city import sign_in

EDITOR, APPROVER = uuid4(), uuid4()


@pytest.fixture
def editor(app: Flask) -> Browser:
    """A clerk who edits the catalogue."""
    return sign_in(app, "staff", EDITOR, permissions_of(["catalogue_editor"]))


@pytest.fixture
def approver(app: Flask) -> Browser:
    """A clerk who approves."""
    return sign_in(app, "staff", APPROVER, permissions_of(["approver"]))
