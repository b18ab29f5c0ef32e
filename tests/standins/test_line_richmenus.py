"""Rich menus: the picture first, never replaced; aliases, default, people's own."""

import struct
import zlib
from typing import Any

import pytest
import requests

from tests.standins.conftest import KEYAKI, SAKURA, SUMIRE, Line

MENU = {
    "size": {"width": 800, "height": 540},
    "selected": True,
    "name": "main",
    "chatBarText": "メニュー",
    "areas": [
        {
            "bounds": {"x": 0, "y": 0, "width": 400, "height": 540},
            "action": {"type": "uri", "label": "マイページ", "uri": "http://localhost:8000/"},
        },
        {
            "bounds": {"x": 400, "y": 0, "width": 400, "height": 540},
            "action": {
                "type": "richmenuswitch",
                "label": "つぎ",
                "richMenuAliasId": "second",
                "data": "switched",
            },
        },
    ],
}


def png(width: int = 800, height: int = 540) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = (b"\0" + b"\xcc" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def create(line: Line, **change: Any) -> str:
    return str(line.api("POST", "/v2/bot/richmenu", {**MENU, **change}).json()["richMenuId"])


def upload(line: Line, menu: str, data: bytes, kind: str = "image/png") -> requests.Response:
    return line.http.post(
        f"{line.url}/v2/bot/richmenu/{menu}/content",
        data=data,
        headers={"Authorization": f"Bearer {line.token}", "Content-Type": kind},
        timeout=10,
    )


def with_picture(line: Line) -> str:
    menu = create(line)
    assert upload(line, menu, png()).status_code == 200
    return menu


def test_a_menu_is_kept_as_it_was_made(line: Line) -> None:
    menu = create(line)
    assert line.api("GET", f"/v2/bot/richmenu/{menu}").json() == {"richMenuId": menu, **MENU}
    found = line.api("GET", "/v2/bot/richmenu/list").json()["richmenus"]
    assert [one["richMenuId"] for one in found] == [menu]
    assert line.api("DELETE", f"/v2/bot/richmenu/{menu}").status_code == 200
    assert line.api("GET", f"/v2/bot/richmenu/{menu}").status_code == 404


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"size": {"width": 799, "height": 540}}, "size"),
        ({"size": {"width": 2501, "height": 540}}, "size"),
        ({"size": {"width": 800, "height": 249}}, "size"),
        ({"size": {"width": 800, "height": 552}}, "size"),
        ({"selected": None}, "selected"),
        ({"chatBarText": "あ" * 15}, "chatBarText"),
        ({"name": ""}, "name"),
        ({"areas": [MENU["areas"][0]] * 21}, "areas"),  # type: ignore[index]
        (
            {
                "areas": [
                    {
                        "bounds": {"x": 401, "y": 0, "width": 400, "height": 540},
                        "action": {"type": "message", "text": "a"},
                    }
                ]
            },
            "areas[0].bounds",
        ),
        (
            {
                "areas": [
                    {
                        "bounds": {"x": 0, "y": 0, "width": 400, "height": 540},
                        "action": {"type": "camera", "label": "a"},
                    }
                ]
            },
            "areas[0].action.type",
        ),
        ({"color": "red"}, "color"),
    ],
)
def test_faulty_menus_are_refused(line: Line, change: dict[str, Any], place: str) -> None:
    for path in ("/v2/bot/richmenu", "/v2/bot/richmenu/validate"):
        answer = line.api("POST", path, {**MENU, **change})
        assert answer.status_code == 400
        assert place in [one["property"] for one in answer.json()["details"]]


def test_a_picture_fits_its_menu_and_is_never_replaced(line: Line) -> None:
    menu = create(line)
    assert upload(line, menu, png(), "image/gif").status_code == 415
    assert upload(line, menu, png(), "image/jpeg").status_code == 400
    assert upload(line, menu, png(810, 540)).status_code == 400
    assert upload(line, menu, b"x" * (1024 * 1024 + 1)).status_code == 413
    assert upload(line, menu, png()).status_code == 200
    assert upload(line, menu, png()).status_code == 400
    assert upload(line, "richmenu-x", png()).status_code == 404
    assert line.api("GET", f"/v2/bot/richmenu/{menu}/content").content == png()


def test_a_menu_without_a_picture_can_be_shown_nowhere(line: Line) -> None:
    menu = create(line)
    alias = {"richMenuAliasId": "main", "richMenuId": menu}
    calls = [
        ("/v2/bot/richmenu/alias", alias),
        (f"/v2/bot/user/all/richmenu/{menu}", None),
        (f"/v2/bot/user/{SAKURA}/richmenu/{menu}", None),
        ("/v2/bot/richmenu/bulk/link", {"richMenuId": menu, "userIds": [SAKURA]}),
    ]
    for path, body in calls:
        answer = line.api("POST", path, body)
        assert answer.status_code == 400
        assert "upload richmenu image" in answer.json()["message"]


