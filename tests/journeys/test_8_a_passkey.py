"""Step 8: somebody adds a passkey in the browser and comes in with it alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.city import City
from tests.journeys.people import press, resident_signs_in
from tests.journeys.watching import Watched, barriers, width_of

pytestmark = pytest.mark.journey

SCREEN_LOCK = {  # a phone whose owner opens it at once
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def has_screen_lock(page: Page) -> None:
    """From now on the device of this page can keep passkeys."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": SCREEN_LOCK})


def test_a_resident_adds_a_passkey_and_comes_in_with_it(city: City, watched: Watched) -> None:
    page = watched.browser().new_page()
    resident_signs_in(page, city, "さくら")
    has_screen_lock(page)
    page.goto(f"{city.public_url}/account/security")
    page.get_by_role("link", name="パスキーを追加する").click()
    expect(page.get_by_role("button", name="パスキーを作る")).to_be_visible()
    assert barriers(page) == ""
    assert width_of(page) <= 375
    watched.step(page, "passkey-1-make")
    page.get_by_label("名前").fill("わたしのスマホ")
    press(page, "パスキーを作る")
    expect(page.get_by_role("heading", level=3, name="わたしのスマホ").last).to_be_visible()
    page.get_by_role("heading", level=2, name="パスキー").scroll_into_view_if_needed()
    watched.step(page, "passkey-2-added")
    page.get_by_role("button", name="ログアウト", exact=True).click()
    page.goto(f"{city.public_url}/sign-in")
    expect(page.get_by_role("button", name="パスキーで入る")).to_be_visible()
    expect(page.get_by_text("ここではパスキーを使えません")).to_be_hidden()
    assert barriers(page) == ""
    assert width_of(page) <= 375
    page.get_by_role("button", name="パスキーで入る").scroll_into_view_if_needed()
    watched.step(page, "passkey-3-sign-in")
    press(page, "パスキーで入る")
    expect(page.get_by_role("heading", level=1)).to_have_text("マイページ")
    assert {"mado_passkeys"} <= {one["name"] for one in page.context.cookies()}


def test_a_device_that_holds_none_says_so_and_goes_on(city: City, watched: Watched) -> None:
    page = watched.browser().new_page()
    page.goto(f"{city.public_url}/sign-in")
    has_screen_lock(page)
    press(page, "パスキーで入る")
    expect(page.get_by_text("パスキーは使われませんでした")).to_be_visible()
    expect(page.get_by_role("button", name="LINEでログイン")).to_be_visible()
