"""The mail catcher by real SMTP and as people and scripts read it."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import requests

from standins.processes import MailCatcherProcess, StandinProcess


@pytest.fixture(scope="module")
def catcher_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailCatcherProcess]:
    with StandinProcess.mail_catcher(tmp_path_factory.mktemp("mail")) as process:
        yield process


@pytest.fixture
def catcher(catcher_process: MailCatcherProcess) -> MailCatcherProcess:
    catcher_process.post("/__standin__/reset")
    return catcher_process


def mail(to: str = "sakura@resident.example", subject: str = "確認コード 123456") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "まど市 <no-reply@mado.example>"
    message["To"] = to
    message.set_content("コードは 123456 です。")
    message.add_alternative("<p>コードは <b>123456</b></p><script>1</script>", subtype="html")
    return message


def send(catcher: MailCatcherProcess, message: EmailMessage) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("localhost", catcher.smtp_port) as smtp:
        return smtp.send_message(message)


def caught(catcher: MailCatcherProcess, query: str = "") -> list[dict[str, Any]]:
    return list(catcher.get(f"/messages.json{query}")["messages"])


def test_a_message_is_kept_and_read(catcher: MailCatcherProcess) -> None:
    assert send(catcher, mail()) == {}
    (found,) = caught(catcher)
    assert found["subject"] == "確認コード 123456"
    assert found["recipients"] == ["sakura@resident.example"]
    assert found["header_from"] == "まど市 <no-reply@mado.example>"
    assert found["text"].strip() == "コードは 123456 です。"
    assert "<b>123456</b>" in found["html"]


def test_the_server_announces_itself_and_its_extensions(catcher: MailCatcherProcess) -> None:
    with smtplib.SMTP() as smtp:
        code, banner = smtp.connect("localhost", catcher.smtp_port)
        assert (code, b"mado-standin" in banner) == (220, True)
        smtp.ehlo()
        assert b"mado-standin" in (smtp.ehlo_resp or b"")
        for extension in ("size", "8bitmime", "smtputf8"):
            assert smtp.has_extn(extension)
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            smtp.sendmail("a@mado.example", "b@mado.example", b"x", ["size=99999999"])
        assert refused.value.smtp_code == 552


def test_addresses_in_japanese_are_taken(catcher: MailCatcherProcess) -> None:
    with smtplib.SMTP("localhost", catcher.smtp_port) as smtp:
        smtp.sendmail(
            "no-reply@mado.example",
            "さくら@resident.example",
            "Subject: ことば\r\n\r\nほんぶん".encode(),
            ["SMTPUTF8", "BODY=8BITMIME"],
        )
    (found,) = caught(catcher, "?to=%E3%81%95%E3%81%8F%E3%82%89")
    assert found["recipients"] == ["さくら@resident.example"]


def test_the_search_is_by_recipient(catcher: MailCatcherProcess) -> None:
    send(catcher, mail())
    send(catcher, mail("keyaki@resident.example", "けやきへ"))
    assert [one["subject"] for one in caught(catcher, "?to=KEYAKI")] == ["けやきへ"]
    assert len(caught(catcher)) == 2
    first = caught(catcher)[-1]["id"]
    assert [one["subject"] for one in caught(catcher, f"?after={first}")] == ["けやきへ"]


def test_some_addresses_bounce_and_some_wait(catcher: MailCatcherProcess) -> None:
    found = send(catcher, mail("bounce-1@resident.example, sakura@resident.example"))
    assert found["bounce-1@resident.example"][0] == 550
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(catcher, mail("later-1@resident.example"))
    assert refused.value.recipients["later-1@resident.example"][0] == 451
    assert caught(catcher)[0]["recipients"] == ["sakura@resident.example"]


def test_a_test_can_order_refusals(catcher: MailCatcherProcess) -> None:
    order = {"refuse": [{"pattern": "^sakura@", "answer": "452 4.2.2 Mailbox full"}]}
    catcher.post("/__standin__/fault", order)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(catcher, mail())
    assert refused.value.recipients["sakura@resident.example"][0] == 452
    catcher.post("/__standin__/fault", {"refuse": []})
    assert send(catcher, mail()) == {}


def test_the_pages_show_it_and_let_nothing_run(catcher: MailCatcherProcess) -> None:
    send(catcher, mail())
    number = caught(catcher)[0]["id"]
    with requests.Session() as http:
        inbox = http.get(catcher.url, timeout=5)
        assert inbox.headers["Mado-Standin"] == "mail-catcher"
        assert "確認コード 123456" in inbox.text
        page = http.get(f"{catcher.url}/messages/{number}", timeout=5)
        assert "sakura@resident.example" in page.text
        assert "<script>1" not in page.text
        part = http.get(f"{catcher.url}/messages/{number}/html", timeout=5)
        policy = part.headers["Content-Security-Policy"]
        assert policy.startswith("sandbox ")
        assert "allow-scripts" not in policy
        raw = http.get(f"{catcher.url}/messages/{number}/raw", timeout=5)
        assert "From: " in raw.text
        assert http.get(f"{catcher.url}/messages/999999", timeout=5).status_code == 404
        elsewhere = {"Sec-Fetch-Site": "cross-site"}
        assert http.post(f"{catcher.url}/clear", headers=elsewhere, timeout=5).status_code == 403
        assert len(caught(catcher)) == 1
        http.post(f"{catcher.url}/clear", timeout=5)
        assert caught(catcher) == []


def test_a_second_run_has_the_mail_of_the_first(tmp_path: Path) -> None:
    with StandinProcess.mail_catcher(tmp_path) as first:
        send(first, mail())
    with StandinProcess.mail_catcher(tmp_path) as second:
        assert len(caught(second)) == 1
    assert second.stop() == 0
