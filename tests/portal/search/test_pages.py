"""Stories of the box: results, kinds, suggestions, stars, what is not kept."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select, text

from portal.core.clock import today
from portal.core.db import read, transaction
from portal.mypage import own
from portal.mypage.favourite_models import Favourite
from portal.search import misses
from portal.search.models import SearchMiss
from tests.browser import Browser
from tests.portal.signing_in import resident_born, sign_in


def titles(browser: Browser, typed: str) -> list[str]:
    page = browser.get(f"/search?q={quote(typed)}")
    assert page.status == 200
    return [title.text for title in page.root.all("h2")]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("児童手当", "児童手当の申請"),
        ("ﾏｲﾅﾝﾊﾞｰ", "マイナンバー"),
        ("ＢＣＧ", "BCG"),
        ("まいなんばー", "マイナンバー"),
        ("child allowance", "児童手当の申請"),
        ("自動手当の申請", "児童手当の申請"),
    ],
)
def test_search_bears_width_kana_and_slips(browser: Browser, typed: str, found: str) -> None:
    assert any(found in title for title in titles(browser, typed))


def test_a_search_without_result_shows_the_desk(browser: Browser) -> None:
    page = browser.get("/search?q=qqqqxzzz")
    assert "見つかりませんでした" in page.text
    assert "0000-00-1000" in page.text


ODD = (
    "",
    "   ",
    "<script>",
    "あ" * 5000,
    "'; DROP TABLE",
    "%_%",
    "😀" * 50,
    "a & b | !c:*",
    "\\",
    "''",
)


@pytest.mark.parametrize("typed", ODD)
@pytest.mark.parametrize("path", ["/search", "/search/suggestions"])
def test_search_takes_whatever_is_typed(browser: Browser, path: str, typed: str) -> None:
    assert browser.get(f"{path}?q={quote(typed)}").status == 200


def test_hits_say_what_they_are_and_can_be_narrowed_down(browser: Browser) -> None:
    page = browser.get(f"/search?q={quote('児童手当')}")
    assert "サービス" in page.text
    assert "よくある質問" in page.text
    narrowed = browser.get(f"/search?q={quote('児童手当')}&kind=faq")
    hits = narrowed.root.all("article")
    assert hits
    assert all("よくある質問" in hit.text for hit in hits)
    assert browser.get(f"/search?q={quote('児童手当')}&kind=nonsense").status == 200


def test_a_near_miss_offers_what_was_probably_meant(browser: Browser) -> None:
    page = browser.get(f"/search?q={quote('マイナンパーカード')}")
    assert "もしかして" in page.text
    assert "マイナンバーカード" in browser.get(page.link("マイナンバー")).text
    assert "もしかして" not in browser.get(f"/search?q={quote('マイナンバーカード')}").text


def test_suggestions_come_while_typing(browser: Browser) -> None:
    hints = browser.get(f"/search/suggestions?q={quote('よぼうせ')}").response.get_json()
    assert 0 < len(hints) <= 8
    assert "予防接種" in hints[0]["title"]
    assert browser.get(hints[0]["url"]).status == 200
    assert browser.get("/search/suggestions?q=").response.get_json() == []


def test_the_box_tells_the_script_where_to_ask(browser: Browser) -> None:
    form = next(f for f in browser.get("/").root.all("form") if "data-suggest" in f.attributes)
    assert form.attributes["data-suggest"] == "/search/suggestions"


def test_questions_and_things_have_pages_of_their_own(browser: Browser) -> None:
    found = browser.get(
        browser.get(f"/search?q={quote('市役所は何時まで')}&kind=faq").link("市役所は")
    )
    assert "8時30分" in found.text
    thing = browser.get(
        browser.get(f"/search?q={quote('スプレー缶')}&kind=garbage").link("スプレー缶")
    )
    assert thing.heading == "スプレー缶"
    assert browser.get("/faq/nothing").status == browser.get("/garbage/nothing").status == 404


def test_one_network_can_not_search_without_end(app: Flask) -> None:
    """Counted by network, not by address; the machine itself is a city's demo."""
    client = app.test_client()
    host = {"base_url": "http://localhost:8000"}

    def asked(address: str) -> int:
        from_there = {"REMOTE_ADDR": address}
        return client.get("/search?q=a", environ_overrides=from_there, **host).status_code

    answers = [asked(f"2001:db8:1:2::{n:x}") for n in range(125)]
    assert answers.count(200) == 120
    assert answers[-1] == 429
    assert asked("2001:db8:1:3::1") == 200


# Favourites


def star(browser: Browser, typed: str, kind: str = "") -> None:
    browser.get(f"/search?q={quote(typed)}&kind={kind}")
    browser.submit("お気に入りに入れる")


def test_anything_can_be_starred_listed_removed_and_put_back(app: Flask) -> None:
    browser = sign_in(app, resident_born(app, date(1990, 5, 2)))
    star(browser, "スプレー缶", "garbage")
    star(browser, "市立図書館", "link")
    page = browser.get("/my/favourites")
    assert [h.text for h in page.root.all("h2")] == ["市立図書館", "スプレー缶"]
    page = browser.submit("お気に入りから外す")
    assert [h.text for h in page.root.all("h2")] == ["スプレー缶"]
    page = browser.submit("元にもどす")
    assert len(page.root.all("h2")) == 2
    again = browser.get(f"/search?q={quote('スプレー缶')}&kind=garbage")
    assert "お気に入りから外す" in again.text