def test_aliases_are_made_moved_and_removed(line: Line) -> None:
    one, two = with_picture(line), with_picture(line)
    base = "/v2/bot/richmenu/alias"
    assert line.api("POST", base, {"richMenuAliasId": "main", "richMenuId": one}).ok
    again = line.api("POST", base, {"richMenuAliasId": "main", "richMenuId": two})
    assert again.json()["message"] == "conflict richmenu alias id"
    wrong = line.api("POST", base, {"richMenuAliasId": "Main", "richMenuId": two})
    assert wrong.status_code == 400
    assert line.api("POST", f"{base}/main", {"richMenuId": two}).status_code == 200
    assert line.api("GET", f"{base}/main").json()["richMenuId"] == two
    assert line.api("GET", f"{base}/list").json()["aliases"][0]["richMenuId"] == two
    assert line.api("DELETE", f"{base}/main").status_code == 200
    assert line.api("GET", f"{base}/main").status_code == 404


def test_a_persons_own_menu_goes_before_the_default(line: Line) -> None:
    default, own = with_picture(line), with_picture(line)
    assert line.api("GET", "/v2/bot/user/all/richmenu").status_code == 404
    line.api("POST", f"/v2/bot/user/all/richmenu/{default}")
    assert line.api("GET", "/v2/bot/user/all/richmenu").json() == {"richMenuId": default}
    assert line.api("GET", f"/v2/bot/user/{SAKURA}/richmenu").status_code == 404
    line.api("POST", f"/v2/bot/user/{SAKURA}/richmenu/{own}")
    assert line.api("GET", f"/v2/bot/user/{SAKURA}/richmenu").json() == {"richMenuId": own}
    assert own in line.get(f"/phone?user={SAKURA}").text
    assert default in line.get(f"/phone?user={KEYAKI}").text
    line.api("DELETE", f"/v2/bot/user/{SAKURA}/richmenu")
    assert default in line.get(f"/phone?user={SAKURA}").text
    line.api("DELETE", "/v2/bot/user/all/richmenu")
    assert default not in line.get(f"/phone?user={SAKURA}").text


def test_linking_who_is_no_friend_succeeds_and_does_nothing(line: Line) -> None:
    menu = with_picture(line)
    body = {"richMenuId": menu, "userIds": [SAKURA, SUMIRE]}
    assert line.api("POST", "/v2/bot/richmenu/bulk/link", body).status_code == 202
    assert line.api("GET", f"/v2/bot/user/{SAKURA}/richmenu").status_code == 200
    assert line.api("GET", f"/v2/bot/user/{SUMIRE}/richmenu").status_code == 404
    gone = {"userIds": [SAKURA]}
    assert line.api("POST", "/v2/bot/richmenu/bulk/unlink", gone).status_code == 202
    assert line.api("GET", f"/v2/bot/user/{SAKURA}/richmenu").status_code == 404


def test_tapping_a_tab_switches_the_menu_and_says_so(line: Line) -> None:
    first, second = with_picture(line), with_picture(line)
    line.api("POST", f"/v2/bot/user/all/richmenu/{first}")
    alias = {"richMenuAliasId": "second", "richMenuId": second}
    line.api("POST", "/v2/bot/richmenu/alias", alias)
    tap = {
        "user": SAKURA,
        "type": "richmenuswitch",
        "richMenuAliasId": "second",
        "data": "switched",
    }
    assert line.form("/phone/act", tap).status_code == 303
    assert second in line.get(f"/phone?user={SAKURA}").text
    event = line.process.get("/__standin__/events")["events"][-1]["event"]
    assert event["postback"] == {
        "data": "switched",
        "params": {"newRichMenuAliasId": "second", "status": "SUCCESS"},
    }


def test_the_phone_draws_the_areas_where_they_lie(line: Line) -> None:
    menu = with_picture(line)
    line.api("POST", f"/v2/bot/user/all/richmenu/{menu}")
    page = line.get(f"/phone?user={SAKURA}").text
    assert 'class="area area-0 open" href="http://localhost:8000/"' in page
    assert 'aria-label="マイページ"' in page
    style = line.get(f"/phone/menu/{menu}.css").text
    assert ".area-1{left:50.000%;top:0.000%;width:50.000%;height:100.000%}" in style
    assert line.get(f"/phone/menu/{menu}.image").content == png()
