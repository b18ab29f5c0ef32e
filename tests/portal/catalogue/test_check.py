"""`rules check`: what it compares, how it reads facts, and that broken rows fail in words."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.catalogue.check import (
    PRIMITIVES,
    Outcome,
    check_file,
    check_rows,
    parse_facts,
    rules_by_check,
)
from portal.catalogue.commands import check
from portal.catalogue.load import load_catalogue

HEADER = (
    "vector_id,rule_id,service,birthdate,sex,today,facts,expected_state,due_from,due_to,"
    "reason,confidence,source"
)
VECTORS = Path(__file__).parents[2] / "data" / "age_vectors.csv"


def outcome(row: str) -> Outcome:
    """The outcome of one row: rule_id,birthdate,sex,today,facts,expected,due_from,due_to."""
    rule_id, birthdate, sex, today, facts, *expected = next(csv.reader([row]))
    cells = ["X1", rule_id, "-", birthdate, sex, today, facts, *expected, "-", "high", "-"]
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    [result] = check_file(io.StringIO(f"{HEADER}\n{text.getvalue()}"), load_catalogue())
    return result


@pytest.mark.parametrize(
    "row",
    [
        # the rows beside the table's: one day earlier or later, other ages, other seasons
        "AGE.ATTAIN_Y,2000-02-29,,,n_years=18,value,2018-02-28,",
        "AGE.ATTAIN_Y,1986-12-01,,,n_years=40,value,2026-11-30,",
        "AGE.ATTAIN_M,2026-01-31,,,n_months=1,value,2026-02-28,",
        "AGE.ATTAIN_M,2019-05-21,,,n_months=90,value,2026-11-20,",
        "SCHOOL.ENTRY,2020-04-01,,2026-11-20,,value,2026-04-01,",
        "SCHOOL.PRE_ENTRY_CHECK,2020-04-01,,2026-11-20,,passed,2025-10-01,2025-11-30",
        "SCHOOL.PRE_ENTRY_CHECK,2021-04-02,,2026-11-20,,future,2027-10-01,2027-11-30",
        "VAC.5MIX,2026-09-21,,2026-11-20,,open,2026-11-20,2034-03-20",
        "VAC.5MIX,2026-09-22,,2026-11-20,,future,2026-11-21,",
        "VAC.PCV_CHILD,2021-11-20,,2026-11-20,,passed,,2026-11-19",
        "VAC.MR1,2024-11-20,,2026-11-20,,passed,2025-11-19,2026-11-19",
        "VAC.MR1,2025-11-21,,2026-11-20,,open,2026-11-20,2027-11-20",
        "VAC.MR2,2020-04-01,,2026-11-20,,passed,2025-04-01,2026-03-31",
        "VAC.MR2,2021-04-02,,2026-11-20,,future,2027-04-01,2028-03-31",
        "VAC.HPV,2010-04-01,F,2026-11-20,,passed,2021-04-01,2026-03-31",
        "VAC.HPV,2012-04-01,M,2026-11-20,,not_eligible,,",
        "VAC.ROTA_FIRST,2026-08-07,,2026-11-20,,passed,,2026-11-19",
        "VAC.ZOSTER,1956-04-02,,2026-11-20,fiscal_age=70,open,2026-04-01,2027-03-31",
        "VAC.ZOSTER,1957-04-02,,2026-11-20,fiscal_age=70,future,2027-04-01,2028-03-31",
        "VAC.ZOSTER,1960-05-01,,2026-11-20,fiscal_age=66,passed,,",
        "VAC.ZOSTER,1960-05-01,,2026-11-20,,passed,2025-04-01,2026-03-31",
        "VAC.ZOSTER,1926-04-02,,2026-11-20,fiscal_age=100,open,2026-04-01,2027-03-31",
        "VAC.ZOSTER,1925-05-01,,2026-11-20,fiscal_age=101+,not_eligible,,",
        "VAC.FLU_65,1961-11-21,,2026-11-20,season=2026-10-01/2027-01-31,open,2026-11-20,2027-01-31",
        "VAC.FLU_65,1950-01-01,,2026-11-20,season=2026-10-15/2027-02-28,open,2026-10-15,2027-02-28",
        "VAC.FLU_65,1962-03-01,,2026-11-20,season=2026-10-01/2027-01-31,not_eligible,,",
        "VAC.FLU_65,1950-01-01,,2026-11-20,,open,2026-10-01,2027-01-31",
        "VAC.RSV_MATERNAL,,F,2026-11-20,edd=2027-01-15,open,2026-10-23,2026-12-24",
        "VAC.RSV_MATERNAL,,F,2026-04-02,edd=2026-04-22,passed,,",
        "REG.BIRTH,2026-11-06,,2026-11-20,,overdue,2026-11-06,2026-11-19",
        "REG.BIRTH,2026-11-09,,2026-11-24,,open,2026-11-09,2026-11-24",
        "CHILD.ALLOWANCE_CLAIM,2026-04-30,,2026-05-16,,overdue,2026-04-30,2026-05-15",
        "CHILD.ALLOWANCE_CLAIM,2026-11-02,,2026-11-20,,open,2026-11-02,2026-11-30",
        "CHILD.ALLOWANCE_U3,2023-11-01,,2026-11-20,,value,2026-11,",
        "CHILD.ALLOWANCE_U3,2023-11-01,,2026-11-20,,open,,2026-11",
        "CARE.DAREDEMO,2023-11-21,,2026-11-20,未就園,passed,,2026-11-19",
        "CARE.DAREDEMO,2025-01-01,,2026-11-20,在園,not_eligible,,",
        "SAKATA.CHILD_MEDICAL,2008-04-02,,2026-11-20,既婚,not_eligible,,",
        "SAKATA.CHILD_MEDICAL,2008-04-01,,2026-11-20,,passed,,2026-03-31",
        "CIVIC.VOTE18,2008-12-08,,2026-12-06,poll_date=2026-12-06,not_eligible,,",
        "CIVIC.VOTE18,2008-12-07,,,poll_date=2026-12-06,eligible,,",
        "TAX.MINOR,2009-01-02,,2027-01-01,levy_date=2027-01-01,not_eligible,,",
        "TAX.MINOR,2012-05-05,,2026-11-20,levy_date=2027-01-01,eligible,,",
        "PENSION.JOIN20,2006-12-02,,2026-11-20,,value,2026-12,",
        "LTC.65,1961-12-01,,2026-11-20,,value,2026-11,",
        "ELDER75.JOIN,1951-11-21,,2026-11-20,,future,2026-11-21,",
        "HEALTH.TOKUTEI,1987-04-01,,2026-11-20,insurer=NHI,open,2026-04-01,2027-03-31",
        "HEALTH.TOKUTEI,1980-04-01,,2026-11-20,insurer=協会けんぽ,not_eligible,,",
        "HEALTH.TOKUTEI,1951-11-21,,2026-11-20,insurer=NHI,open,2026-04-01,2026-11-20",
        "HEALTH.TOKUTEI,1940-05-05,,2026-11-20,insurer=NHI,passed,2015-04-01,2015-05-04",
        "CANCER.CERVIX,2000-01-01,M,2026-11-20,fy=2026,not_eligible,,",
        "CANCER.STOMACH,1977-04-01,M,2026-11-20,fy=2026,open,2026-04-01,2027-03-31",
        "CANCER.LUNG,1987-04-02,M,2026-11-20,fy=2026,future,2027-04-01,2028-03-31",
        "CANCER.INTERVAL2,1980-05-05,F,2026-11-20,last_screened=2025-03-31,open,2026-04-01,2027-03-31",
        "CANCER.INTERVAL2,1980-05-05,F,2026-11-20,last_screened=2019-06-01,open,2026-04-01,2027-03-31",
        "CANCER.INTERVAL2,1970-05-05,M,2026-11-20,last_screened=2026-04-02,future,2028-04-01,2029-03-31",
        '"DENTAL.MILESTONE",1986-04-01,,2026-11-20,"ages=20,30,40",passed,2025-04-01,2026-03-31',
        '"DENTAL.MILESTONE",1987-04-02,,2026-11-20,"ages=20,30,40",future,2027-04-01,2028-03-31',
        '"DENTAL.MILESTONE",1991-05-01,,2026-11-20,"ages=25,35,45",open,2026-04-01,2027-03-31',
        "MYNA.CARD,2012-12-20,,2026-11-20,issued=2021-12-21;n=5,open,2026-09-21,2026-12-20",
        "MYNA.CARD,2003-12-20,,2026-11-20,issued=2022-01-05,open,2026-09-21,2026-12-20",
        "MYNA.CARD,2003-12-20,,2026-11-20,issued=2022-04-01,future,2031-09-21,2031-12-20",
        "MYNA.CERT,1980-11-19,,2026-11-20,issued=2022-01-05;n=5,overdue,2026-08-20,2026-11-19",
        "LICENCE.SENIOR,1957-12-20,,2026-11-20,licence_expiry=2027-01-20,not_eligible,,",
        "LICENCE.SENIOR,1956-12-20,,2026-07-19,licence_expiry=2027-01-20,future,2026-07-20,",
        "REG.MOVE_IN,,,2026-11-20,moved=2026-11-05,overdue,2026-11-05,2026-11-19",
        "REG.MOVE_IN,,,2026-11-20,moved=2026-11-09,open,2026-11-09,2026-11-24",
        "REG.MOVE_OUT_ONLINE,,,2026-10-31,move_date=2026-12-01,future,2026-11-01,2026-12-11",
        "REG.DEATH,,,2026-11-24,known=2026-11-17,open,2026-11-17,2026-11-24",
        "REG.DEATH,,,2026-11-21,known=2026-11-14,overdue,2026-11-14,2026-11-20",
        "PREG.BENEFIT2,,F,2026-11-19,edd=2027-01-15,future,2026-11-20,",
        "SCHOOL.ENTRY,2020-04-02,,2027-04-01,,open,2027-04-01,",
        "AGE.TURN_Y,2004-02-29,,,n_years=21,value,2025-03-01,",
        "AGE.TURN_M,2026-08-31,,,n_months=6,value,2027-03-01,",
        # a date asked for without a day to ask on; a deadline's date is its last day
        "LTC.65,1961-12-01,,,,value,2026-11,",
        "CHILD.ALLOWANCE_U3,2023-11-20,,,,value,2026-11,",
        "CHILD.ALLOWANCE_END,2008-04-02,,2026-11-20,,value,2027-03-31,",
        "REG.BIRTH,2026-11-10,,2026-11-20,,value,2026-11-24,",
        "MYNA.CARD,1980-12-20,,2026-11-20,issued=2017-03-10;n=10,value,2026-12-20,",
        "CARE.FREE_3_5,2023-04-02,,,,value,2027-04-01,",
        # a month's premium begins and does not end
        "LTC.65,1955-05-05,,2026-11-20,,open,2020-05,",
        "LTC.40,1970-05-05,,2026-11-20,,open,2010-05,",
        "PENSION.JOIN20,2000-05-05,,2026-11-20,,open,2020-05,",
        # facts and cells as people write them
        "AGE.ATTAIN_Y,2004-02-29,,, n_years ＝ ２０ ,value,2024-02-28,",
        "MYNA.CARD,1980-12-20,,2026-11-20,issued=2017-03-10；n=10,open,2026-09-21,2026-12-20",
        "VAC.FLU_65,1961-12-01,,2026-11-20,season=2026-10-01/2027-01-31（市設定）,future,2026-11-30,2027-01-31",
        "CANCER.INTERVAL2,1980-05-05,F,2026-11-20,last_screened=2025-08,future,2027-04-01,2028-03-31",
        "CANCER.INTERVAL2,1980-05-05,F,2026-11-20,受診歴なし,open,2026-04-01,2027-03-31",
        "VAC.HPV,2012-05-05,f,2026-11-20,,open,,",
        "VAC.HPV,2012-05-05,不明,2026-11-20,,open,,",
    ],
)
def test_neighbouring_rows_pass(row: str) -> None:
    result = outcome(row)
    assert result.passed, f"{result.expected} but {result.got}"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("VAC.UNKNOWN,2020-01-01,,2026-11-20,,open,,", "unknown rule_id"),
        ("VAC.MR1,2020-13-01,,2026-11-20,,open,,", "birthdate is not a date"),
        ("VAC.MR1,,,2026-11-20,,open,,", "birthdate is missing"),
        ("VAC.MR1,2020-01-01,,,,open,,", "today is missing"),
        ("VAC.MR1,2020-01-01,,2026-11-20,,maybe,,", "unknown expected_state"),
        ("VAC.MR1,2020-01-01,,2026-11-20,,value,,", "needs due_from"),
        ("VAC.MR1,2020-01-01,,2026-11-20,,open,soon,", "not a date"),
        ("AGE.ATTAIN_Y,2020-01-01,,,,value,2026-01-01,", "n_years is missing"),
        ("AGE.ATTAIN_Y,,,,n_years=3,value,2026-01-01,", "birthdate is missing"),
        ("AGE.ATTAIN_Y,2020-01-01,,,n_years=9999,value,2026-01-01,", "year"),
        ("REG.DEATH,,,2026-11-20,,open,,", "death_known is missing"),
        ("REG.DEATH,,,2026-11-20,known=きのう,open,,", "missing or no date"),
        ("LTC.65,1961-12-01,,,,value,2026-13,", "broken row"),
    ],
)
def test_a_broken_row_is_a_failed_line(row: str, words: str) -> None:
    result = outcome(row)
    assert not result.passed
    assert words in result.got


def test_wrong_dates_and_states_fail() -> None:
    assert not outcome("VAC.MR1,2025-11-22,,2026-11-20,,open,2026-11-21,").passed
    assert not outcome("VAC.MR1,2025-11-22,,2026-11-20,,future,2026-11-20,").passed
    assert not outcome("VAC.MR1,2025-11-22,,2026-11-20,,future,,2027-11-20").passed
    assert not outcome("AGE.ATTAIN_Y,2004-02-29,,,n_years=21,value,2025-03-01,").passed


def test_a_rule_that_is_not_the_law_on_the_day_is_not_eligible() -> None:
    catalogue = load_catalogue()
    old = catalogue.service("check_18m")
    ended = replace(old, versions=(replace(old.versions[0], valid_to=date(2026, 3, 31)),))
    row = {
        "rule_id": "MCH.CHECK_18M",
        "birthdate": "2025-01-01",
        "today": "2026-11-20",
        "expected_state": "not_eligible",
    }
    [result] = check_rows([row], replace(catalogue, services=(ended,)))
    assert result.passed
    assert result.vector_id == "?"


def test_facts_are_pairs_or_plain_words() -> None:
    facts = parse_facts(
        "issued=2017-03-10;n=10; 未就園;x=yes;insurer=国保;fiscal_age=101+;z=いいえ"
    )
    assert facts["n"] == 10
    assert facts["enrolled"] is False
    assert facts["x"] is True
    assert facts["z"] is False
    assert facts["other_insurer"] is False
    assert facts["fiscal_age"] == "101+"
    assert parse_facts("何か") == {"何か": True}
    assert parse_facts("") == {}


CELLS = st.text(max_size=12) | st.sampled_from(
    ["2026-11-20", "0001-01-01", "9999-12-31", "2024-02-29", "2026-11", "open", "value", "F", ""]
)
KEYS = st.sampled_from(
    ["n_years", "n_months", "n", "edd", "issued", "moved", "known", "season", "fiscal_age", "fy",
     "ages", "poll_date", "levy_date", "last_screened", "licence_expiry", "move_date", "insurer"]
)  # fmt: skip
VALUES = st.sampled_from(
    ["0001-01-01", "9999-12-31", "2026-02-30", "-3", "999999999999", "20,30", "2026-01-01/x",
     "2026-01-01/2025-01-01", "101+", "yes", "", "0", "1"]
)  # fmt: skip
FACT_TEXT = st.lists(st.tuples(KEYS, VALUES).map("=".join), max_size=3).map(";".join) | CELLS


@settings(max_examples=1500, deadline=None)
@given(
    rule_id=st.sampled_from([*PRIMITIVES, *rules_by_check(load_catalogue())]) | CELLS,
    birthdate=st.dates().map(str) | CELLS,
    today=st.dates().map(str) | CELLS,
    sex=CELLS,
    facts=FACT_TEXT,
    state=st.sampled_from(["open", "value", "passed"]) | CELLS,
    due_from=CELLS,
)
def test_no_row_whatever_it_holds_stops_the_check(**cells: str) -> None:
    row = {("expected_state" if name == "state" else name): text for name, text in cells.items()}
    [result] = check_rows([row], load_catalogue())
    assert isinstance(result.passed, bool)


def test_a_file_that_breaks_off_fails() -> None:
    text = f"{HEADER}\n{'x' * 200_000},\n"
    [result] = check_file(io.StringIO(text), load_catalogue())
    assert "broken file" in result.got
    assert not outcome("VAC.HPV,2012-04-01,cat,2026-11-20,,open,,").passed
    assert outcome("VAC.HPV,2012-04-01,女,2026-11-20,,open,,").passed
    assert outcome("DENTAL.MILESTONE,1986-05-01,,2026-11-20,ages=40,open,2026-04-01,").passed


def test_rows_of_separators_are_no_rows_and_a_header_may_have_spaces() -> None:
    header = "vector_id , rule_id,birthdate,today,expected_state"
    text = f"{header}\n,,,,\nX1,VAC.MR1,2025-11-21,2026-11-20,open\n,,,,\n"
    [result] = check_file(io.StringIO(text), load_catalogue())
    assert (result.vector_id, result.passed) == ("X1", True)


@pytest.mark.parametrize(
    ("text", "lacking"),
    [("", "rule_id, expected_state"), ("now,rule_id\n1,2\n3,4\n", "expected_state")],
)
def test_a_file_without_the_columns_fails_once(text: str, lacking: str) -> None:
    [result] = check_file(io.StringIO(text), load_catalogue())
    assert result.got == f"broken file: no column {lacking}"


def test_a_row_with_too_many_cells_fails() -> None:
    text = f"{HEADER}\nX1,VAC.MR1,-,2025-01-01,,2026-11-20,,open,,,-,-,-,extra\n"
    [result] = check_file(io.StringIO(text), load_catalogue())
    assert "more cells than columns" in result.got


def test_the_command_counts_and_ends_with_status_zero_only_without_failures(
    tmp_path: Path,
) -> None:
    good = CliRunner().invoke(check, [str(VECTORS)])
    assert good.exit_code == 0
    assert good.output == "80 passed, 0 failed\n"
    bad_file = tmp_path / "bad.csv"
    text = VECTORS.read_text(encoding="utf-8").replace("value,2024-02-28", "value,2024-02-27")
    bad_file.write_text(text, encoding="cp932")
    bad = CliRunner().invoke(check, [str(bad_file)])
    assert bad.exit_code == 1
    assert bad.output == "V003, value 2024-02-27, value 2024-02-28\n79 passed, 1 failed\n"
    as_json = CliRunner().invoke(check, [str(bad_file), "--json"])
    assert as_json.exit_code == 1
    assert json.loads(as_json.output)["mismatches"][0]["vector"] == "V003"


def test_a_file_in_no_known_encoding_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(b"\xff\xfe\x80\x81")
    result = CliRunner().invoke(check, [str(file)])
    assert result.exit_code == 1
    assert "neither UTF-8 nor CP932" in result.output
