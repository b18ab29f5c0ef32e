"""Watching, incidents, tickets and planned stops on the whole product."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import structlog
from flask import Flask
from sqlalchemy import text

from portal.core import jobs, logs
from portal.core.clock import in_tokyo, now, today
from portal.core.db import read, transaction
from portal.core.outbox import OutboxMessage
from portal.core.registries import registries
from portal.operations.tickets import keeping
from portal.operations.watching import alerts, minutes
from portal.operations.watching.records import Alert, OnCall
from tests.browser import Browser
from tests.conftest import RESIDENT_HOST
from tests.notifications.city import WRITER, resident
from tests.notifications.city import sign_in as signs_in

RUNS = frozenset({"operations.view", "operations.manage", "tickets.view", "tickets.handle"})
LOCAL = "%Y-%m-%dT%H:%M"


def clerk(app: Flask, *more: str) -> Browser:
    return signs_in(app, "staff", WRITER, RUNS | set(more))


def one(sql: str) -> Any:
    return read().execute(text(sql)).scalar()


def on_call() -> None:
    with transaction() as session:
        span = {"starts_at": now() - timedelta(hours=1), "ends_at": now() + timedelta(hours=1)}
        mail = "operations@city.example"
        session.add(OnCall(name="運用", mail=mail, line_user="U" + "a" * 32, **span))


def messages() -> list[tuple[str, str, str]]:
    with transaction() as session:
        found = session.query(OutboxMessage).order_by(OutboxMessage.id)
        return [(m.channel, m.params["what"], m.params["fault"]) for m in found]


def test_a_broken_tick_is_a_row_and_one_alert_until_it_is_over(ctx: Flask) -> None:
    on_call()
    broken = [True]

    def fragile() -> int:
        if broken:
            raise ValueError("さくらのメールは sakura@resident.example")
        return 3

    registries().ticks[:] = [("fragile", fragile), ("alerts", alerts.watch)]
    jobs.tick()  # fails; its row is written after the round
    jobs.tick()
    jobs.tick()
    assert messages() == [("mail", "new", "job:fragile"), ("line", "new", "job:fragile")]
    assert one("SELECT error FROM job_runs WHERE job = 'fragile' LIMIT 1") == "ValueError"
    assert one("SELECT count(*) FROM job_runs WHERE job = 'tick' AND ok") == 3
    broken.clear()
    jobs.tick()
    jobs.tick()
    assert messages()[2:] == [("mail", "over", "job:fragile"), ("line", "over", "job:fragile")]
    assert one("SELECT counts->>'done' FROM job_runs WHERE job = 'fragile' AND ok LIMIT 1") == "3"
    assert one("SELECT count(*) FROM alerts WHERE over_at IS NOT NULL") == 1


def test_every_alert_can_be_written_in_mail_and_line(ctx: Flask) -> None:
    from notifications.channels import rendering

    params = {"detail": "9%", "since": "2026-10-01 09:00", "page": "http://x.example/"}
    for fault in ("job:outbox", "probe:home", "backup", "disk", "trial"):
        for what in ("new", "again", "over", "trial"):
            said = params | {"fault": fault, "what": what}
            assert "2026-10-01" in rendering.line("portal_alert", said, "ja")
            assert rendering.mail("portal_alert", said, "ja")


def test_machines_read_figures_and_others_do_not(app: Flask, browser: Browser) -> None:
    browser.get("/")
    client = app.test_client()
    host = f"http://{RESIDENT_HOST}"
    said = client.get("/metrics", base_url=host)
    assert "mado_request_seconds_bucket{endpoint=" in said.text
    assert "mado_outbox_waiting 0.0" in said.text
    assert "mado_answers_total" in said.text
    deep = client.get("/health/deep", base_url=host)
    assert deep.status_code == 503  # no answers' process and no tick yet
    checks = deep.get_json()["checks"]
    assert checks["database"] == {"ok": True, "found": "read and write"}
    assert checks["queue"]["ok"]
    assert not checks["tick"]["ok"]
    for path in ("/metrics", "/health/deep"):
        outside = {"REMOTE_ADDR": "203.0.113.7"}
        assert client.get(path, base_url=host, environ_overrides=outside).status_code == 404
        forwarded = client.get(path, base_url=host, headers={"X-Forwarded-For": "203.0.113.7"})
        assert forwarded.status_code == 404


def test_minutes_are_counted_without_whose_they_are(app: Flask, browser: Browser) -> None:
    browser.get("/services")
    browser.get("/search?q=さくらのメール")
    with app.app_context():
        minutes.write()
        assert one("SELECT sum(count) FROM access_minutes WHERE face = 'resident'") == 2
        assert one("SELECT sum(count) FROM access_minutes WHERE kind = 'search'") == 1
        assert one("SELECT sum(count) FROM function_days") == 2
        columns = one("SELECT string_agg(column_name, ' ') FROM information_schema.columns"
                      " WHERE table_name IN ('access_minutes', 'function_days')")  # fmt: skip
    assert not {"resident_id", "address", "session"} & set(columns.split())


HOSTILE = (
    "sakura@resident.example",
    "U" + "0123456789abcdef" * 2,
    "123456",
)


def test_logs_have_a_request_id_and_nobody_s_data(
    app: Flask, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    logs.configure("INFO")
    app.test_client()  # the loggers are made at the first line
    try:
        with app.test_request_context("/ask", base_url=f"http://{RESIDENT_HOST}"):
            app.preprocess_request()
            structlog.get_logger("test").info(
                "hostile", said=HOSTILE[0], deep={"a": [HOSTILE[1], {"b": f"code {HOSTILE[2]}"}]}
            )
            try:
                raise ValueError(f"{HOSTILE[0]}\n{HOSTILE[1]} {HOSTILE[2]}")
            except ValueError:
                structlog.get_logger("test").exception("bug")
                logging.getLogger("library").exception("bug of a library")
        for path in (f"/search?q={HOSTILE[0]}", f"/{HOSTILE[1]}", f"/ask?code={HOSTILE[2]}"):
            answer = app.test_client().get(path, base_url=f"http://{RESIDENT_HOST}")
            assert answer.headers["X-Request-Id"]
    finally:
        logs.configure("WARNING")
    said = capsys.readouterr().err
    assert "hostile" in said
    assert not [word for word in HOSTILE if word in said]
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert all(line["request_id"] for line in lines if line["event"] in {"hostile", "request"})


def test_an_incident_with_its_deadlines(app: Flask) -> None:
    browser = clerk(app)
    browser.get("/staff/incidents/new")
    detected = in_tokyo(now()) - timedelta(minutes=40)
    later = f"{in_tokyo(now()) + timedelta(days=1):{LOCAL}}"
    page = browser.submit("保存する", title="検索が遅い", scope="全員", detected_at=later)
    assert "検知した時刻から、いままで" in page.text
    page = browser.submit(
        "保存する",
        title="検索が遅い",
        scope="検索",
        cause="program",
        detected_at=f"{detected:{LOCAL}}",
    )
    assert "期限切れ" in page.text  # told too late already
    page = browser.submit(
        "保存する",
        kind="notified",
        at=f"{detected + timedelta(minutes=39):{LOCAL}}",
        words="電話した",
    )
    assert "遅れて実施" in page.text
    page = browser.submit(
        "保存する", kind="agreed", at=f"{detected + timedelta(minutes=39):{LOCAL}}", words="合意"
    )
    assert "日付と時刻を入れてください" in page.text  # the agreed time is missing
    assert "検索が遅い" in browser.get("/staff/incidents").text
    with app.app_context():
        assert one("SELECT count(*) FROM audit_entries WHERE action LIKE 'incident.%'") == 2


def test_a_ticket_of_a_visitor_is_answered_by_mail_and_becomes_a_draft(app: Flask) -> None:
    visitor = Browser(app, f"http://{RESIDENT_HOST}")
    visitor.get("/contact")
    assert "入力" in visitor.submit("問い合わせを送る", words="").text
    page = visitor.submit("問い合わせを送る", words="字が小さいです", mail="sakura")
    assert "メールアドレスを確かめてください" in page.text
    page = visitor.submit(
        "問い合わせを送る", words="字が小さいです", mail="sakura@resident.example"
    )
    assert "受け付けました" in page.text
    with app.app_context():
        ticket_id = one("SELECT id FROM tickets")
        assert "字が小さい" not in str(one("SELECT words FROM tickets"))  # sealed
    browser = clerk(app, "knowledge.edit")
    assert "まだ回答していません" in browser.get("/staff/tickets").text
    browser.get(f"/staff/tickets/{ticket_id}")
    page = browser.submit("回答", words="下の「文字の大きさ」で変えられます")
    assert "回答しました" in page.text
    with app.app_context(), transaction() as session:
        sent = [(m.to, m.message) for m in session.query(OutboxMessage).order_by(OutboxMessage.id)]
        link = keeping.path(ticket_id)
    assert sent == [
        ("sakura@resident.example", "portal_ticket_received"),
        ("sakura@resident.example", "portal_ticket_answer"),
    ]
    assert "文字の大きさ" in visitor.get(link).text
    assert visitor.get("/contact/t/guess").status == 404
    browser.get(f"/staff/tickets/{ticket_id}/faq")
    page = browser.submit("下書きを保存する", question="字を大きくできますか")
    assert page.status == 200
    with app.app_context():
        assert one("SELECT state FROM answer_revisions WHERE body->'texts'->'ja'->>'question'"
                   " = '字を大きくできますか'") == "draft"  # fmt: skip
    browser.get(f"/staff/tickets/{ticket_id}")
    assert "もう一度開く" in browser.submit("閉じる").text


def test_a_resident_s_ticket_comes_along_and_is_told_without_an_address(app: Flask) -> None:
    with app.app_context():
        who = resident(mail="ume@resident.example")
    browser = signs_in(app, "resident", who)
    browser.get("/contact")
    browser.submit("問い合わせを送る", words="うまく動きません")
    staff = clerk(app)
    with app.app_context():
        ticket_id: UUID = one("SELECT id FROM tickets")
    staff.get(f"/staff/tickets/{ticket_id}")
    staff.submit("回答", words="直しました")
    with app.app_context(), transaction() as session:
        [message] = session.query(OutboxMessage)
        assert (message.to, message.message) == ("ume@resident.example", "portal_ticket_answer")
    assert "回答しました" in browser.get("/contact").text


def test_a_planned_stop_is_told_before_and_during(app: Flask, browser: Browser) -> None:
    staff = clerk(app)
    staff.get("/staff/maintenance")
    begin = in_tokyo(now()) + timedelta(days=2)
    past = f"{begin - timedelta(days=3):{LOCAL}}"
    until = f"{begin + timedelta(hours=2):{LOCAL}}"
    page = staff.submit("保存する", starts_at=past, ends_at=until, words_ja="点検")
    assert "始まる前に" in page.text
    staff.submit("保存する", starts_at=f"{begin:{LOCAL}}", ends_at=until, words_ja="点検のため")
    assert "メンテナンスのお知らせ" in browser.get("/").text
    assert "点検のため" in browser.get("/sign-in").text
    with app.app_context():
        read().execute(text("UPDATE planned_stops SET starts_at = now() - interval '1 hour',"
                            " announced_from = now() - interval '2 days'"))  # fmt: skip
        app.extensions["mado.stops"].forget()
    assert "メンテナンス中です" in browser.get("/services").text
    staff.get("/staff/maintenance")
    staff.submit("今、終了する")
    assert "メンテナンス中です" not in browser.get("/services").text


def test_the_on_call_table(app: Flask) -> None:
    staff = clerk(app)
    staff.get("/staff/watching/on-call")
    assert "当番がいません" in staff.submit("試しに送る").text
    span = {
        "starts_at": f"{in_tokyo(now()) - timedelta(hours=1):{LOCAL}}",
        "ends_at": f"{in_tokyo(now()) + timedelta(hours=9):{LOCAL}}",
    }
    page = staff.submit("保存する", name="夜間", **span)  # type: ignore[arg-type]
    assert "メールアドレスかLINE" in page.text
    page = staff.submit("保存する", name="夜間", mail="night@city.example", **span)  # type: ignore[arg-type]
    assert "night@city.example" in page.text
    assert "試しの連絡を送りました" in staff.submit("試しに送る").text
    assert "いま続いている障害はありません" in staff.get("/staff/watching").text
    staff.get("/staff/watching/on-call")
    assert "まだ登録がありません" in staff.submit("消す").text
    assert signs_in(app, "staff", WRITER).get("/staff/watching").status == 403


RUN = """
INSERT INTO backup_runs
  (id, kind, started_by, started_at, ended_at, outcome, generation, bytes, figures, fault)
