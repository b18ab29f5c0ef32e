"""The city's written answers: whole, short, in both languages, and without marks left over."""

import re
from datetime import date
from pathlib import Path

import pytest

from chatbot.dialogue.conversation import COLLECTION_DAYS
from chatbot.knowledge.entries import LANGUAGES, EntryKind
from chatbot.knowledge.loading import (
    KnowledgeError,
    load_desks,
    load_entries,
    load_links,
    load_phrases,
)
from chatbot.rendering.markdown import to_plain

ENTRIES = load_entries()
EMERGENCY = {"110", "119", "188", "189"}


def test_there_are_enough_of_them() -> None:
    assert len([one for one in ENTRIES if one.kind is EntryKind.FAQ]) >= 190
    assert COLLECTION_DAYS in {one.key for one in ENTRIES}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda one: one.key)
def test_an_entry_is_whole(entry) -> None:  # type: ignore[no-untyped-def]
    assert set(entry.texts) == set(LANGUAGES)
    assert entry.desk in load_desks("ja")
    assert set(entry.links) <= set(load_links("en"))
    for text in entry.texts.values():
        assert text.question
        assert text.aliases
        assert len(text.answer) <= 500
        assert "*" not in to_plain(text.answer)
        assert "`" not in text.answer


def test_nobody_can_be_called_by_a_made_up_number() -> None:
    for entry in ENTRIES:
        for text in entry.texts.values():
            for number in re.findall(r"0\d{1,3}-\d{2,4}-\d{4}", text.answer):
                assert number.startswith("0000-")


def test_every_phrase_exists_in_both_languages() -> None:
    assert load_phrases("ja").keys() == load_phrases("en").keys()
    holes = {name: re.findall(r"{\w+}", text) for name, text in load_phrases("ja").items()}
    for name, text in load_phrases("en").items():
        assert sorted(re.findall(r"{\w+}", text)) == sorted(holes[name])


def test_an_entry_speaks_from_its_first_to_its_last_day() -> None:
    entry = ENTRIES[0]
    assert entry.valid_on(entry.valid_from)
    assert not entry.valid_on(date(2026, 3, 31))


def test_a_file_with_a_gap_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("category: x\nentries:\n- {key: alone}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="alone"):
        load_entries(tmp_path)


def test_a_key_written_twice_is_refused(tmp_path: Path) -> None:
    row = (
        "- {key: same, question: q, answer: a, desk: d, owner: o, updated: 2026-01-01,"
        " valid_from: 2026-01-01, source: {title: t, url: u}}\n"
    )
    (tmp_path / "a.yaml").write_text(f"category: x\nentries:\n{row}{row}", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="same"):
        load_entries(tmp_path)


def test_answers_lead_to_services_of_the_catalogue() -> None:
    links = load_links("en")
    assert links["service:child_allowance"].url == "/services/child_allowance"
    assert any(name.startswith("service:") for one in ENTRIES for name in one.links)
