"""Every shipped entry goes through the editor's form and comes out the same."""

from __future__ import annotations

import json
from typing import Any

import pytest

from portal.catalogue.load import Entry, Thing, catalogue_of, shipped_catalogue, shipped_entries
from portal.catalogue.reading import FaultyEntry, Fields
from portal.catalogue.rules import KINDS, parse_rule
from portal.catalogue.staff.bodies import flat, nested, path_of_fault
from portal.catalogue.staff.layouts import layout_of
from portal.catalogue.staff.rule_specs import RULE_SPECS, rule_specs
from portal.catalogue.staff.specs import Spec, Unreadable
from portal.catalogue.staff.typed import received, typed_of, with_parts, with_row, without_row
from portal.catalogue.wordings import with_words_of


def through_the_form(thing: Thing, body: Any) -> dict[str, Any]:
    catalogue = shipped_catalogue()
    typed = typed_of(body, thing, catalogue)
    specs = {spec.path: spec for spec in layout_of(thing, typed, catalogue).specs}
    assert set(flat(body)) - {"key"} <= set(specs), "a field of the entry has no place in the form"
    read = {path: spec.read(typed) for path, spec in specs.items()}
    made = with_words_of(nested({"key": body["key"]} | read), body, same=False)  # as the form does
    return json.loads(json.dumps(made))  # type: ignore[no-any-return]


@pytest.mark.parametrize("thing", list(Thing))
def test_nothing_changes_on_the_way_through_the_form(thing: Thing) -> None:
    entries = {each: dict(shipped_entries()[each]) for each in Thing}
    for key, entry in entries[thing].items():
        entries[thing][key] = Entry(entry.where, through_the_form(thing, entry.body))
    made, shipped = catalogue_of(entries), shipped_catalogue()
    assert (made.desks, made.items, made.districts) == (
        shipped.desks,
        shipped.items,
        shipped.districts,
    )
    for service in shipped.services:
        fields = {name: getattr(service, name) for name in service.__dataclass_fields__}
        again = made.service(service.key)
        assert fields == {name: getattr(again, name) for name in fields}, service.key


class Noting(Fields):
    """Remembers the names a rule asks for."""

    def __init__(self, value: object) -> None:
        super().__init__(value, "rule")
        self.asked: set[str] = set()

    def raw(self, name: str) -> Any:
        self.asked.add(name)
        return super().raw(name)


