"""An approved notice reaches every resident meant exactly once, whatever breaks on the way."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import delete, func, select, text

from auth.identities import Identity
from notifications.notices import by_mail, delivering, fanning_out
from notifications.notices.links import landing
from notifications.notices.models import Batch, Delivery, InboxEntry
from portal.core.db import read, transaction
from tests.notifications.city import (
    ENGLISH,
    WORDS,
    approved,
    let_time_pass,
    line_id,
    outcomes,
    resident,
)
from tests.notifications.conftest import Letters, Phone


def inbox_of(notice_id: Any) -> int:
    return int(
        read().execute(select(func.count()).where(InboxEntry.notice_id == notice_id)).scalar_one()
    )


def test_line_first_then_mail_and_the_inbox_for_all(
    ctx: Flask, work: Any, phone: Phone, letters: Letters
) -> None:
    resident(line=1, mail="both@mail.example")
    resident(mail="only@mail.example")
    resident()
    notice = approved(link="/services/check_18m")
    work()
    assert outcomes(notice) == {"line sent": 1, "mail sent": 1}
    assert inbox_of(notice) == 3
    [said] = phone.texts(line_id(1))
    assert "健診のお知らせ" in said
    assert "12月の会場は西会館です。" in said
    assert list(phone.buttons(line_id(1)).values()) == [
        f"http://localhost:8000{landing(notice, 'line', '/link')}",
        f"http://localhost:8000{landing(notice, 'line')}",
    ]
    assert not letters.to("both@mail.example")
    [mail] = letters.to("only@mail.example")
    assert mail["subject"] == "健診のお知らせ"


def test_each_reads_their_own_language(
    ctx: Flask, work: Any, phone: Phone, letters: Letters
) -> None:
    resident(line=1, language="en")
    resident(line=2, language="ja")
    resident(mail="en@mail.example", language="en")
    notice = approved(variants=WORDS | ENGLISH)
    work()
    assert "west hall" in phone.texts(line_id(1))[0]
    assert "西会館" in phone.texts(line_id(2))[0]
    assert letters.to("en@mail.example")[0]["subject"] == "About the check"
    assert outcomes(notice) == {"line sent": 2, "mail sent": 1}


def test_a_drill_says_so_whatever_the_clerk_wrote(ctx: Flask, work: Any, phone: Phone) -> None:
    resident(line=1)
    approved(kind="drill")
    work()
    assert phone.texts(line_id(1))[0].startswith("【訓練】健診のお知らせ")


def test_fifteen_hundred_go_in_three_requests(ctx: Flask, work: Any, phone: Phone) -> None:
    for number in range(1, 1501):
        resident(line=number)
    notice = approved()
    work()
    assert outcomes(notice) == {"line sent": 1500}
    assert phone.counts()["accepted multicast"] == 3
    assert phone.counts()["recipients multicast"] == 1500


def test_words_are_words_on_line_whatever_is_in_them(ctx: Flask, work: Any, phone: Phone) -> None:
    """Braces would be placeholders in LINE's textV2, and JSON a flex message: both stay text."""
    resident(line=1)
    words = '{name} {"type": "flex", "altText": "x"} %s $(7 * 7) https://evil.example'
    notice = approved(variants={"ja": {"title": words[:40], "body": words}})
    work()
    assert outcomes(notice) == {"line sent": 1}
    [told] = phone.messages(line_id(1))
    assert told["type"] == "flex" and words[:40] in told["altText"]
    assert json.dumps(words, ensure_ascii=False) in json.dumps(told, ensure_ascii=False)


def test_a_lost_answer_is_asked_again_with_the_same_key(
    ctx: Flask, work: Any, phone: Phone
) -> None:
    resident(line=1)
    phone.fail({"status": "reset", "path": "/v2/bot/message/multicast", "after_accept": True})
    notice = approved()
    work()
    assert outcomes(notice) == {"line open": 1}
    let_time_pass()
    delivering.sweep()
    work()
    assert outcomes(notice) == {"line sent": 1}
    assert len(phone.texts(line_id(1))) == 1


