"""What the server gives the service worker: files, headers, and nothing of anybody."""

from __future__ import annotations

import json
import re
import struct
import zlib
from datetime import date
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from launcher import icons
from tests.browser import Browser
from tests.portal.signing_in import resident_born, sign_in

BASE = "http://localhost:8000"


def test_the_manifest_names_icons_that_exist(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/manifest.webmanifest", base_url=BASE)
    assert answer.mimetype == "application/manifest+json"
    told = json.loads(answer.data)
    assert (told["display"], told["scope"], told["start_url"]) == ("standalone", "/", "/my")
    sizes = {"any"}
    for icon in told["icons"]:
        found = client.get(icon["src"], base_url=BASE)
        assert found.status_code == 200
        assert found.mimetype == icon["type"]
        if icon["type"] == "image/png":
            size = struct.unpack(">II", found.data[16:24])
            assert icon["sizes"] == f"{size[0]}x{size[1]}"
            sizes.add(icon["sizes"])
        found.close()
    assert sizes == {"any", "192x192", "512x512"}
    assert {icon["purpose"] for icon in told["icons"] if "purpose" in icon} == {"any", "maskable"}


def test_icons_are_drawn_by_our_own_script() -> None:
    file = Path(icons.FOLDER / "icon-192.png").read_bytes()
    length = struct.unpack(">I", file[33:37])[0]
    drawn = icons.png(icons.draw(192, maskable=False))
    again = struct.unpack(">I", drawn[33:37])[0]
    assert zlib.decompress(file[41 : 41 + length]) == zlib.decompress(drawn[41 : 41 + again])


def test_the_worker_stands_at_the_root_and_is_asked_for_again(client: FlaskClient) -> None:
    answer = client.get("/sw.js", base_url=BASE)
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "connect-src 'self'" in answer.headers["Content-Security-Policy"]
    told = json.loads(answer.get_data(as_text=True).split(";\n")[0].removeprefix("const TOLD = "))
    for address in told["files"] + told["pages"]:
        found = client.get(address, base_url=BASE)
        assert found.status_code == 200, address
        found.close()
    staff = client.get("/sw.js", base_url="http://staff.localhost:8000")
    assert staff.status_code == 404


def test_what_is_kept_for_everybody_says_nothing_of_anybody(app: Flask) -> None:
    browser = Browser(app, BASE)
    for path in ("/disaster-card", "/offline"):
        page = browser.get(path)
        assert page.response.headers["Mado-Account"] == "-"
        assert "Mado-Keep" not in page.response.headers
        assert "csrf" not in page.html
    card = browser.get("/disaster-card?lang=en")
    assert "119" in card.text
    assert "Level 4" in card.text


def test_pages_say_whose_they_are_and_which_may_be_kept(app: Flask) -> None:
    one, other = (resident_born(app, date(1990, 4, day)) for day in (2, 3))
    mine, theirs = sign_in(app, one), sign_in(app, other)
    page = mine.get("/my")
    account = page.response.headers["Mado-Account"]
    assert page.response.headers["Mado-Keep"] == "yes"
    assert re.search(r'id="as-of" hidden>.*\d\d:\d\d', page.html)
    assert str(one) not in page.html
    assert account != theirs.get("/my").response.headers["Mado-Account"]
    for path in ("/my?person=x", "/family", "/account/profile", "/my/data", "/my/done"):
        found = mine.get(path)
        assert "Mado-Keep" not in found.response.headers, path
        assert found.response.headers["Mado-Account"] == account
    assert "hidden" not in mine.get("/family").html.split('id="as-of"')[0][-5:]


def test_signing_out_and_leaving_clear_what_the_browser_keeps(app: Flask) -> None:
    browser = sign_in(app, resident_born(app, date(1990, 4, 2)))
    browser.get("/my")
    token = re.search(
        r'name="csrf_token" value="([^"]+)"', browser.page.html if browser.page else ""
    )
    assert token
    data = {"csrf_token": [token.group(1)]}
    page = browser._open("POST", "/sign-out", data, False, {"Referer": f"{BASE}/my"})
    assert page.response.headers["Clear-Site-Data"] == '"storage"'
    gone = sign_in(app, resident_born(app, date(1991, 4, 2)))
    gone.get("/account/leave")
    page = gone.submit("退会する", follow=False, sure="y")
    assert page.response.headers["Clear-Site-Data"] == '"storage"'
    stays = sign_in(app, resident_born(app, date(1992, 4, 2)))
    stays.get("/my/data")
    page = stays.submit("ファイルを作る", follow=False)
    assert "Clear-Site-Data" not in page.response.headers


def test_staff_pages_know_nothing_of_it(app: Flask) -> None:
    page = Browser(app, "http://staff.localhost:8000").get("/staff/sign-in")
    assert "Mado-Account" not in page.response.headers
    assert "offline.js" not in page.html
    assert "manifest" not in page.html
