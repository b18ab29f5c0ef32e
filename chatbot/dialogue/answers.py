"""Builds replies from written entries: the answer, the candidates, small talk, nothing found."""

from collections.abc import Mapping, Sequence

from chatbot.dialogue.payloads import ENTRY, NONE, Pick, write
from chatbot.dialogue.reply import Kind, Option, Reply, Source
from chatbot.dialogue.words import Words
from chatbot.engine.ranking import Match
from chatbot.knowledge.entries import Entry, EntryKind

KINDS = {
    EntryKind.FAQ: Kind.ANSWER,
    EntryKind.OUT_OF_SCOPE: Kind.ANSWER,
    EntryKind.SMALL_TALK: Kind.SMALL_TALK,
}


def answer(entry: Entry, words: Words, context: Mapping[str, str]) -> Reply:
    """The entry's whole answer; says so when it exists in Japanese only."""
    text = entry.text(words.language)
    blocks = [text.answer]
    if words.language not in entry.texts:
        blocks.insert(0, words.say("japanese_only"))
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
    )


def candidates(
    matches: Sequence[Match], entries: Mapping[str, Entry], words: Words, context: Mapping[str, str]
) -> Reply:
    """Three to five questions to choose from, each with the sentence that matched."""
    options = [
        Option(
            entries[match.key].text(words.language).question,
            write(Pick(ENTRY, match.key)),
            match.sentence,
        )
        for match in matches
    ]
    options.append(Option(words.say("none_of_these"), write(Pick(NONE))))
    return Reply(
        kind=Kind.CANDIDATES,
        language=words.language,
        blocks=(words.say("candidates"),),
        options=tuple(options),
        context=dict(context),
    )


def unknown(words: Words, context: Mapping[str, str], phrase: str = "unknown") -> Reply:
    """Nothing found: the desk that knows where to ask, with phone and hours."""
    return Reply(
        kind=Kind.UNKNOWN,
        language=words.language,
        blocks=(words.say(phrase),),
        desk=words.desk("general"),
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


def _about(context: Mapping[str, str], entry: Entry) -> dict[str, str]:
    kept = {name: value for name, value in context.items() if name != "item"}
    return {**kept, "entry": entry.key}