def test_line_that_is_down_or_busy_gets_time(ctx: Flask, work: Any, phone: Phone) -> None:
    resident(line=1)
    phone.fail(
        {"status": 500, "path": "/v2/bot/message/multicast"},
        {"status": 429, "path": "/v2/bot/message/multicast"},
    )
    notice = approved()
    work()
    for _ in range(2):
        delivering.sweep()
        work()
        assert outcomes(notice) == {"line open": 1}  # not before its time
        let_time_pass()
        delivering.sweep()
        work()
    assert outcomes(notice) == {"line sent": 1}
    assert len(phone.texts(line_id(1))) == 1


def test_an_id_of_another_provider_does_not_keep_the_others_from_it(
    ctx: Flask, work: Any, phone: Phone, letters: Letters
) -> None:
    for number in range(1, 8):
        resident(line=number)
    resident(line="Uffff" + "0" * 28, mail="stranger@mail.example")
    notice = approved()
    work()
    assert outcomes(notice) == {"line sent": 7, "mail sent": 1}
    assert all(len(phone.texts(line_id(number))) == 1 for number in range(1, 8))
    assert len(letters.to("stranger@mail.example")) == 1


def test_a_key_older_than_line_remembers_is_not_used_again(
    ctx: Flask, work: Any, phone: Phone
) -> None:
    resident(line=1)
    phone.fail({"status": "reset", "path": "/v2/bot/message/multicast", "after_accept": True})
    notice = approved()
    work()
    with transaction() as session:
        session.execute(text("UPDATE delivery_batches SET first_tried_at = now() - interval '1d'"))
    let_time_pass()
    delivering.sweep()
    work()
    assert outcomes(notice) == {"line failed": 1}
    assert len(phone.texts(line_id(1))) == 1


def test_mail_that_is_refused_fails_alone_and_a_full_box_is_tried_again(
    ctx: Flask, work: Any, letters: Letters
) -> None:
    resident(mail="bounce-1@mail.example")
    resident(mail="full@mail.example")
    resident(mail="fine@mail.example")
    letters.process.post(
        "/__standin__/fault", {"refuse": [{"pattern": "^full@", "answer": "452 4.2.2 Full"}]}
    )
    notice = approved()
    work()
    assert outcomes(notice) == {"mail sent": 1, "mail failed": 1, "mail open": 1}
    letters.process.post("/__standin__/fault", {"refuse": []})
    let_time_pass()
    delivering.sweep()
    work()
    assert outcomes(notice) == {"mail sent": 2, "mail failed": 1}
    assert len(letters.to("fine@mail.example")) == 1
    assert len(letters.to("full@mail.example")) == 1


def test_a_mail_relay_that_is_away_loses_nothing(ctx: Flask, work: Any, letters: Letters) -> None:
    resident(mail="a@mail.example")
    resident(mail="b@mail.example")
    settings = ctx.extensions["mado.settings"]
    ctx.extensions["mado.settings"] = settings.model_copy(update={"MAIL_URL": "smtp://127.0.0.1:9"})
    notice = approved()
    work()
    assert outcomes(notice) == {"mail open": 2}
    ctx.extensions["mado.settings"] = settings
    let_time_pass()
    delivering.sweep()
    work()
    assert outcomes(notice) == {"mail sent": 2}
    assert letters.count() == 2


def test_a_lost_ring_is_rung_by_the_tick(ctx: Flask, work: Any, phone: Phone) -> None:
    resident(line=1)
    notice = approved()
    ctx.extensions["mado.redis"].flushdb()
    work()
    assert outcomes(notice) == {}
    delivering.sweep()
    ctx.extensions["mado.redis"].flushdb()
    delivering.sweep()
    work()
    ctx.extensions["mado.redis"].flushdb()
    delivering.sweep()
    work()
    assert outcomes(notice) == {"line sent": 1}


def test_every_step_is_harmless_twice(
    ctx: Flask, work: Any, phone: Phone, letters: Letters
) -> None:
    resident(line=1)
    resident(mail="a@mail.example")
    notice = approved()
    for _ in range(2):
        fanning_out.fan_out(str(notice))
        work()
    for batch_id in read().execute(select(Batch.id)).scalars():
        delivering.deliver(str(batch_id))
    assert outcomes(notice) == {"line sent": 1, "mail sent": 1}
    assert len(phone.texts(line_id(1))) == 1
    assert letters.count() == 1


