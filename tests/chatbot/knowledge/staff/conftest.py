"""Two clerks: one who edits answers, one who approves."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask

from tests.browser import Browser
from tests.notifications.city import sign_in

EDITOR, APPROVER = uuid4(), uuid4()


@pytest.fixture
def editor(app: Flask) -> Browser:
    return sign_in(app, "staff", EDITOR, frozenset({"knowledge.view", "knowledge.edit"}))


@pytest.fixture
def approver(app: Flask) -> Browser:
    return sign_in(app, "staff", APPROVER, frozenset({"knowledge.view", "knowledge.approve"}))
