"""Builds replies from written entries: the answer, the candidates, small talk, nothing found."""

from collections.abc import Mapping, Sequence
from datetime import date

from chatbot.dialogue.clarifying import Split
from chatbot.dialogue.payloads import ENTRY, NARROW, NONE, Pick, write
from chatbot.dialogue.reply import Kind, Option, Reply, Source
from chatbot.dialogue.words import Words
from chatbot.knowledge.entries import Entry, EntryKind
from portal.core.languages import JAPANESE, best

AMONG = "among"  # in a conversation's context: the keys a question back chooses among

KINDS = {
    EntryKind.FAQ: Kind.ANSWER,
    EntryKind.OUT_OF_SCOPE: Kind.ANSWER,
    EntryKind.SMALL_TALK: Kind.SMALL_TALK,
}


def answer(entry: Entry, words: Words, context: Mapping[str, str]) -> Reply:
    """The entry's whole answer; says so when it stands in another language than was asked in."""
    text = entry.text(words.language)
    blocks = [text.answer]
    written = best(entry.texts, words.language)
    if written != words.language:
        only = "japanese_only" if written == JAPANESE else "japanese_and_english_only"
        blocks.insert(0, words.say(only))
    chat = entry.kind is EntryKind.SMALL_TALK
    return Reply(
        kind=KINDS[entry.kind],
        language=words.language,
        blocks=tuple(blocks),
        title="" if chat else text.question,
        source=None if chat else Source(entry.source_title, entry.source_url, entry.updated),
        desk=None if chat else words.desk(entry.desk),
        links=tuple(words.link(name) for name in entry.links),
        context=dict(context) if chat else _about(context, entry),
        key=entry.key,
        said_in=written if written != words.language else "",
    )


def candidates(
    found: Sequence[tuple[Entry, str]], words: Words, context: Mapping[str, str]
) -> Reply:
    """Questions to choose from, each with the sentence that matched.

    Where staff wrote no text in the language, the note is the question in English: more people
    read that than Japanese.
    """
    options = [_candidate(entry, sentence, words) for entry, sentence in found]
    options.append(Option(words.say("none_of_these"), write(Pick(NONE))))
    return Reply(
        kind=Kind.CANDIDATES,
        language=words.language,
        blocks=(words.say("candidates"),),
        options=tuple(options),
        context=dict(context),
    )


def clarify(split: Split, keys: Sequence[str], words: Words, context: Mapping[str, str]) -> Reply:
    """A question back that tells many candidates apart; keys are what is chosen among."""
    options = [
        Option(_part(split.dimension, one, words), write(Pick(NARROW, split.dimension, one)))
        for one in split.values
    ]
    options.append(Option(words.say("none_of_these"), write(Pick(NONE))))
    return Reply(
        kind=Kind.CLARIFY,
        language=words.language,
        blocks=(words.say(f"which_{split.dimension}"),),
        options=tuple(options),
        context={**context, AMONG: " ".join(keys)},
    )


def unknown(words: Words, context: Mapping[str, str], today: date) -> Reply:
    """Nothing found: the desk that knows where to ask, with phone and the hours of today."""
    desk = words.desk("general")
    closed = words.closed(desk, today)
    return Reply(
        kind=Kind.UNKNOWN,
        language=words.language,
        blocks=(words.say("unknown"), *([closed] if closed else [])),
        desk=desk,
        context=dict(context),
    )


def empty(words: Words, context: Mapping[str, str]) -> Reply:
    """Nothing was asked: says how to ask."""
    return Reply(
        kind=Kind.CLARIFY,
        language=words.language,
        blocks=(words.say("empty"),),
        context=dict(context),
    )


def _candidate(entry: Entry, sentence: str, words: Words) -> Option:
    text = entry.text(words.language)
    written = words.language == "ja" or words.language in entry.texts
    note = sentence if written else entry.text(words.base).question
    said = note if note != text.question else ""
    return Option(text.question, write(Pick(ENTRY, entry.key)), said)


def _part(dimension: str, value: str, words: Words) -> str:
    if dimension == "whom":
        return words.say(f"whom_{value}")
    return words.desk(value).name if dimension == "desk" else value


def _about(context: Mapping[str, str], entry: Entry) -> dict[str, str]:
    kept = {name: value for name, value in context.items() if name not in ("item", AMONG)}
    return {**kept, "entry": entry.key}
