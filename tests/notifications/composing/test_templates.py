"""Templates: kept in folders, every version kept, and notices that begin as one."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from auth.staff.accounts import add_staff
from notifications.notice_templates import keeping
from notifications.notice_templates.keeping import Kept, NameTaken
from notifications.notice_templates.models import NoticeTemplate, TemplateVersion
from notifications.notices import testing, writing
from notifications.notices.models import Notice
from portal.core.clock import today
from portal.core.db import transaction
from portal.core.errors import Conflict
from tests.browser import Browser
from tests.notifications.city import ENGLISH, WORDS, WRITER, draft, values
from tests.notifications.conftest import Letters

KEPT = Kept("健診", "1歳6か月児健診", "子育て課", "health", WORDS, None)


def test_a_template_is_kept_changed_and_used(inside: Any, writer: Browser) -> None:
    writer.get("/staff/notice-templates/new?lang=ja")
    words: dict[str, Any] = {
        "name": "健診",
        "folder": "子ども",
        "owner": "子育て課",
        "title": "健診（{{会場}}）",
    }
    page = writer.submit("保存する", body="{{日}}です。{{氏名}}様", **words)
    assert page.status == 422
    assert "名前などの個人の項目は入れられません。" in page.text
    page = writer.submit("保存する", body="{{日}}です。", values="会場 = 西会館\n日 = 12月3日")
    assert page.status == 200
    assert page.heading == "健診"
    assert "健診（西会館）" in page.text
    template = inside(values, select(NoticeTemplate.id))[0]
    writer.get(f"/staff/notice-templates/{template}/edit?lang=ja")
    writer.submit("保存する", title_ja_Hira="けんしん", body_ja_Hira="けんしんです")
    page = writer.get("/staff/notice-templates?lang=ja")
    page = writer.get(page.link("これでお知らせを書く"))
    assert "会場（例：西会館）" in page.text
    page = writer.submit("保存して確認する", about="all")
    assert page.status == 422
    assert any("「会場」の値がありません" in each for each in page.errors)
    page = writer.submit("保存して確認する", values="会場 = 東会館\n日 = 1月9日")
    assert page.heading == "健診（東会館）"
    assert inside(values, select(Notice.template_version)) == [2]
    assert inside(values, select(Notice.template_id)) == [template]
    assert sorted(inside(values, select(TemplateVersion.version))) == [1, 2]


def test_names_are_unique_in_a_folder_and_the_slower_clerk_is_told(ctx: Flask) -> None:
    with transaction() as session:
        template = keeping.keep(session, WRITER, KEPT)
    with pytest.raises(NameTaken), transaction() as session:
        keeping.keep(session, WRITER, KEPT)
    with transaction() as session:
        keeping.change(session, template.id, WRITER, KEPT, looked_at=1)
    with pytest.raises(Conflict), transaction() as session:
        keeping.change(session, template.id, WRITER, KEPT, looked_at=1)


def test_what_was_put_away_is_not_offered(inside: Any, app: Flask, writer: Browser) -> None:
    with app.app_context(), transaction() as session:
        template = keeping.keep(session, WRITER, KEPT)
    writer.get(f"/staff/notice-templates/{template.id}?lang=ja")
    page = writer.submit("しまう")
    assert "これでお知らせを書く" not in page.text
    assert writer.get(f"/staff/notices/new?template={template.id}").status == 404
    page = writer.submit("また使う") if writer.get(page.path).status == 200 else page
    assert writer.get(f"/staff/notices/new?template={template.id}").status == 200


def test_a_test_goes_to_the_clerks_own_mail(ctx: Flask, work: Any, letters: Letters) -> None:
    with transaction() as session:
        clerk = add_staff(
            session,
            email="clerk@city.example",
            name="広報係",
            roles=["author"],
            starts_on=today(),
            ends_on=None,
        ).id
        notice = writing.write(session, clerk, draft(variants=WORDS | ENGLISH, kind="drill"))
        assert testing.send(session, notice.id, clerk) == 2
    work()
    subjects = {each["subject"] for each in letters.to("clerk@city.example")}
    assert subjects == {
        "【テスト】【訓練】健診のお知らせ",
        "【テスト】【訓練】[Drill] About the check",
    }
