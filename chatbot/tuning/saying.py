"""What the bot says around its answers; LINE and the web print it like any other reply. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from chatbot.dialogue.reply import Context, Kind, Option, Reply
from chatbot.knowledge.entries import WRITTEN, Link
from chatbot.knowledge.loading import load_phrases

PREFIX = "feedback"
YES, NO, WORDS, ENOUGH = "yes", "no", "words", "enough"
REASONS = ("wrong", "old", "hard", "other_matter")  # kept with the question
STEPS = frozenset({YES, NO, WORDS, ENOUGH, *REASONS})
HELPFUL = frozenset({Kind.ANSWER, Kind.GARBAGE})
TELLING = "telling"  # in a conversation's context: the turn whose words are awaited
LEAVE_PATH = "/ask/staff"


@dataclass(frozen=True, slots=True)
class Pressed:
    """What came back: which turn, and what was pressed."""

    turn: str
    step: str


def read(payload: str) -> Pressed | None:
    """What a payload of ours says; None for anything else."""
    prefix, _, rest = payload.partition(":")
    turn, _, step = rest.partition(":")
    return Pressed(turn, step) if prefix == PREFIX and turn and step in STEPS else None


def write(turn: str, step: str) -> str:
    return f"{PREFIX}:{turn}:{step}"


def is_closing(options: Sequence[Mapping[str, str]]) -> bool:
    """Whether the options (as in a kept reply) ask if the answer helped."""
    steps = {pressed.step for one in options if (pressed := read(one["payload"]))}
    return steps == {YES, NO}


def with_ways_on(reply: Reply, turn: str) -> Reply:
    """The reply with what can be said to it: whether it helped, or that staff shall answer."""
    if not turn:
        return reply
    say = _phrases(reply.language)
    if reply.kind in HELPFUL and not reply.options:
        asked = (
            Option(say["solved"], write(turn, YES)),
            Option(say["not_solved"], write(turn, NO)),
        )
        return replace(reply, options=asked)
    if reply.kind is Kind.UNKNOWN:
        return replace(reply, links=(*reply.links, _leave(turn, say)))
    return reply


def said_back(pressed: Pressed, language: str, context: Context) -> Reply:
    """What is said when something was pressed."""
    say = _phrases(language)
    if pressed.step == NO:
        options = [
            Option(say[f"reason_{one}"], write(pressed.turn, one)) for one in (*REASONS, WORDS)
        ]
        links = (_leave(pressed.turn, say),)
        return _reply("why", language, context, options=tuple(options), links=links)
    if pressed.step == WORDS:
        stop = Option(say["enough"], write(pressed.turn, ENOUGH))
        awaited = {**context, TELLING: pressed.turn}
        return _reply("say_it", language, awaited, options=(stop,))
    return _reply("thanks_yes" if pressed.step == YES else "thanks_no", language, context)


def thanks_for_words(language: str, context: Context) -> Reply:
    """What is said to words that were awaited."""
    return _reply("thanks_no", language, context)


def _reply(
    phrase: str,
    language: str,
    context: Context,
    *,
    options: tuple[Option, ...] = (),
    links: tuple[Link, ...] = (),
) -> Reply:
    return Reply(
        kind=Kind.CLARIFY,
        language=_known(language),
        blocks=(_phrases(language)[phrase],),
        options=options,
        links=links,
        context=context,
    )


def _leave(turn: str, say: Mapping[str, str]) -> Link:
    return Link(say["leave"], f"{LEAVE_PATH}?about={turn}")


def _known(language: str) -> str:
    return language if language in WRITTEN else "ja"


def _phrases(language: str) -> Mapping[str, str]:
    return _loaded(_known(language))


@cache
def _loaded(language: str) -> Mapping[str, str]:
    return load_phrases(language, Path(__file__).parent / "data" / "phrases.yaml")
