"""A portal that trusts a liar as its card service and as its clerks' issuer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from portal.core.db import read
from portal.core.settings import Settings
from tests.auth.federation import liar as lies
from tests.auth.federation.liar import Liar


@pytest.fixture
def liar() -> Iterator[Liar]:
    with lies.running() as one:
        yield one


@pytest.fixture
def entra_more() -> dict[str, Any]:
    """Override to configure the clerks' issuer differently."""
    return {}


@pytest.fixture
def settings(
    settings: Settings, liar: Liar, tmp_path: Path, entra_more: dict[str, Any]
) -> Settings:
    key, secret = tmp_path / "card.pem", tmp_path / "entra.secret"
    key.write_bytes(lies.ECKey.generate_key("P-256").as_pem(private=True))
    secret.write_text("a client secret of the office\n")
    tables = [
        lies.card_table(liar, str(key)),
        lies.entra_table(liar, str(secret), **entra_more),
    ]
    return settings.model_copy(update={"FEDERATION": json.dumps({"issuer": tables})})


def reasons(app: Flask) -> list[str]:
    """Why issuers' answers were refused, the oldest first."""
    with app.app_context():
        found = read().execute(
            text(
                "SELECT details->>'reason' FROM audit_entries "
                "WHERE action = 'sign_in.issuer_refused' ORDER BY at, id"
            )
        )
        return list(found.scalars())
