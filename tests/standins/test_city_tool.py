"""The demo city tool: says what it is, and when it must leave LINE's frame."""

from collections.abc import Iterator

import pytest
import requests

from standins.processes import StandinProcess


@pytest.fixture(scope="module")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = tmp_path_factory.mktemp("tool") / "tool.json"
    file.write_text(
        '{"line_url": "http://localhost:8010", "applications": {"boat": "ボートの届出"},'
        ' "sites": {"zoo": {"name": "動物園", "text": "動物園のサイトの代わりです。"}}}'
    )
    with StandinProcess.city_tool(file) as process:
        yield process.url


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/library", "図書館の蔵書検索"),
        ("/zoo", "動物園"),
        ("/e-application/nursery", "保育所の入所申込み"),
        ("/e-application/boat", "ボートの届出"),
        ("/e-application/anything", "電子申請"),
        ("/", "外部サイトの一覧"),
        ("/sites/iju.mado.example/", "移住ポータル"),
        ("/sites/shinsei.mado.example/?openExternalBrowser=1", "保育所の入所申込み"),
        ("/sites/www.city.mado.example/bosai/map/", "www.city.mado.example/bosai/map/"),
        ("/sites/unheard.example/", "unheard.example"),
    ],
)
def test_pages_stand_for_outside_sites(
    tool: str, http: requests.Session, path: str, words: str
) -> None:
    answer = http.get(tool + path, timeout=5)
    assert answer.status_code == 200
    assert words in answer.text
    assert "デモ用の外部サイト(スタンドイン)" in answer.text
    assert answer.headers["Mado-Standin"] == "city-tool"
    assert (
        "frame-ancestors 'self' http://localhost:8010"
        in (answer.headers["Content-Security-Policy"])
    )


def test_an_unknown_page_is_404(tool: str, http: requests.Session) -> None:
    assert http.get(tool + "/nothing", timeout=5).status_code == 404


def test_in_lines_frame_it_asks_to_leave(tool: str, http: requests.Session) -> None:
    address = tool + "/e-application/nursery?openExternalBrowser=1"
    framed = {"Sec-Fetch-Dest": "iframe"}
    assert "/static/leave.js" in http.get(address, headers=framed, timeout=5).text
    assert "leave.js" not in http.get(address, timeout=5).text
    assert "leave.js" not in http.get(address.split("?")[0], headers=framed, timeout=5).text
    host = tool + "/sites/shinsei.mado.example/?openExternalBrowser=1"
    assert "leave.js" in http.get(host, headers=framed, timeout=5).text


def test_an_application_needs_a_name_and_gives_a_number(tool: str, http: requests.Session) -> None:
    address = tool + "/e-application/nursery"
    empty = http.post(address, data={"nickname": " "}, timeout=5)
    assert (empty.status_code, "呼び名を入れてください" in empty.text) == (400, True)
    assert "DEMO-" in http.post(address, data={"nickname": "さくら"}, timeout=5).text


def test_the_library_card_works_without_the_city(tool: str, http: requests.Session) -> None:
    page = http.get(tool + "/library-card", timeout=5)
    assert page.status_code == 200 and "まど市の窓口の内容を使う" not in page.text  # an empty city
    empty = http.post(tool + "/library-card", data={"nickname": "さくら"}, timeout=5)
    assert empty.status_code == 400 and "生年月日を入れてください" in empty.text
    form = {"nickname": "さくら", "birthdate": "1990-04-01", "address": "まど市"}
    assert "DEMO-" in http.post(tool + "/library-card", data=form, timeout=5).text


def test_the_library_takes_no_answer_it_did_not_ask_for(tool: str, http: requests.Session) -> None:
    strange = {"code": "x", "state": "x", "iss": "http://localhost:8000"}
    assert http.get(tool + "/library-card/back", params=strange, timeout=5).status_code == 400
    for token in ("", "x.y.z"):
        told = {"logout_token": token}
        answer = http.post(tool + "/library-card/signed-out", data=told, timeout=15)
        assert answer.status_code == 400