VALUES (gen_random_uuid(), :kind, 'schedule', :at, :at, :outcome, :name, 38900000, :figures, :fault)
"""
PROVED = '{"tables": 9, "rows": 289089, "chain": "OK: 4 entries, 1 seal", "seconds": {"look": 2}}'


def test_the_page_of_backups_says_what_was_made_and_tried(app: Flask) -> None:
    staff = clerk(app)
    assert "まだバックアップがありません" in staff.get("/staff/backups").text
    runs = (
        ("base", 5, "done", "20261115T0230Z", '{"kept": [], "media_files": 2}', None),
        ("base", 1, "done", "20261119T0230Z", '{"kept": ["20261119T0230Z"]}', None),
        ("verify", 1, "done", "20261119T0230Z", PROVED, None),
        ("drill", 0, "failed", None, "{}", "BackupError: the drill missed its time"),
    )
    with app.app_context():
        for kind, days, outcome, name, told, fault in runs:
            at = now() - timedelta(days=days, hours=1)
            said = {"kind": kind, "at": at, "outcome": outcome, "name": name}
            read().execute(text(RUN), said | {"figures": told, "fault": fault})
        read().execute(
            text("INSERT INTO backup_wal_days VALUES (:day, 7, 1, :at, 61, 1, 'no route')"),
            {"day": today(), "at": now() - timedelta(seconds=90)},
        )
    page = staff.get("/staff/backups").text
    assert "9表、289089行" in page
    assert "OK: 4 entries, 1 seal" in page
    assert "the drill missed its time" in page
    assert "no route" in page
    assert "20261119T0230Z" in page
    assert "20261115T0230Z" not in page  # the last run left only the newer one on the target


def test_an_alert_becomes_an_incident_and_each_shows_the_other(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        session.add(Alert(fault="disk", detail="4%", told=1))
    staff = clerk(app)
    page = staff.get(staff.get("/staff/watching").link("障害として記録する"))
    assert "ディスクの空きが少なくなっています" in page.html
    page = staff.submit("保存する", scope="報告の写真", cause="machine")
    assert "もとの知らせ" in page.text
    assert "続いています" in page.text
    watching = staff.get("/staff/watching")
    assert "障害として記録する" not in watching.text
    assert "障害の記録：ディスク" in watching.text
