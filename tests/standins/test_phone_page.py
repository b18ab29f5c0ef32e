"""The phone page without a browser: what it shows, what a tap does, who may tap."""

import re

import pyotp
import pytest
import requests

from tests.standins.conftest import KEYAKI, SAKURA, STRANGER, SUMIRE, Line, Webhooks, text
from tests.standins.test_line_sending import FLEX_TEXT, bubble, flex, push, quick


def screen(line: Line, user: str = SAKURA) -> str:
    answer = line.get("/phone", params={"user": user})
    assert answer.status_code == 200
    assert len(re.findall("<h1", answer.text)) == 1
    return answer.text


def send(line: Line, messages: list[dict[str, object]], to: str = SAKURA) -> None:
    answer = line.api("POST", "/v2/bot/message/push", {"to": to, "messages": messages})
    assert answer.status_code == 200, answer.text


def test_the_list_counts_what_is_unread_until_the_talk_is_opened(line: Line) -> None:
    push(line)
    push(line)
    listed = line.get("/phone").text
    assert '<span class="badge-number">2</span>' in listed
    assert "まだ友だちではありません" in listed
    screen(line)
    assert '<span class="badge-number">2</span>' not in line.get("/phone").text


def test_texts_are_escaped_and_their_addresses_can_be_tapped(line: Line) -> None:
    send(line, text("<b>太字</b> https://mado.example/a?b=1&c=2。"))
    page = screen(line)
    assert "&lt;b&gt;太字" in page
    assert 'class="in-text open" href="https://mado.example/a?b=1&amp;c=2"' in page


def test_addresses_for_the_system_browser_are_marked(line: Line) -> None:
    send(line, text("https://mado.example/?openExternalBrowser=1"))
    assert 'class="in-text outside"' in screen(line)


def test_flex_is_drawn_with_a_style_sheet_of_its_own(line: Line) -> None:
    button = {
        "type": "button",
        "style": "primary",
        "color": "#0a7d3c",
        "action": {
            "type": "postback",
            "label": "あとで",
            "data": "later=1",
            "displayText": "あとで",
        },
    }
    words = {"type": "text", "text": "<健診>", "size": "xl", "weight": "bold", "wrap": True}
    send(line, flex(bubble([words, button, {"type": "separator"}, FLEX_TEXT])))
    page = screen(line)
    assert "style=" not in page
    assert "&lt;健診&gt;" in page
    assert 'name="data" value="later=1"' in page
    row = re.search(r"/phone/flex/(\d+)\.css", page)
    assert row
    css = line.get(f"/phone/flex/{row.group(1)}.css")
    assert css.headers["Content-Type"].startswith("text/css")
    assert "font-size:22px" in css.text
    assert "background-color:#0a7d3c" in css.text


def test_what_is_no_colour_or_length_never_reaches_the_style_sheet(line: Line) -> None:
    evil = {"type": "text", "text": "a", "color": "red;}body{display:none", "size": "9px}x{"}
    line.control("config", {"quota": {"type": "none"}})
    answer = line.api(
        "POST", "/v2/bot/message/push", {"to": SAKURA, "messages": flex(bubble([evil]))}
    )
    assert answer.status_code == 200
    row = re.search(r"/phone/flex/(\d+)\.css", screen(line))
    assert row
    css = line.get(f"/phone/flex/{row.group(1)}.css").text
    assert "display:none" not in css
    assert "9px" not in css


def test_quick_replies_stand_until_something_follows(line: Line) -> None:
    send(line, quick("はい", "いいえ"))
    assert 'class="quick">はい' in screen(line)
    tap = {"user": SAKURA, "type": "message", "text": "はい"}
    assert line.form("/phone/act", tap).status_code == 303
    assert 'class="quick"' not in screen(line)
    assert line.talk(SAKURA)[-1]["text"] == "はい"


def test_a_postback_shows_its_text_and_sends_its_data(line: Line, webhooks: Webhooks) -> None:
    tap = {"user": SAKURA, "type": "postback", "data": "a=1", "displayText": "ごみの日"}
    line.form("/phone/act", tap)
    (body,) = webhooks.wait(1)
    assert body["events"][0]["postback"] == {"data": "a=1"}
    assert line.talk(SAKURA) == [{"type": "text", "text": "ごみの日"}]


def test_texts_stickers_places_and_photos_are_sent(line: Line, webhooks: Webhooks) -> None:
    line.form("/phone/say", {"user": SAKURA, "text": " こんにちは "})
    line.form("/phone/say", {"user": SAKURA, "kind": "sticker", "sticker": "1"})
    line.form("/phone/say", {"user": SAKURA, "kind": "location"})
    photo = {"photo": ("a.png", b"\x89PNG", "image/png")}
    line.form("/phone/say", {"user": SAKURA, "kind": "image"}, files=photo)
    said = [body["events"][0]["message"] for body in webhooks.wait(4)]
    assert [one["type"] for one in said] == ["text", "sticker", "location", "image"]
    assert said[0]["text"] == "こんにちは"
    content = line.api("GET", f"/v2/bot/message/{said[3]['id']}/content")
    assert (content.content, content.headers["Content-Type"]) == (b"\x89PNG", "image/png")
    wrong = {"photo": ("a.svg", b"<svg>", "image/svg+xml")}
    answer = line.form("/phone/say", {"user": SAKURA, "kind": "image"}, files=wrong)
    assert answer.status_code == 400


