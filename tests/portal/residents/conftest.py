"""Families that share."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.portal.residents.homes import Homes, make_homes


@pytest.fixture
def apart(app: Flask) -> Homes:
    """Two households before anything is shared."""
    return make_homes(app)


@pytest.fixture
def homes(apart: Homes) -> Homes:
    """Two households that share the child."""
    apart.share()
    return apart