EXAMPLES: dict[str, dict[str, Any]] = {
    "month_window": {"from": 1, "to": 2, "from_edge": "turn", "to_edge": "turn"},
    "day_window": {"from_days": 1, "to_days": 2},
    "from_age": {"age": 1, "edge": "turn"},
    "fy_span": {"from": 1, "to": 2},
    "school_year": {"from": "0y 04-01", "to": "0y 04-02"},
    "cohort_event": {"age": 20, "day": "01-10"},
    "milestone_ages": {"ages": [40]},
    "yearly_from_age": {"min": 40},
    "deadline": {"anchors": ["birthdate"], "days": 14},
    "around_date": {"anchors": ["moved_in"], "from_days": 0},
    "pregnancy": {"from_week": [12, 0]},
    "nth_birthday": {"anchors": ["card_issued"], "months_before": 3},
    "expiry": {"anchors": ["licence_expiry"], "months_before": 6},
    "annual": {"from": "04-01", "to": "05-01"},
    "under_age_on": {"age": 18, "day": "01-01", "fact": "levy_date"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_form_asks_what_the_rule_reads(kind: str) -> None:
    fields = Noting(EXAMPLES.get(kind, {"age": 3}))
    KINDS[kind].read(fields)
    assert {spec.path for spec in RULE_SPECS[kind]} == fields.asked


@pytest.mark.parametrize("kind", EXAMPLES)
def test_an_example_of_each_kind_is_written_and_read(kind: str) -> None:
    rule = {"kind": kind, **EXAMPLES[kind], "excludes": ["married"], "not_before": "2026-04-01"}
    values = flat({"versions": [{"rule": rule}]})
    specs = rule_specs("versions[0].rule", kind)
    typed = {spec.path: spec.write(values.get(spec.path)) for spec in specs}
    back = nested({spec.path: spec.read(typed) for spec in specs})
    assert parse_rule(back["rule"]) == parse_rule(rule)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("day", "令和8年4月1日", "2026-04-01"),
        ("day", "R8.4.1", "2026-04-01"),
        ("number", "12", 12),
        ("number", "-3", -3),
        ("words", "子ども、 健診\n歯", ["子ども", "健診", "歯"]),
        ("month_day", "4/1", "04-01"),
        ("month_day", "8月31日", "08-31"),
        ("year_day", "-1y 10-01", "-1y 10-01"),
        ("weeks", "28w", [28, 0]),
        ("weeks", "36週6日", [36, 6]),
        ("facts", "married=yes; moved_in=2026-04-01", {"married": True, "moved_in": "2026-04-01"}),
        ("flag", "y", True),
    ],
)
def test_what_people_type_is_understood(kind: str, text: str, value: Any) -> None:
    assert Spec("x", kind, "X", least=-10).read({"x": [text]}) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("day", "2026-02-30"),
        ("day", "0001-01-01"),
        ("number", "1.5"),
        ("number", "9" * 500),
        ("month_day", "13-01"),
        ("month_day", "02-29"),
        ("year_day", "10-01"),
        ("weeks", "12w7d"),
        ("choice", "elsewhere"),
        ("many", "elsewhere"),
        ("facts", "moved_in=2026-02-30"),
    ],
)
def test_what_can_not_be_read_is_said(kind: str, text: str) -> None:
    with pytest.raises(Unreadable):
        Spec("x", kind, "X").read({"x": [text]})


def test_rows_come_and_go_without_gaps() -> None:
    typed = received(
        [("tests[2].birthdate", ["a"]), ("tests[7].birthdate", ["b"]), ("evil name", ["c"])]
    )
    assert typed == {"tests[0].birthdate": ["a"], "tests[1].birthdate": ["b"]}
    assert without_row(typed, "tests[0]") == {"tests[0].birthdate": ["b"]}
    assert "tests[2].birthdate" in with_row(typed, "tests")
    assert with_row(typed, "elsewhere") == typed


def test_a_joined_rule_begins_with_two_parts() -> None:
    typed = with_parts({"versions[0].rule.kind": ["all"]})
    assert {"versions[0].rule.parts[0].kind", "versions[0].rule.parts[1].kind"} < set(typed)
    gone = without_row(typed, "versions[0].rule.parts[0]")
    assert "versions[0].rule.parts[0].kind" in gone and len(gone) == 2


TWO = [{"kind": "always"}, {"kind": "poll"}]
STEP = {"key": "x", "title": {"ja": "あ", "en": "a"}, "rule": {"kind": "poll"}}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"desk": None}, "desk"),
        ({"title": {"ja": "あ"}}, "title.en"),
        ({"rule": {"kind": "from_age", "edge": "turn"}}, "versions[0].rule.age"),
        ({"rule": {"any": TWO}}, "versions[0].rule.parts[1].age"),
        ({"milestones": [STEP]}, "milestones[0].rule.age"),
        ({"tests": [{"opens": "soon"}]}, "tests[0].opens"),
    ],
)
def test_a_fault_is_traced_to_its_field(change: dict[str, Any], path: str) -> None:
    entries = {thing: dict(shipped_entries()[thing]) for thing in Thing}
    body = {**entries[Thing.SERVICE]["check_18m"].body, **change}
    entries[Thing.SERVICE]["check_18m"] = Entry("service: check_18m", body)
    with pytest.raises(FaultyEntry) as found:
        catalogue_of(entries)
    assert path_of_fault(found.value.place, found.value.field, body) == path
