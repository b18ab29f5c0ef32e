"""The phone page in a real browser: the in-app browser, the tabs, no scripts, accessibility."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from standins.processes import StandinProcess, free_port
from tests.standins.conftest import KEYAKI, SAKURA, SUMIRE, Line, Webhooks, text
from tests.standins.test_line_login import ASKED, claims, redeem
from tests.standins.test_line_richmenus import MENU, create, png, upload, with_picture
from tests.standins.test_line_sending import FLEX_TEXT, bubble, flex, push, quick

pytestmark = pytest.mark.journey


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    found = chromium.new_context(viewport={"width": 375, "height": 760}, locale="ja-JP")
    found.set_default_timeout(10_000)
    yield found
    found.close()


def pick_up(context: BrowserContext, line: Line, user: str = SAKURA) -> Page:
    page = context.new_page()
    page.goto(f"{line.url}/phone?user={user}")
    return page


@pytest.fixture
def service(line: Line) -> Iterator[str]:
    """A small service that lets people sign in with LINE and says who came."""
    port = free_port()
    base = f"http://localhost:{port}"
    callback = f"{base}/callback"
    asked = {**ASKED, "redirect_uri": callback}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/start":
                self.send_response(302)
                # As the portal's session: must come back within the phone's frame.
                self.send_header("Set-Cookie", "began=yes; Path=/; HttpOnly; SameSite=Lax")
                self.send_header("Location", f"{line.url}/oauth2/v2.1/authorize?{urlencode(asked)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            body = self.answer(parse_qs(parts.query)).encode()
            if parts.path == "/callback" and "began=yes" not in self.headers.get("Cookie", ""):
                body = b"<p id=who>without its session</p>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def answer(self, query: dict[str, list[str]]) -> str:
            if "code" not in query:
                return "<a href='/start'>LINEでログイン</a>"
            found = redeem(line, query["code"][0], redirect_uri=callback).json()
            said = claims(found["id_token"])
            return f"<p id=who>{said['name']} {said['amr'][0]}</p>"

        def log_message(self, format: str, *args: Any) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    line.control("config", {"login_channel": {"redirect_uris": [callback]}})
    yield base
    server.shutdown()
    thread.join()
    server.server_close()


def in_app(page: Page) -> Any:
    return page.frame_locator(".in-app-page")


def test_tapping_the_menu_opens_the_service_and_signs_the_owner_in(
    line: Line, context: BrowserContext, service: str
) -> None:
    bounds = {"x": 0, "y": 0, "width": 800, "height": 540}
    action = {"type": "uri", "label": "マイページ", "uri": service + "/"}
    menu = create(line, areas=[{"bounds": bounds, "action": action}])
    upload(line, menu, png())
    line.api("POST", f"/v2/bot/user/all/richmenu/{menu}")
    page = pick_up(context, line)
    page.get_by_label("マイページ").click()
    expect(page.locator(".address-host")).to_have_text(urlsplit(service).netloc)
    in_app(page).get_by_text("LINEでログイン").click()
    expect(in_app(page).get_by_role("heading")).to_have_text("許可の確認")
    in_app(page).get_by_role("button", name="許可する").click()
    expect(in_app(page).locator("#who")).to_have_text("さくら lineautologin")
    page.get_by_label("閉じてトークへ戻る").click()
    expect(page.locator(".in-app")).to_be_hidden()
    expect(page.get_by_label("マイページ")).to_be_focused()
    page.get_by_label("マイページ").click()
    in_app(page).get_by_text("LINEでログイン").click()
    expect(in_app(page).locator("#who")).to_have_text("さくら lineautologin")


def test_each_tab_signs_in_the_owner_of_its_own_phone(
    line: Line, context: BrowserContext, service: str
) -> None:
    push_link = text(service + "/start")
    for user in (SAKURA, KEYAKI):
        line.api("POST", "/v2/bot/message/push", {"to": user, "messages": push_link})
    sakura, keyaki = pick_up(context, line), pick_up(context, line, KEYAKI)
    for page, name in ((sakura, "さくら"), (keyaki, "けやき"), (sakura, "さくら")):
        page.bring_to_front()
        page.locator(".bubble a").last.click()
        allow = in_app(page).get_by_role("button", name="許可する")
        who = in_app(page).locator("#who")
        expect(allow.or_(who)).to_be_visible()
        if allow.is_visible():
            allow.click()
        expect(who).to_have_text(f"{name} lineautologin")
        page.get_by_label("閉じてトークへ戻る").click()


def test_the_back_button_goes_back_within_the_frame(
    line: Line, context: BrowserContext, service: str
) -> None:
    line.api("POST", "/v2/bot/message/push", {"to": SAKURA, "messages": text(service + "/")})
    page = pick_up(context, line)
    page.locator(".bubble a").click()
    back = page.get_by_label("前のページへ戻る")
    expect(back).to_be_disabled()
    in_app(page).get_by_text("LINEでログイン").click()
    expect(in_app(page).get_by_role("heading")).to_have_text("許可の確認")
    back.click()
    expect(in_app(page).get_by_text("LINEでログイン")).to_be_visible()
    assert page.url.endswith(SAKURA)


def test_pages_for_the_system_browser_open_in_a_new_tab(
    line: Line, context: BrowserContext, tmp_path: Path
) -> None:
    file = tmp_path / "tool.json"
    file.write_text(f'{{"line_url": "{line.url}"}}')
    with StandinProcess.city_tool(file) as tool:
        address = f"{tool.url}/e-application/nursery?openExternalBrowser=1"
        messages = text(f"{address} {tool.url}/library")
        line.api("POST", "/v2/bot/message/push", {"to": SAKURA, "messages": messages})
        page = pick_up(context, line)
        with context.expect_page() as opened:
            page.locator("a.outside").click()
        assert opened.value.url == address
        expect(opened.value.get_by_role("heading")).to_have_text("保育所の入所申込み")
        expect(page.locator(".in-app")).to_be_hidden()
        page.locator("a.open").click()
        expect(in_app(page).get_by_role("heading")).to_have_text("図書館の蔵書検索")
        with context.expect_page() as left:
            page.locator(".in-app-page").evaluate("(frame, to) => { frame.src = to }", address)
        assert left.value.url == address
        expect(in_app(page).get_by_role("heading")).to_have_text("ほかのブラウザで開きます")


def test_messages_appear_and_answers_go_out_by_keyboard(
    line: Line, context: BrowserContext, webhooks: Webhooks
) -> None:
    page = pick_up(context, line)
    push(line)
    expect(page.locator(".message .bubble")).to_have_text("こんにちは")
    page.get_by_label("メッセージ", exact=True).fill("ありがとう")
    page.keyboard.press("Enter")
    expect(page.locator(".resident .bubble")).to_have_text("ありがとう")
    assert webhooks.wait(1)[0]["events"][0]["message"]["text"] == "ありがとう"
    body = {"to": SAKURA, "messages": quick("はい")}
    line.api("POST", "/v2/bot/message/push", body)
    page.get_by_role("button", name="はい").focus()
    page.keyboard.press("Enter")
    assert webhooks.wait(2)[1]["events"][0]["message"]["text"] == "a"
    expect(page.get_by_role("button", name="はい")).to_be_hidden()


def test_without_scripts_the_phone_still_works(
    line: Line, chromium: Browser, webhooks: Webhooks
) -> None:
    line.api("POST", "/v2/bot/message/push", {"to": SAKURA, "messages": quick("はい")})
    context = chromium.new_context(java_script_enabled=False)
    page = pick_up(context, line)
    page.get_by_role("button", name="はい").click()
    page.get_by_label("メッセージ", exact=True).fill("もしもし")
    page.get_by_label("送信").click()
    assert [one["events"][0]["message"]["text"] for one in webhooks.wait(2)] == ["a", "もしもし"]
    expect(page.locator(".resident .bubble").last).to_have_text("もしもし")
    context.close()


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_pages_are_accessible_and_fit(line: Line, chromium: Browser, width: int) -> None:
    menu = with_picture(line)
    line.api("POST", f"/v2/bot/user/all/richmenu/{menu}")
    button = {"type": "button", "style": "primary", "action": MENU["areas"][0]["action"]}  # type: ignore[index]
    push(line)
    line.form("/phone/say", {"user": SAKURA, "text": "ありがとう"})
    card = flex(bubble([FLEX_TEXT, button]))
    line.api("POST", "/v2/bot/message/push", {"to": SAKURA, "messages": card})
    line.api("POST", "/v2/bot/message/push", {"to": SAKURA, "messages": quick("はい", "いいえ")})
    context = chromium.new_context(viewport={"width": width, "height": 760})
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda one: faults.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda one: faults.append(str(one)))
    query = urlencode({**ASKED, "state": "a"})
    for path in (
        "/phone",
        f"/phone?user={SAKURA}",
        f"/phone?user={SUMIRE}",
        "/authenticator",
        f"/oauth2/v2.1/authorize?{query}",
    ):
        page.goto(line.url + path)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, (path, wide)
    assert faults == []
    context.close()