def test_blocking_and_adding(line: Line) -> None:
    assert "友だちに追加する" in screen(line, SUMIRE)
    line.form("/phone/friend", {"user": SUMIRE, "state": "friend"})
    assert "ブロックする" in screen(line, SUMIRE)
    line.form("/phone/friend", {"user": SUMIRE, "state": "blocked"})
    assert "ブロックを解除する" in screen(line, SUMIRE)
    line.form("/phone/friend", {"user": SUMIRE, "state": "friend"})
    assert line.process.get("/__standin__/state")["friends"][SUMIRE] == "friend"


def test_a_message_taken_back_is_gone(line: Line) -> None:
    line.form("/phone/say", {"user": SAKURA, "text": "まちがい"})
    line.form("/phone/unsend", {"user": SAKURA, "message": line.talk(SAKURA)[0]["id"]})
    page = screen(line)
    assert "送信を取り消しました" in page
    assert "まちがい" not in page


def test_updates_bring_only_what_is_new(line: Line) -> None:
    push(line)
    first = line.get("/phone/updates", params={"user": SAKURA, "after": 0}).json()
    assert "こんにちは" in first["html"]
    nothing = line.get("/phone/updates", params={"user": SAKURA, "after": first["last"]}).json()
    assert nothing["html"] == ""
    line.api("POST", "/v2/bot/chat/loading/start", {"chatId": SAKURA})
    assert line.get("/phone/updates", params={"user": SAKURA}).json()["writing"]
    push(line)
    more = line.get("/phone/updates", params={"user": SAKURA, "after": first["last"]}).json()
    assert (more["html"].count("<li"), more["writing"]) == (1, False)
    assert more["unread"] == {SAKURA: 2, KEYAKI: 0, SUMIRE: 0}


def test_other_sites_cannot_hold_the_phone(line: Line) -> None:
    elsewhere = {"Sec-Fetch-Site": "same-site"}
    for path in ("/phone/say", "/phone/act", "/phone/friend", "/__standin__/say"):
        answer = line.form(path, {"user": SAKURA, "text": "a"}, headers=elsewhere)
        assert answer.status_code == 403, path
    assert line.talk(SAKURA) == []
    assert line.get("/phone", params={"user": STRANGER}).status_code == 404


def test_the_page_runs_only_its_own_scripts(line: Line) -> None:
    answer = line.get("/phone", params={"user": SAKURA})
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "<script>" not in answer.text


def test_another_name_of_this_machine_leads_to_the_public_one(line: Line) -> None:
    address = f"http://127.0.0.1:{line.process.port}/phone?user={SAKURA}"
    answer = line.http.get(
        address, headers={"Accept": "text/html"}, allow_redirects=False, timeout=5
    )
    assert answer.headers["Location"] == f"{line.url}/phone?user={SAKURA}"


def codes(line: Line) -> list[dict[str, str]]:
    return list(line.get("/authenticator/codes.json").json()["codes"])


def test_the_authenticator_shows_codes_of_what_it_was_given(line: Line) -> None:
    secret = pyotp.random_base32()
    line.control("config", {"authenticator": [{"label": "職員A", "secret": secret}]})
    uri = pyotp.TOTP(pyotp.random_base32()).provisioning_uri(name="けやき", issuer_name="まど市")
    assert line.form("/authenticator", {"uri": uri, "owner": SAKURA}).status_code == 303
    seeded, pasted = codes(line)
    assert pyotp.TOTP(secret).verify(seeded["code"], valid_window=1)
    assert (seeded["label"], pasted["label"]) == ("職員A", "まど市 けやき")
    assert "さくらの電話" in line.get("/authenticator").text
    line.control("config", {"authenticator": []})


@pytest.mark.parametrize(
    "uri", ["", f"otpauth://hotp/a?secret={'A' * 32}&counter=0", "otpauth://totp/a", "かぎ", "ABC1"]
)
def test_the_authenticator_refuses_what_makes_no_code(line: Line, uri: str) -> None:
    answer = line.form("/authenticator", {"uri": uri})
    assert (answer.status_code, 'role="alert"' in answer.text) == (400, True)
    assert codes(line) == []


def test_a_bad_configuration_changes_nothing(line: Line) -> None:
    for change in (
        {"residents": [{"user_id": "x", "display_name": "x"}]},
        {"quota": {"type": "some"}},
        {"authenticator": [{"label": "a", "secret": "short"}]},
        {"unknown": 1},
    ):
        answer = requests.post(f"{line.url}/__standin__/config", json=change, timeout=5)
        assert answer.status_code == 400, change
    assert "さくら" in screen(line)
