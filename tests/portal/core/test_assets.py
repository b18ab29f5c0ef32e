"""One style sheet a face, kept for a year under an address that changes with it."""

import re
from pathlib import Path

from flask.testing import FlaskClient

ROOT = Path(__file__).resolve().parents[3]
SHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)"')


def lines(css: str) -> set[str]:
    """What a browser reads of a sheet."""
    return {line.strip() for line in re.sub(r"/\*.*?\*/", "", css, flags=re.S).splitlines()}


def test_the_front_page_asks_for_one_sheet_with_all_of_its_styles(client: FlaskClient) -> None:
    asked = SHEET.findall(client.get("/").get_data(as_text=True))
    assert len(asked) == 1
    sheet = client.get(asked[0])
    assert sheet.mimetype == "text/css"
    for name in ("tokens", "base", "components", "mypage"):
        written = (ROOT / "static" / "css" / f"{name}.css").read_text("utf-8")
        assert lines(written) <= lines(sheet.get_data(as_text=True)), name


def test_browsers_keep_a_sheet_for_a_year_and_set_no_cookie(client: FlaskClient) -> None:
    sheet = client.get(SHEET.findall(client.get("/").get_data(as_text=True))[0])
    assert "max-age=31536000" in sheet.headers["Cache-Control"]
    assert "Set-Cookie" not in sheet.headers


def test_a_sheet_nobody_wrote_is_not_there(client: FlaskClient) -> None:
    assert client.get("/static/css/for/nobody.css").status_code == 404
