"""The clerks' and stand-ins' fixtures of the notices' tests, here too."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.browser import Browser
from tests.notifications.city import APPROVER, CHIEF, CLERK, WRITER, sign_in


@pytest.fixture
def writer(app: Flask) -> Browser:
    return sign_in(app, "staff", WRITER, CLERK)


@pytest.fixture
def approver(app: Flask) -> Browser:
    return sign_in(app, "staff", APPROVER, CHIEF)