def test_a_thing_that_went_away_stays_with_its_name(app: Flask) -> None:
    browser = sign_in(app, resident_born(app, date(1990, 5, 2)))
    star(browser, "市立図書館", "link")
    with app.app_context(), transaction() as session:
        session.execute(text("DELETE FROM search_documents WHERE kind = 'link'"))
    page = browser.get("/my/favourites")
    assert "市立図書館" in page.text
    assert "なくなりました" in page.text
    browser.submit("お気に入りから外す")
    assert "まだありません" in browser.get("/my/favourites").text


def test_sensitive_services_keep_no_star(app: Flask) -> None:
    resident = resident_born(app, date(1990, 5, 2))
    browser = sign_in(app, resident)
    page = browser.get(f"/search?q={quote('障害者手帳の申請')}&kind=service")
    first = page.root.all("article")[0]
    assert "障害者手帳" in first.text
    assert "お気に入り" not in first.text
    star(browser, "市立図書館", "link")
    token = page.root.all("input")
    csrf = next(e for e in token if e.attributes.get("name") == "csrf_token").attributes["value"]
    with app.app_context():
        sensitive = "SELECT key FROM search_documents WHERE sensitive AND kind = 'service'"
        keys = read().execute(text(sensitive)).scalars().all()
    assert keys
    for key in keys:
        answer = browser.client.post(
            f"http://localhost:8000/favourites/service/{key}/star",
            data={"csrf_token": csrf},
            headers={"Referer": "http://localhost:8000/search"},
        )
        assert answer.status_code == 404
    with app.app_context():
        kept = read().execute(select(Favourite.kind).where(Favourite.resident_id == resident))
        assert list(kept.scalars()) == ["link"]


def test_strangers_have_no_stars(app: Flask, browser: Browser) -> None:
    assert "お気に入り" not in browser.get(f"/search?q={quote('スプレー缶')}").text
    assert "/sign-in" in browser.get("/my/favourites").url


# What was looked for in vain


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("むがぐぎょ ０９０－００００－１２３４", "むがぐぎょ 〇〇"),
        ("ｘｙｚｚｙ@mado.example むがぐ", "〇〇 むがぐ"),
        ("北町３丁目１２番地５号 むがぐ", "北町〇〇 むがぐ"),
        ("ひまわりさん むがぐ", "〇〇 むがぐ"),
        ("１９９０年 むがぐ", "〇〇年 むがぐ"),
        ("123456789012", "〇〇"),
    ],
)
def test_what_tells_who_somebody_is_is_masked(typed: str, kept: str) -> None:
    assert misses.masked(typed) == kept


def kept_misses(app: Flask) -> list[tuple[str, int]]:
    with app.app_context():
        return [(miss.words, miss.times) for miss in misses.most_frequent()]


def test_searches_in_vain_are_counted_without_anybody(app: Flask, browser: Browser) -> None:
    for typed in ("ムガグギョ", "むがぐぎょ", "zzzzqq", "児童手当", "123456789012"):
        browser.get(f"/search?q={quote(typed)}")
        browser.get(f"/search/suggestions?q={quote(typed)}")
    assert kept_misses(app) == [("むがぐぎょ", 2), ("zzzzqq", 1)]
    assert {column.name for column in SearchMiss.__table__.columns} == {
        *("day", "words", "language", "times")
    }


def test_misses_are_forgotten_after_90_days(app: Flask, browser: Browser) -> None:
    browser.get("/search?q=zzzzqq")
    for days, left in ((90, 1), (91, 0)):
        with app.app_context():
            with transaction() as session:
                sql = text("UPDATE search_misses SET day = :day")
                session.execute(sql, {"day": today() - timedelta(days=days)})
            misses.forget()
        assert len(kept_misses(app)) == left


def test_a_flood_of_nonsense_does_not_fill_the_table(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(misses, "MOST_A_DAY", 2)
    for typed in ("zzzzaa", "zzzzbb", "zzzzcc", "zzzzaa"):
        browser.get(f"/search?q={typed}")
    assert kept_misses(app) == [("zzzzaa", 2), ("zzzzbb", 1)]


# Own things


def test_ones_own_todos_come_first_and_only_to_oneself(app: Flask, browser: Browser) -> None:
    resident = resident_born(app, date(1990, 5, 2))
    with app.test_request_context(), transaction() as session:
        own.add(session, resident, own.Words("自転車の鍵を直す"))
    mine = sign_in(app, resident).get(f"/search?q={quote('じてんしゃ')}")
    assert mine.root.all("h2")[0].text == "自転車の鍵を直す"
    assert "あなたの分" in mine.root.all("article")[0].text
    assert "鍵" not in browser.get(f"/search?q={quote('じてんしゃ')}").text
    other = sign_in(app, resident_born(app, date(1980, 1, 1)))
    assert "鍵" not in other.get(f"/search?q={quote('じてんしゃ')}").text
    with app.app_context():
        stored = "SELECT count(*) FROM search_documents d WHERE d::text LIKE '%鍵を直す%'"
        assert read().execute(text(stored)).scalar() == 0


# Cost


@pytest.mark.parametrize(
    ("typed", "most"), [("児童手当", 3), ("よぼうせっしゅ", 3), ("自動手当", 5)]
)
def test_a_search_takes_few_queries(browser: Browser, count_queries, typed: str, most: int) -> None:  # type: ignore[no-untyped-def]
    browser.get(f"/search?q={quote(typed)}")
    with count_queries() as statements:
        browser.get(f"/search?q={quote(typed)}")
    assert len(statements) <= most, statements
