"""A real phone without JavaScript: picture, map, words; a clerk mends it, the reporter sees it."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from launcher import demo_reports, demo_website
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.ids import new_secret
from portal.core.settings import Settings
from portal.core.web.sessions import SessionRow
from portal.guide.facilities.importing import import_file
from tests.chatbot.reports.photographs import photograph
from tests.journeys.watching import barriers, pictures_wanted

IMAGES = Path(__file__).resolve().parents[3] / "docs" / "images"
PHONE, DESK = {"width": 375, "height": 812}, {"width": 1280, "height": 900}


@pytest.fixture
def address(settings: Settings) -> Iterator[tuple[str, str]]:
    """The demo city's map behind real addresses."""
    from wsgi import create_app

    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    urls = (f"http://localhost:{port}", f"http://staff.localhost:{port}")
    app = create_app(settings.model_copy(update={"PUBLIC_URL": urls[0], "STAFF_URL": urls[1]}))
    with app.app_context():
        for file in sorted(demo_website.DATA.glob("*.csv")):
            with transaction() as session:
                import_file(session, file.read_bytes(), name=file.name)
        demo_reports.fill()
    server = make_server("127.0.0.1", port, app, threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield urls
    server.shutdown()
    server.server_close()
    _close(app)


def _close(app: Flask) -> None:
    app.extensions["mado.database"].engine.dispose()
    app.extensions["mado.redis"].close()


def clerks_cookie(app: Flask, url: str) -> Any:
    token = new_secret()
    with app.app_context(), transaction() as session:
        session.add(
            SessionRow(
                token_hash=hashlib.sha256(token.encode()).digest(),
                face="staff",
                subject_id=UUID(int=7),
                acr="two-steps",
                amr=["mail", "otp"],
                permissions=["reports.handle", "reports.view"],
                authenticated_at=now(),
                created_at=now(),
                seen_at=now(),
                data={},
            )
        )
    return {"name": "mado_staff", "value": token, "url": url}


def picture(page: Page, name: str) -> None:
    """For the manual, where MADO_SCREENSHOTS says so; always a look at the width."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.viewport_size["width"], f"{name} is {wide} px wide"  # type: ignore[index]
    if pictures_wanted():
        page.screenshot(path=str(IMAGES / f"reports-{name}.png"), full_page=True, scale="css")


def test_told_mended_and_seen(
    chromium: Browser, app: Flask, address: tuple[str, str], tmp_path: Path
) -> None:
    public, staff = address
    file = tmp_path / "picture.jpg"
    file.write_bytes(photograph(size=(1200, 900)))
    phone = chromium.new_context(viewport=PHONE, locale="ja-JP", java_script_enabled=False)  # type: ignore[arg-type]
    page = phone.new_page()
    page.goto(f"{public}/reports")
    page.get_by_role("link", name="知らせる", exact=True).click()
    page.get_by_label("写真(3枚まで)").set_input_files(file)
    page.get_by_role("button", name="この写真を入れる").click()
    expect(page.get_by_alt_text("写真1")).to_be_visible()
    page.get_by_label("住所や目じるし").fill("市立図書館")
    page.get_by_role("button", name="地図に出す").click()
    page.get_by_role("button", name="大きくする").click()
    page.get_by_role("button", name="地図:").click(position={"x": 190, "y": 90})
    expect(page.get_by_text("場所にしるしをつけました。")).to_be_visible()
    page.get_by_label("倒れた木・のびた枝").check()
    page.get_by_label("どうなっていますか").fill("枝が折れてぶら下がっています")
    picture(page, "1-tell")
    page.get_by_role("button", name="つぎへ").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("この内容でよいですか")
    picture(page, "2-check")
    page.get_by_role("button", name="送る", exact=True).click()
    number = (page.get_by_role("heading", level=1).text_content() or "").split()[-1]
    expect(page.get_by_text(f"受付番号は {number}")).to_be_visible()
    status = page.url

    desk = chromium.new_context(viewport=DESK, locale="ja-JP")  # type: ignore[arg-type]
    desk.add_cookies([clerks_cookie(app, staff)])
    clerk = desk.new_page()
    clerk.goto(f"{staff}/staff/reports")
    picture(clerk, "3-board")
    clerk.get_by_role("link", name="地図", exact=True).click()
    picture(clerk, "4-map")
    assert barriers(clerk) == ""
    clerk.goto(f"{staff}/staff/reports?q={number}")
    clerk.get_by_role("link", name=number).click()
    clerk.locator("select[name=state]").select_option(label="対応が終わりました")
    clerk.get_by_label("知らせてくれた人への回答").fill("枝を切りました。")
    clerk.locator("button[formaction]").click()
    expect(clerk.locator("#preview")).to_contain_text("枝を切りました。")
    clerk.get_by_role("button", name="保存").first.click()
    expect(clerk.get_by_role("button", name="元にもどす")).to_be_visible()
    picture(clerk, "5-report")
    assert barriers(clerk) == ""

    page.goto(status)
    expect(page.get_by_text("枝を切りました。")).to_be_visible()
    picture(page, "6-status")
    phone.close()
    desk.close()


def test_with_javascript_a_draft_stays_on_the_phone_without_network(
    chromium: Browser, address: tuple[str, str], tmp_path: Path
) -> None:
    public, _ = address
    file = tmp_path / "picture.png"
    file.write_bytes(photograph("PNG", size=(3000, 2000)))
    phone = chromium.new_context(
        viewport=PHONE,  # type: ignore[arg-type]
        locale="ja-JP",
        geolocation={"latitude": 38.9134, "longitude": 139.8310},
        permissions=["geolocation"],
    )
    page = phone.new_page()
    page.goto(f"{public}/reports/new")
    page.get_by_role("button", name="今いる場所").click()
    expect(page.get_by_text("場所にしるしをつけました。")).to_be_visible()
    assert barriers(page) == ""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.set_offline(True)
    page.get_by_label("どうなっていますか").fill("街灯がちらつきます")
    page.get_by_label("写真(3枚まで)").set_input_files(file)
    page.get_by_role("button", name="つぎへ").last.click()
    expect(page.get_by_text("つながっていません。")).to_be_visible()
    page.close()
    page = phone.new_page()
    page.goto(f"{public}/reports/new")  # the worker has it
    expect(page.get_by_label("どうなっていますか")).to_have_value("街灯がちらつきます")
    page.wait_for_function("!navigator.onLine")  # a new page may learn of it late
    phone.set_offline(False)
    expect(page.get_by_text("場所にしるしをつけました。")).to_be_visible()
    expect(page.get_by_label("どうなっていますか")).to_have_value("街灯がちらつきます")
    page.get_by_label("街灯が切れている").check()
    page.get_by_role("button", name="つぎへ").last.click()
    assert barriers(page) == ""
    page.get_by_role("button", name="送る", exact=True).click()
    expect(page.get_by_text("受付番号は")).to_be_visible()
    assert barriers(page) == ""
    expect(page.get_by_alt_text("写真1")).to_be_visible()
    page.goto(f"{public}/reports/new")
    expect(page.get_by_label("どうなっていますか")).to_have_value("")
    phone.close()
