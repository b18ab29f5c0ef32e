"""Files a spreadsheet opens: nothing runs, nothing is changed; no application, no database."""

from __future__ import annotations

import csv
import io
import json

import pytest

from notifications.handing_over import files
from notifications.handing_over.defining import FaultyHandOver, Wanted

COLUMNS = {"id": "会員", "state": "state", "address": "userId", "子育て": "子育て"}


def record(address: str = "U" + "a" * 32, **more: str) -> dict[str, str]:
    return {"id": "1", "state": "active", "address": address, "子育て": "1"} | more


@pytest.mark.parametrize(
    "address",
    [
        '=HYPERLINK("https://outside.example")@mail.example',
        "+1@mail.example",
        "-1@mail.example",
        "@mail.example",
        "＝1@mail.example",
        "\t=1@mail.example",
        "%0A@mail.example",
        "a@mail.example\r\n=cmd|' /C calc'!A0",
        "a\x00@mail.example",
        "a\u202e@mail.example",
    ],
)
def test_what_a_spreadsheet_would_run_is_left_out_not_changed(address: str) -> None:
    made = files.write([record(address, id="2"), record()], COLUMNS, "csv", "utf-8")
    assert (made.given, made.left_out) == (("1",), ("2",))
    rows = list(csv.reader(io.StringIO(made.data.decode())))
    assert rows == [["会員", "state", "userId", "子育て"], ["1", "active", "U" + "a" * 32, "1"]]


def test_encodings_are_what_they_say() -> None:
    plain = files.write([record()], COLUMNS, "csv", "utf-8").data
    assert files.write([record()], COLUMNS, "csv", "utf-8-sig").data == b"\xef\xbb\xbf" + plain
    old = files.write(
        [record("\u9ad9@mail.example", id="2"), record("한@mail.example")], COLUMNS, "csv", "cp932"
    )
    assert (old.given, old.left_out) == (("2",), ("1",))
    assert old.data.decode("cp932").startswith("会員,state,userId,子育て\r\n2,active,髙@")
    gone = {"id": "9", "state": "deleted"}
    told = json.loads(files.write([record("=a@mail.example"), gone], COLUMNS, "json", "utf-8").data)
    assert told["items"][0]["userId"] == "=a@mail.example"  # JSON runs nowhere
    assert told["items"][1] == {"会員": "9", "state": "deleted"}


def wanted(encoding: str = "utf-8", **names: str) -> Wanted:
    return Wanted("KANAMETO", "催し", "line", ("子育て",), "csv", encoding, names)


@pytest.mark.parametrize(
    ("names", "encoding", "reason"),
    [
        ({"address": "=1+1"}, "utf-8", "name"),
        ({"address": "a\nb"}, "utf-8", "name"),
        ({"address": "あ" * 61}, "utf-8", "name"),
        ({"address": "한국어"}, "cp932", "name"),
        ({"birthdate": "生年月日"}, "utf-8", "name"),
        ({"address": "id"}, "utf-8", "twice"),
    ],
)
def test_bad_names_of_columns_are_refused(
    names: dict[str, str], encoding: str, reason: str
) -> None:
    with pytest.raises(FaultyHandOver) as refused:
        wanted(encoding, **names).columns()
    assert refused.value.reason == reason


def test_columns_stand_in_their_order() -> None:
    found = wanted(address="LINEユーザーID").columns()
    assert list(found) == ["id", "state", "address", "子育て"]
    assert found["address"] == "LINEユーザーID"
