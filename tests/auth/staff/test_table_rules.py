"""Tables of clerks: what spreadsheets write is read, what it would do is a plan."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from auth.staff.bulk import Known, Step, plan
from auth.staff.last_administrator import first_day_without, leaves_a_gap
from auth.staff.roles import ROLES
from auth.staff.tables import BadTable, Row, Written, decoded, read_table, written_table

TODAY = date(2026, 3, 25)
HEAD = "email,name,roles,starts_on,ends_on"
KOHO = "koho@city.example"


def normal(text: str) -> str | None:
    return text.lower() if "@" in text else None


def known(**more: Any) -> Known:
    values: dict[str, Any] = {
        "email": KOHO,
        "name": "広報の書き手",
        "roles": ("author",),
        "starts_on": date(2024, 4, 1),
        "ends_on": None,
        "login_name": "",
        "issuer": "",
        "subject": "",
        "set_up": True,
        "planned_roles": (),
        "planned_from": None,
    }
    return Known(**(values | more))


def step(line: str, *accounts: Known, head: str = HEAD) -> Step:
    (found,) = steps(f"{head}\n{line}\n", *accounts)
    return found


def steps(text: str, *accounts: Known) -> list[Step]:
    there = {one.email: one for one in accounts}
    rows = read_table(text, normal)
    return plan(rows, there, frozenset(ROLES), frozenset({"https://office.example"}), TODAY)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_what_spreadsheets_write_is_read(encoding: str) -> None:
    raw = f'{HEAD}\r\nKOHO@city.example,"髙橋 広報①",author approver,2026/4/1,\r\n'.encode(encoding)
    (row,) = read_table(decoded(raw), normal)
    assert row == Row(
        2, KOHO, "髙橋 広報①", ("approver", "author"), date(2026, 4, 1), None, None, "", ""
    )


def test_japanese_names_of_columns_and_tabs() -> None:
    text = "メール\t氏名\t役割\t開始日\n" + f"{KOHO}\t広報\tauthor・approver\t2026-04-01\n"
    assert read_table(text, normal)[0].roles == ("approver", "author")


@pytest.mark.parametrize(
    "text",
    [
        "",
        HEAD,
        "email,name\nx@y,x\n",
        "email,name,roles,roles\nx@y,x,author,author\n",
        "email,name,roles,password\nx@y,x,author,secret\n",
        'email,name,roles\n"x@y,x,author\n',
        "email,name,roles\n" + "x@y,x,author\n" * 5001,
    ],
)
def test_what_is_no_table_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(BadTable):
        read_table(text, normal)


def test_another_encoding_is_refused() -> None:
    with pytest.raises(BadTable):
        decoded("山".encode("euc-jp") + b"\x80\x81")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("nobody,x,author,,", "This is not a mail address."),
        ("x@y,,author,,", "The name is missing."),
        ("x@y,x,,,", "No role is named."),
        ("x@y,x,king,,", "A role is unknown."),
        ("x@y,x,author,4月1日,", "A day must be written like 2026-04-01."),
        ("x@y,x,author,2026-02-30,", "A day must be written like 2026-04-01."),
        ("x@y,x,author,2026-04-02,2026-04-01", "The last day is before the first day."),
        ("x@y,x,author,,2026-03-24", "The last day is before the first day."),
        ("x@y,x,author,,,more", "Too many columns."),
        (f"x@y,{'x' * 81},author,,", "A value is too long."),
        ("x@y,x\x07y,author,,", "A value holds a sign that can not be kept."),
        (f"{KOHO},広報の書き手,author,,2024-03-31", "The last day is before the first day."),
    ],
)
def test_a_fault_has_its_line_and_cause(line: str, fault: str) -> None:
    found = step(line, known())
    assert (found.kind, found.fault, found.row.line) == ("error", fault, 2)


def test_what_would_be_twice_is_a_fault() -> None:
    head = "email,name,roles,login_name,identity_issuer,identity_subject"
    text = (
        f"{head}\n"
        "a@y,甲,author,001,https://office.example,s1\n"
        "a@y,甲,author,,,\n"
        "b@y,乙,author,001,,\n"
        "c@y,丙,author,,https://office.example,s1\n"
        "d@y,丁,author,K1,,\n"
        "e@y,戊,author,,https://office.example,s9\n"
        "f@y,己,author,,https://evil.example,s2\n"
        "g@y,庚,author,,https://office.example,\n"
    )
    there = known(login_name="k1", issuer="https://office.example", subject="s9")
    assert [one.fault for one in steps(text, there)] == [
        "",
        "This mail address is in the table twice.",
        "Another clerk has this login name.",
        "This outside identity is another clerk's.",
        "Another clerk has this login name.",
        "This outside identity is another clerk's.",
        "The issuer is not set up.",
        "Issuer and name there belong together.",
    ]


def test_kinds_of_change() -> None:
    assert step("new@y,新しい人,author,,").kind == "new"
    assert step(f"{KOHO},広報の書き手,author,,", known()).kind == "unchanged"
    renamed = step(f"{KOHO},広報,author,,", known())
    assert (renamed.kind, renamed.changes) == ("changed", (("name", "広報の書き手", "広報"),))
    ended = step(f"{KOHO},広報の書き手,author,,2026-03-31", known())
    assert (ended.kind, ended.values) == ("ended", {"ends_on": date(2026, 3, 31)})
    longer = known(ends_on=date(2026, 3, 31))
    assert step(f"{KOHO},広報の書き手,author,,", longer).values == {"ends_on": None}


def test_roles_of_a_clerk_in_use_change_on_the_day_and_access_stays() -> None:
    found = step(f"{KOHO},広報の書き手,approver,2026-04-01,", known())
    assert found.roles_from == date(2026, 4, 1)
    assert found.values == {}
    planned = known(planned_roles=("approver",), planned_from=date(2026, 4, 1))
    assert step(f"{KOHO},広報の書き手,approver,2026-04-01,", planned).kind == "unchanged"
    at_once = step(f"{KOHO},広報の書き手,approver,2026-03-25,", known())
    assert at_once.values == {"roles": ["approver"]}


def test_an_ended_clerk_comes_back() -> None:
    gone = known(ends_on=date(2025, 3, 31), set_up=False)
    found = step(f"{KOHO},広報の書き手,author,2026-04-01,", gone)
    assert found.values == {"ends_on": None, "starts_on": date(2026, 4, 1)}
    assert found.kind == "changed" and found.invites


def test_a_download_is_read_back_as_no_change() -> None:
    there = known(name="=cmd|' /C calc'!A1", login_name="'+81", ends_on=date(2026, 4, 30))
    text = written_table([there])
    assert "\r\nkoho@city.example,'=cmd" in text
    (found,) = steps(text, there)
    assert found.kind == "unchanged"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "＝", "＠", "'"])
def test_a_download_runs_nothing_in_a_spreadsheet(sign: str) -> None:
    row = Written("a@y", sign + "1+1", ("author",), TODAY, None, "", "", "")
    cell = written_table([row]).split("\r\n", 1)[1].split(",")[1].strip('"')
    assert cell.startswith("'")


NEVER = None


@pytest.mark.parametrize(
    ("spans", "gap"),
    [
        ([], TODAY),
        ([(date(2020, 1, 1), NEVER)], None),
        ([(date(2020, 1, 1), date(2026, 3, 31))], date(2026, 4, 1)),
        ([(date(2020, 1, 1), date(2026, 3, 31)), (date(2026, 4, 1), NEVER)], None),
        ([(date(2020, 1, 1), date(2026, 3, 31)), (date(2026, 4, 2), NEVER)], date(2026, 4, 1)),
        ([(date(2026, 4, 1), NEVER)], TODAY),
        ([(date(2020, 1, 1), date(2019, 1, 1))], TODAY),
    ],
)
def test_the_first_day_without_administrator(spans: Any, gap: date | None) -> None:
    assert first_day_without(spans, TODAY) == gap


def test_a_gap_that_was_there_does_not_stop_other_changes() -> None:
    ending = [(date(2020, 1, 1), date(2026, 3, 31))]
    assert not leaves_a_gap(ending, ending, TODAY)
    assert not leaves_a_gap([], [], TODAY)
    assert leaves_a_gap(ending, [], TODAY)
    assert leaves_a_gap([(date(2020, 1, 1), NEVER)], ending, TODAY)
