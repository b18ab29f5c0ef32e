"""One turn: languages, picks, memory, unknowns and hostile input."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from chatbot.dialogue.payloads import Pick, read, write
from chatbot.dialogue.reply import Kind, Question, Reply
from chatbot.garbage.loading import load_guide
from chatbot.knowledge.entries import EntryKind
from chatbot.knowledge.loading import load_entries
from chatbot.rendering.spoken import plain_words
from tests.chatbot.conversing import DAY, ask, pick, the_dialogue

ENTRIES = [one for one in load_entries() if one.kind is not EntryKind.SMALL_TALK]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda one: one.key)
def test_picking_gives_exactly_that_answer(entry) -> None:  # type: ignore[no-untyped-def]
    for language in ("ja", "en"):
        reply = pick(f"entry:{entry.key}", language)
        assert (reply.kind, reply.key) == (Kind.ANSWER, entry.key)
        assert reply.title == entry.texts[language].question
        assert reply.source is not None
        assert reply.desk is not None


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_question_finds_its_own_answer(language: str) -> None:
    for entry in ENTRIES:
        reply = ask(entry.texts[language].question, language)
        offered = [option.payload for option in reply.options]
        days = entry.key == "garbage_days" and reply.kind is Kind.CLARIFY
        assert reply.key == entry.key or f"entry:{entry.key}" in offered or days, entry.key


def test_every_item_can_be_picked() -> None:
    for item in load_guide().items:
        reply = pick(f"item:{item.key}")
        assert (reply.kind, reply.key, reply.title) == (Kind.GARBAGE, item.key, item.name)


def test_english_questions_get_english_replies_and_items() -> None:
    assert ask("Where can I get a copy of my residence record?").language == "en"
    assert ask("umbrella", "en").title == "Umbrella"
    assert ask("hello").language == "en"
    assert ask("DVの相談", "en").language == "en"


def test_an_unknown_language_is_japanese() -> None:
    assert ask("住民票がほしい", "xx").language == "ja"


def test_a_pick_that_we_did_not_write_gives_the_desk() -> None:
    for payload in ("entry:nothing", "item:nothing", "district:mars", "none", "entry:"):
        reply = pick(payload)
        assert reply.kind is Kind.UNKNOWN
        assert reply.desk is not None
        assert reply.desk.key == "general"


def test_a_foreign_payload_is_no_pick() -> None:
    assert read("todo:1") is None
    assert pick("todo:1").kind is Kind.CLARIFY


def test_payloads_are_read_as_written_and_short_enough_for_line() -> None:
    for one in (Pick("entry", "juminhyo"), Pick("district", "yamate", "battery"), Pick("none")):
        assert read(write(one)) == one
    longest = max(len(write(Pick("district", "okanoue", i.key))) for i in load_guide().items)
    assert longest <= 300


def test_the_district_is_remembered() -> None:
    reply = pick("district:yamate:battery")
    assert reply.context == {"district": "yamate", "item": "battery"}
    again = ask("スプレー缶", district="yamate")
    assert not again.options
    assert any("やまて" in block for block in again.blocks)


def test_only_what_belongs_to_a_conversation_is_remembered() -> None:
    reply = ask("住民票がほしい", name="somebody", district="yamate")
    assert reply.context == {"district": "yamate", "entry": "juminhyo"}


def test_today_and_tomorrow_are_said() -> None:
    friday = ask("生ごみ", district="ekimae")
    assert any("今日 11月20日(金)" in block for block in friday.blocks)
    thursday = the_dialogue().turn(
        Question("kitchen waste", "en", {"district": "ekimae"}), date(2026, 11, 19)
    )
    assert any("tomorrow, Fri 20 Nov" in block for block in thursday.blocks)


def test_an_entry_is_silent_outside_its_days() -> None:
    before = date(2026, 3, 31)
    reply = the_dialogue().turn(Question("住民票がほしい"), before)
    assert reply.kind is Kind.UNKNOWN
    assert the_dialogue().turn(Question("", payload="entry:juminhyo"), before).kind is Kind.UNKNOWN


def test_candidates_show_the_sentence_that_matched() -> None:
    reply = ask("窓口は何時まで？")
    assert reply.kind is Kind.CANDIDATES
    assert 3 <= len(reply.options) - 1 <= 5
    assert all(option.note for option in reply.options[:-1])
    assert not reply.options[-1].note


@pytest.mark.parametrize("text", ["", "   ", "?!", "。。。", "🙂", "\ud83d"])
def test_nothing_asked_says_how_to_ask(text: str) -> None:
    assert ask(text).kind is Kind.CLARIFY


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(some.text(max_size=600), some.sampled_from(["ja", "en", ""]), some.text(max_size=40))
def test_any_text_gets_a_reply_that_survives_the_journey(
    text: str, language: str, payload: str
) -> None:
    reply = the_dialogue().turn(Question(text, language, {"entry": text}, payload), DAY)
    assert Reply.from_dict(reply.to_dict()) == reply
    assert plain_words(reply)
