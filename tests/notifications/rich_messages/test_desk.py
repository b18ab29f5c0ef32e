"""From a draft to phones: clerks make a picture or cards, another approves, taps are counted."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from notifications.notices import figures
from notifications.notices.models import Notice
from notifications.notices.writing import approve, submit, write
from notifications.rich_messages import acts, content, line, shots
from notifications.rich_messages.models import NoticePicture
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.errors import Conflict, Forbidden
from standins.line_platform.phone import imagemap
from standins.line_platform.spec import Specification
from tests.browser import Browser
from tests.notifications.city import (
    APPROVER,
    ENGLISH,
    WORDS,
    WRITER,
    draft,
    line_id,
    resident,
    sign_in,
    values,
)
from tests.notifications.conftest import Letters, Phone
from tests.notifications.rich_messages.test_pictures import CARDS, HEAD, picture

OPENAPI = Path(__file__).resolve().parents[4] / "shared" / "line-openapi" / "messaging-api.yml"


def written(**more: Any) -> UUID:
    with transaction() as session:
        return write(session, WRITER, draft(**more)).id


def sent(notice_id: UUID, version: int) -> None:
    with transaction() as session:
        submit(session, notice_id, WRITER, counted=0)
    with transaction() as session:
        approve(session, notice_id, APPROVER, version=version, counted=0)


def rich_of(notice_id: UUID) -> Any:
    return values(select(Notice.rich).where(Notice.id == notice_id))[0]


def raw(browser: Browser, address: str) -> Any:
    path = address.removeprefix("http://localhost:8000")
    return browser.client.get(path, base_url="http://localhost:8000")


def test_a_drawing_becomes_a_picture_whose_places_are_tapped_and_counted(
    inside: Any, writer: Browser, browser: Browser, work: Any, phone: Phone, letters: Letters
) -> None:
    inside(resident, line=1)
    by_mail = inside(resident, mail="m@mail.example")
    notice_id = inside(written)
    page = writer.get(f"/staff/notices/{notice_id}?lang=ja")
    page = writer.get(page.link("押す場所のある画像"))
    page = writer.get(page.link("二つの入口"))
    words = {"place0": "冬の健診", "place1": "予約する", "place2": "持ち物"}
    assert writer.submit("画像を作る", **(words | {"place2": ""})).status == 422
    page = writer.submit("画像を作る", **words)
    assert page.heading == "押す場所"
    assert writer.submit("場所を画像に表示").status == 200
    page = writer.submit("保存して確認する", link_0="javascript:alert(1)")
    assert page.status == 422 and any("https://" in each for each in page.errors)
    page = writer.submit(
        "保存して確認する",
        alt="予約と持ち物の080-0000-1234",
        link_0="/garbage",
        link_1="https://city.example/会場?a=1",
    )
    assert page.status == 422 and "携帯電話の番号" in page.text
    page = writer.submit("保存して確認する", alt="冬の健診。予約と持ち物を見られます。")
    assert "予約する" in page.text and page.path.endswith(str(notice_id))
    kept = inside(rich_of, notice_id)["ja"]
    assert [each["label"] for each in kept["areas"]] == ["予約する", "持ち物"]

    inside(sent, notice_id, 2)
    work()
    own, closing = phone.messages(line_id(1))
    assert own["type"] == "imagemap"
    assert own["altText"] == closing["altText"] == "冬の健診。予約と持ち物を見られます。"
    for width in (1040, 700, 460, 300, 240):
        answer = raw(browser, f"{own['baseUrl']}/{width}")
        assert answer.mimetype == "image/png" and "immutable" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers
    assert raw(browser, f"{own['baseUrl']}/1041").status_code == 404
    shown = imagemap.draw(own)
    assert shown.count('aria-label="予約する"') == 1 and f"{own['baseUrl']}/700" in shown
    links = [each["linkUri"] for each in own["actions"]]
    assert raw(browser, links[0]).location.endswith("/garbage")
    second = raw(browser, links[1])
    assert second.location == "https://city.example/%E4%BC%9A%E5%A0%B4?a=1"
    wrong = links[1].replace("/1?", "/2?")
    assert raw(browser, wrong).status_code == 404
    assert inside(figures.rich_taps, notice_id) == [("ja", "予約する", 1), ("ja", "持ち物", 1)]
    assert inside(figures.figures, notice_id).links == 2
    assert ("tapped", "", "ja 2 持ち物", 1) in inside(figures.table, notice_id)
    report = writer.get(f"/staff/notices/{notice_id}")
    assert "リッチメッセージが押された回数" in report.text

    [mail] = letters.to("m@mail.example")
    for part in (mail["text"], mail["html"]):
        assert "冬の健診。予約と持ち物を見られます。" in part
        assert "/rich/ja/0?from=mail" in part and "<img" not in part
    reader = sign_in(writer.client.application, "resident", by_mail)
    page = reader.get(f"/inbox/{notice_id}?lang=ja")
    assert page.link("予約する").endswith("/garbage")
    shown = [e.attributes for e in page.root.all("img") if "/n/pictures/" in e.attributes["src"]]
    assert shown[0]["alt"] == "冬の健診。予約と持ち物を見られます。"


def test_cards_are_made_changed_and_taken_away(inside: Any, writer: Browser) -> None:
    notice_id = inside(written)
    at = f"/staff/notices/{notice_id}/rich/ja"
    writer.get(f"{at}?use=card&lang=ja")
    page = writer.submit("この画像を使う", file=(io.BytesIO(b"no picture"), "a.png"))
    assert page.status == 422 and any("PNGかJPEG" in each for each in page.errors)
    page = writer.submit("この画像を使う", file=(io.BytesIO(picture(kind="JPEG")), "../a.png"))
    assert page.heading == "カード1"
    assert writer.submit("カードを保存", title="絵本の会", label_0="申し込む").status == 422
    page = writer.submit("カードを保存", link_0="/garbage", text="10時から")
    assert page.heading == "LINEのカード"
    writer.get(f"{at}/cards/1")
    assert writer.submit("カードを保存", title="題だけ").status == 422
    writer.submit("カードを保存", text="二枚目")
    page = writer.submit("先頭へ")
    kept = inside(rich_of, notice_id)["ja"]
    assert [each["title"] for each in kept["cards"]] == ["題だけ", "絵本の会"]
    assert kept["alt"] == "健診のお知らせ"
    page = writer.submit("保存して確認する", alt="催しを二つ紹介します")
    assert "催しを二つ紹介します" in page.text
    assert writer.get(f"{at}/cards/5").status == 404
    writer.get(f"{at}/cards")
    page = writer.submit("消す")
    assert "題だけ" not in page.text and "絵本の会" in page.text
    writer.get(f"/staff/notices/{notice_id}")
    writer.submit("文字に戻す")
    assert inside(rich_of, notice_id) is None


def test_pictures_no_notice_took_are_swept(inside: Any) -> None:
    def kept() -> Any:
        with transaction() as session:
            return shots.keep(session, WRITER, picture())

    def used(shot: Any) -> bool:
        with transaction() as session:
            return shots.use(session, shot)

    taken, left = inside(kept), inside(kept)
    assert inside(used, taken) and not inside(used, replace(left, width=700))
    assert inside(shots.sweep) == 0
    with time_machine.travel(now() + timedelta(days=3)):
        assert inside(shots.sweep) == 1
    assert inside(values, select(NoticePicture.id)) == [UUID(taken.id)]


def test_only_the_author_of_a_draft_makes_its_rich_message(
    inside: Any, approver: Browser, writer: Browser
) -> None:
    notice_id = inside(written)
    at = f"/staff/notices/{notice_id}/rich"
    assert approver.get(f"{at}/ja").status == 403
    assert writer.get(f"{at}/ko").status == 404
    rich = content.read(CARDS)

    def put(by: UUID, language: str = "ja") -> None:
        with transaction() as session:
            acts.put(session, notice_id, by, language, rich)

    with pytest.raises(Forbidden):
        inside(put, APPROVER)
    with pytest.raises(content.FaultyRich):
        inside(put, WRITER, "ko")
    stranger = content.read(
        {
            "kind": "imagemap",
            "alt": "知らない画像",
            "picture": {"id": str(UUID(int=9)), "width": 1040, "height": 1040},
            "areas": [
                {"label": "a", "link": "/", "x": 0, "y": 0, "width": 9, "height": 9},
            ],
        }
    )
    with pytest.raises(content.FaultyRich), transaction_in(writer) as session:
        acts.put(session, notice_id, WRITER, "ja", stranger)
    inside(sent, notice_id, 1)
    with pytest.raises(Conflict):
        inside(put, WRITER)


def transaction_in(browser: Browser) -> Any:
    from contextlib import contextmanager

    @contextmanager
    def held() -> Any:
        with browser.client.application.app_context(), transaction() as session:
            yield session

    return held()


def test_drawings_have_versions_and_hostile_ones_are_refused(inside: Any, writer: Browser) -> None:
    page = writer.get("/staff/notice-drawings?lang=ja")
    assert "はじめから入っているもの" in page.text
    hostile = f"{HEAD}<script/></svg>".encode()
    page = writer.submit("確かめて保存", name="お知らせ", file=(io.BytesIO(hostile), "a.svg"))
    assert page.status == 422 and "script" in " ".join(page.errors)
    page = writer.submit("確かめて保存", file=(io.BytesIO(b"\xff\xfe\x00"), "a.svg"))
    assert page.status == 422
    own = f'{HEAD}<text x="9" y="99" font-size="60">{{{{題}}}}</text></svg>'.encode()
    page = writer.submit("確かめて保存", file=(io.BytesIO(own), "a.svg"))
    assert "第1版" in page.text
    images = [e.attributes["src"] for e in page.root.all("img")]
    assert all(
        writer.client.get(each, base_url="http://staff.localhost:8000").mimetype == "image/png"
        for each in images
        if "drawings" in each
    )
    file = writer.get(page.link("ファイルを取り出す"))
    assert "attachment" in file.response.headers["Content-Disposition"]
    writer.get("/staff/notice-drawings")
    page = writer.submit("しまう")
    assert "第1版" not in page.text and "お知らせ" in [each.text for each in page.root.all("h3")]


@pytest.mark.skipif(not OPENAPI.is_file(), reason="../shared is absent")
def test_every_rich_message_passes_the_strict_specification(ctx: Flask) -> None:
    judge = Specification(OPENAPI)
    card = CARDS["cards"][0] | {  # type: ignore[index,operator]
        "picture": {"id": str(UUID(int=1)), "width": 1040, "height": 1040}
    }
    area = {"label": "押す", "link": "/garbage", "x": 0, "y": 0, "width": 9, "height": 9}
    shapes: list[dict[str, Any]] = [
        CARDS,
        {"kind": "cards", "alt": "一枚", "cards": [card | {"text": "", "buttons": []}]},
        {"kind": "cards", "alt": "九枚", "cards": [card] * 9},
        {"kind": "imagemap", "alt": "絵", "picture": card["picture"], "areas": [area] * 9},
    ]
    for kind in ("normal", "drill", "emergency"):
        for shape in shapes:
            notice = draft(kind=kind, variants=WORDS | ENGLISH, rich={"ja": shape})
            found = line.messages(notice, "ja", UUID(int=5))
            body = {"to": [line_id(1)], "messages": found}
            assert judge.problems("POST", "/v2/bot/message/multicast", body) == []
            assert len(found) == 2
            if kind != "normal":
                assert "【" in found[0]["altText"] and found[1]["altText"].startswith("【")
            [plain] = line.messages(notice, "en", UUID(int=5))
            assert plain["contents"]["type"] == "bubble"
