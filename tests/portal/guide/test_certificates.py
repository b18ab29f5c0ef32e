"""Kiosks: open, closed or not available now, when that changes, and the table of examples."""

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal.catalogue.reading import FaultyEntry
from portal.guide.certificate_commands import check
from portal.guide.certificates import TOKYO, Applicant, KioskState, Why, kiosk_status
from portal.guide.certificates_check import check_file, check_rows
from portal.guide.certificates_reading import FILE, load_certificates, read_certificates

VECTORS = Path(__file__).parents[2] / "data" / "kiosk_vectors.csv"
MORE = VECTORS.with_name("kiosk_vectors_more.csv")  # our own rows: every edge, shop and device
ROWS = [
    row
    for file in (VECTORS, MORE)
    for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())
]
NOON = "2026-11-20T12:00+09:00"


def outcome(now: str, certificate: str, facts: str, expected: str, change: str = "") -> str:
    row = {
        "now": now,
        "certificate": certificate,
        "facts": facts,
        "expected": expected,
        "next_change": change,
    }
    [result] = check_rows([row], load_certificates())
    return "passed" if result.passed else result.got


@pytest.mark.parametrize("row", ROWS, ids=[f"{n} {row['reason']}" for n, row in enumerate(ROWS)])
def test_vector(row: dict[str, str | None]) -> None:
    [result] = check_rows([row], load_certificates())
    assert result.passed, f"{result.expected} but {result.got}"


@pytest.mark.parametrize(
    ("now", "certificate", "facts", "expected", "change"),
    [
        ("2026-11-20T22:59+09:00", "inkan", "", "open", "2026-11-20T23:00+09:00"),
        ("2026-11-20T14:00+00:00", "juminhyo", "", "closed", "2026-11-21T06:30+09:00"),
        ("2026-11-20T13:59", "住民票", "", "open", "2026-11-20T23:00"),
        (NOON, "koseki", "resident=sakata,honseki=sakata", "open", ""),
        (NOON, "koseki", "", "open", ""),
        (NOON, "fuhyo", "resident=sakata,honseki=other", "not_available", ""),
        (NOON, "juminhyo", "resident=sakata,honseki=other", "open", ""),
        (NOON, "juminhyo", "resident=other", "not_available", ""),
        (NOON, "joseki", "", "not_available", ""),
        (NOON, "改製原戸籍", "", "not_available", ""),
        (NOON, "koiki", "", "not_available", ""),
        (NOON, "juminhyo", "age=15", "open", ""),
        (NOON, "juminhyo", "device=android,chain=ministop", "not_available", ""),
        (NOON, "juminhyo", "device=android,chain=familymart", "open", ""),
        (NOON, "juminhyo", "device=iphone,chain=7-eleven", "open", ""),
        (NOON, "juminhyo", "device=iphone,chain=lawson;os=18.4", "not_available", ""),
        ("2025-06-23T12:00+09:00", "juminhyo", "device=iphone", "not_available", ""),
        (NOON, "juminhyo", "device=toaster", "not_available", ""),
        (NOON, "juminhyo", "device=card,chain=aeon", "open", ""),
        (NOON, "juminhyo", "expires=2026-11-19", "not_available", ""),
        (NOON, "juminhyo", "expires=2026-11-20", "open", ""),
        (
            "2026-12-05T07:00+09:00",
            "juminhyo",
            "maintenance=2026-12-05T20:00/2026-12-06T03:00",
            "open",
            "2026-12-05T20:00+09:00",
        ),
        (
            "2026-12-05T21:00+09:00",
            "juminhyo",
            "maintenance=2026-12-05T20:00/2026-12-06T03:00",
            "closed",
            "2026-12-06T06:30+09:00",
        ),
        (
            "2026-12-28T22:00+09:00",
            "juminhyo",
            "maintenance=2026-12-28T21:00/2027-01-04T09:00,"
            "maintenance=2027-01-04T08:00/2027-01-04T10:00",
            "closed",
            "2027-01-04T10:00+09:00",
        ),
    ],
)
def test_neighbouring_rows(
    now: str, certificate: str, facts: str, expected: str, change: str
) -> None:
    assert outcome(now, certificate, facts, expected, change) == "passed"


@pytest.mark.parametrize(
    ("now", "certificate", "facts", "expected", "words"),
    [
        (NOON, "moon", "", "open", "unknown certificate"),
        ("noon", "juminhyo", "", "open", "broken row"),
        (NOON, "juminhyo", "colour=red", "open", "unknown fact"),
        (NOON, "juminhyo", "age=old", "open", "broken row"),
        (NOON, "juminhyo", "maintenance=soon", "open", "broken row"),
        (NOON, "juminhyo", "os=new", "open", "broken row"),
        (NOON, "juminhyo", "hours=early", "open", "broken row"),
        (NOON, "juminhyo", "", "perhaps", "broken row"),
        (NOON, "juminhyo", "", "closed", "open 2026-11-20T23:00+09:00"),
    ],
)
def test_a_row_that_cannot_pass_fails_in_words(
    now: str, certificate: str, facts: str, expected: str, words: str
) -> None:
    assert words in outcome(now, certificate, facts, expected)