def test_a_batch_another_worker_holds_is_left_alone(ctx: Flask, work: Any, phone: Phone) -> None:
    resident(line=1)
    notice = approved()
    fanning_out.fan_out(str(notice))
    ctx.extensions["mado.redis"].flushdb()
    with transaction() as session:
        session.execute(text("UPDATE delivery_batches SET next_try_at = now() + interval '1min'"))
    [batch] = read().execute(select(Batch.id)).scalars()
    delivering.deliver(str(batch))
    assert outcomes(notice) == {"line open": 1}
    let_time_pass(timedelta(minutes=2))
    delivering.deliver(str(batch))
    assert outcomes(notice) == {"line sent": 1}


def test_a_mail_keeps_its_number_at_every_try(ctx: Flask, work: Any, letters: Letters) -> None:
    """A killed worker may hand over twice; mail programs then show one letter."""
    resident(mail="a@mail.example")
    notice = approved()
    work()
    with transaction() as session:  # as if the worker had died before recording
        session.execute(text("UPDATE deliveries SET sent_at = NULL"))
        session.execute(text("UPDATE delivery_batches SET done_at = NULL"))
    let_time_pass()
    delivering.sweep()
    work()
    first, second = letters.to("a@mail.example")
    numbers = [dict(mail["headers"])["Message-ID"] for mail in (first, second)]
    assert numbers[0] == numbers[1]
    tries = read().execute(select(Delivery.tries).where(Delivery.notice_id == notice)).scalar_one()
    assert tries == 2


def test_who_unlinked_line_meanwhile_gets_it_by_mail_or_the_inbox(
    ctx: Flask, work: Any, phone: Phone, letters: Letters
) -> None:
    both, only = resident(line=1, mail="a@mail.example"), resident(line=2)
    resident(line=3)
    notice = approved()
    fanning_out.fan_out(str(notice))
    with transaction() as session:
        session.execute(
            delete(Identity).where(
                Identity.issuer == "line", Identity.resident_id.in_([both, only])
            )
        )
    work()
    assert outcomes(notice) == {"line sent": 1, "line failed": 1, "mail sent": 1}
    assert letters.count() == 1


def test_who_left_before_the_letter_gets_none(ctx: Flask, work: Any, letters: Letters) -> None:
    gone = resident(mail="a@mail.example")
    notice = approved()
    fanning_out.fan_out(str(notice))
    with transaction() as session:
        session.execute(text("UPDATE residents SET left_at = now() WHERE id = :id"), {"id": gone})
    work()
    assert outcomes(notice) == {"mail failed": 1}
    assert letters.count() == 0


def test_everybody_unlinked_leaves_nothing_to_send(ctx: Flask, work: Any, phone: Phone) -> None:
    resident(line=1)
    notice = approved()
    fanning_out.fan_out(str(notice))
    with transaction() as session:
        session.execute(delete(Identity))
    work()
    assert outcomes(notice) == {"line failed": 1}
    assert "accepted multicast" not in phone.counts()


def test_a_box_that_stays_full_fails_in_the_end(ctx: Flask, work: Any, letters: Letters) -> None:
    resident(mail="later-1@mail.example")
    notice = approved()
    work()
    for _ in range(by_mail.TRIES):
        let_time_pass(timedelta(hours=6))
        delivering.sweep()
        work()
    assert outcomes(notice) == {"mail failed": 1}


def test_a_link_in_japanese_goes_out_as_machines_read_it(
    ctx: Flask, phone: Phone, letters: Letters, work: Any
) -> None:
    resident(line=1)
    notice = approved(link="https://www.city.example/子育て")
    work()
    assert outcomes(notice) == {"line sent": 1}
    address = "https://www.city.example/%E5%AD%90%E8%82%B2%E3%81%A6"
    landed = ctx.test_client().get(
        landing(notice, "line", "/link"), base_url="http://localhost:8000"
    )
    assert landed.headers["Location"] == address
    assert all(each.isascii() for each in phone.buttons(line_id(1)).values())
