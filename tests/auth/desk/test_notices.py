"""What people read about a loss, in both languages and on every channel."""

from __future__ import annotations

import pytest
from flask import Flask, render_template

from portal.core.i18n import force_locale

STOP = "https://mado.example/sign-in/stop/1/2"


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    "name", ["mail/auth_recovery.txt", "mail/auth_recovery.html", "line/auth_recovery.txt"]
)
def test_a_notice_says_what_happens_and_how_to_stop_it(
    app: Flask, language: str, name: str
) -> None:
    with app.test_request_context(), force_locale(language):
        words = {
            render_template(name, what=what, lost=lost, due="2026-11-21 10:20", stop=STOP)
            for what in ("asked", "waiting", "done")
            for lost in ("line", "phone", "email", "all")
        }
        assert len(words) == 12
        assert all(STOP in one for one in words)
        assert all(("2026-11-21" in one) == ("10:20" in one) for one in words)
        assert any("ぁ" <= sign <= "ん" for sign in min(words)) is (language == "ja")
        without = render_template(name, what="asked", lost="all", due=None, stop=None)
        assert "http" not in without.split("<body>")[-1]