def test_a_wrong_next_change_fails() -> None:
    assert outcome(NOON, "juminhyo", "", "open", "2026-11-20T22:00+09:00") != "passed"


def test_why_a_kiosk_refuses() -> None:
    certificates = load_certificates()
    residence = certificates.kinds["juminhyo"]
    now = datetime(2026, 11, 20, 12, tzinfo=TOKYO)
    young = kiosk_status(residence, now, certificates.kiosk, Applicant(age=14))
    assert (young.state, young.why) == (KioskState.NOT_AVAILABLE, Why.TOO_YOUNG)
    old = Applicant(certificate_expires=date(2026, 11, 19))
    assert kiosk_status(residence, now, certificates.kiosk, old).why is Why.EXPIRED
    night = kiosk_status(residence, now.replace(hour=23), certificates.kiosk)
    assert night.why is Why.HOURS
    new_year = datetime(2027, 1, 1, 3, tzinfo=UTC)
    assert kiosk_status(residence, new_year, certificates.kiosk).why is Why.YEAR_END


def test_kinds_are_described_in_both_languages() -> None:
    kinds = load_certificates().kinds.values()
    assert {"juminhyo", "inkan", "shotoku", "koseki", "fuhyo"} <= set(load_certificates().kinds)
    for kind in kinds:
        assert kind.title.ja
        assert kind.title.en.isascii()
        assert kind.who.en.isascii()
        assert (kind.kiosk_cost is None) == (not kind.kiosk)
        if kind.kiosk_cost is not None:
            assert kind.kiosk_cost == kind.desk_cost - 100


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('opens: "06:30"', 'opens: "25:30"', "kiosk: opens: expected a time"),
        ('os: "18.5"', "os: new", "devices.iphone: os: expected a version"),
        ("closed: [12-29", "closed: [13-29", "kiosk: closed: expected MM-DD"),
        ("key: inkan", "key: juminhyo", "kinds: key used twice"),
        ("desk_cost: 400", "desk_cost: free", "kinds[0]: desk_cost: expected a whole number"),
    ],
)
def test_a_slip_in_the_file_names_the_field(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    spoilt = tmp_path / "certificates.yaml"
    spoilt.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FaultyEntry) as caught:
        read_certificates(spoilt)
    assert words in str(caught.value)


def test_a_kind_may_have_its_own_hours(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8")
    file = tmp_path / "certificates.yaml"
    own = '  - key: koseki\n    opens: "09:00"\n    closes: "17:00"\n'
    file.write_text(text.replace("  - key: koseki\n", own, 1), encoding="utf-8")
    certificates = read_certificates(file)
    early = datetime(2026, 11, 20, 7, tzinfo=TOKYO)
    status = kiosk_status(certificates.kinds["koseki"], early, certificates.kiosk)
    assert status.next_change == early.replace(hour=9)


def test_a_file_that_breaks_off_fails() -> None:
    text = f"now,certificate,expected\n{'x' * 200_000},\n"
    [result] = check_file(io.StringIO(text), load_certificates())
    assert "broken file" in result.got


def test_a_file_without_the_columns_fails_once_and_blank_rows_are_no_rows() -> None:
    [result] = check_file(io.StringIO("now,facts\n1,2\n3,4\n"), load_certificates())
    assert result.got == "broken file: no column certificate, expected"
    text = f"now,certificate,expected\n,,\n{NOON},juminhyo,open\n,,\n"
    assert [each.passed for each in check_file(io.StringIO(text), load_certificates())] == [True]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("resident＝sakata，honseki＝tsuruoka", "not_available"),
        ("resident=,honseki=", "open"),
        ("device=ios，chain=lawson", "open"),
        ("device=マイナンバーカード,chain=aeon", "open"),
        ("expires=", "open"),
    ],
)
def test_facts_as_people_write_them(facts: str, expected: str) -> None:
    assert outcome(NOON, "koseki", facts, expected) == "passed"


def test_a_kind_may_be_printed_on_weekdays_only(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8")
    file = tmp_path / "certificates.yaml"
    own = "  - key: koseki\n    weekdays: true\n"
    file.write_text(text.replace("  - key: koseki\n", own, 1), encoding="utf-8")
    certificates = read_certificates(file)
    saturday = datetime(2026, 11, 21, 12, tzinfo=TOKYO)
    register = kiosk_status(certificates.kinds["koseki"], saturday, certificates.kiosk)
    assert register.why is Why.HOURS
    assert register.next_change == datetime(2026, 11, 24, 6, 30, tzinfo=TOKYO)
    residence = kiosk_status(certificates.kinds["juminhyo"], saturday, certificates.kiosk)
    assert residence.state is KioskState.OPEN


def test_the_command() -> None:
    result = CliRunner().invoke(check, [str(VECTORS)])
    assert result.exit_code == 0
    assert result.output == "12 passed, 0 failed\n"
