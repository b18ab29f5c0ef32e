"""What everybody does once: the second step, the terms, the first card, the family."""

from __future__ import annotations

from datetime import date, timedelta

from playwright.sync_api import Page, expect

from portal.core.clock import today
from tests.journeys.city import City
from tests.journeys.people import (
    AuthenticatorApp,
    Mail,
    Place,
    Seen,
    give_code,
    press,
    sign_in_by_mail,
    unseen,
)


def months_ago(months: int) -> date:
    number = today().year * 12 + today().month - 1 - months
    return date(number // 12, number % 12 + 1, min(today().day, 28)) - timedelta(days=3)


def type_day(place: Place, day: date) -> None:
    place.get_by_label("年", exact=True).fill(str(day.year))
    place.get_by_label("月", exact=True).fill(str(day.month))
    place.get_by_label("日", exact=True).fill(str(day.day))


def introduce(place: Place, born: date, district: str, nickname: str) -> None:
    """The page after the first sign-in."""
    expect(place.get_by_role("heading", level=1)).to_have_text("あなたのことを教えてください")
    type_day(place, born)
    place.get_by_label("住んでいる地区").select_option(label=district)
    place.get_by_label("あなたの呼び名").fill(nickname)
    press(place, "保存する")
    expect(place.get_by_role("heading", level=1)).to_have_text("マイページ")


def add_person(place: Place, relation: str, born: date, nickname: str) -> None:
    place.get_by_role("link", name=relation, exact=True).click()
    type_day(place, born)
    place.get_by_label("呼び名").fill(nickname)
    press(place, "保存する")
    expect(place.get_by_text("カードを足しました。")).to_be_visible()
    expect(place.get_by_role("heading", level=2, name=nickname)).to_be_visible()


def agree_and_keep_codes(place: Place, seen: Seen = unseen) -> list[str]:
    """Terms, then the ten recovery codes; gives them."""
    expect(place.get_by_label("読みました。同意します")).to_be_visible()
    seen("terms")
    place.get_by_label("読みました。同意します").check()
    press(place, "登録する")
    expect(place.get_by_role("heading", level=1)).to_have_text("控えの番号")
    seen("codes")
    codes = place.locator("[data-copy-text]").inner_text().split()
    press(place, "保管しました")
    return codes


def register_by_mail(
    page: Page, mail: Mail, app: AuthenticatorApp, city: City, seen: Seen = unseen
) -> None:
    """A code by mail, then an authenticator app, the terms and the recovery codes."""
    sign_in_by_mail(page, mail, city.public_url, mail.address, seen)
    page.get_by_role("link", name="認証アプリを使う").click()
    expect(page.get_by_label("6けたの番号")).to_be_visible()
    seen("app")
    app.add(page.get_by_role("link", name="アプリを開く").get_attribute("href") or "")
    give_code(page, app.code(mail.address))
    assert len(set(agree_and_keep_codes(page))) == 10
