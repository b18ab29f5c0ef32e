"""One turn of a resident on either face: asked of the right release, noted, with ways to go on."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from flask import current_app

from chatbot.answering.client import AnswerClient
from chatbot.dialogue.reply import Question, Reply
from chatbot.tuning import feedback, log, saying
from chatbot.tuning.serving import release_for
from portal.core.settings import Settings

TALK = "talk"  # in a conversation's context: random, of this conversation and of nobody


def turn(question: Question, *, channel: str, notes: list[log.Row] | None = None) -> Reply:
    """The reply, with what can be said to it. Raises AnswersUnavailable.

    Who works many turns at once gives `notes`: what to keep is put there, for one `log.keep`.
    """
    said = feedback.hear(question)
    if said is not None:
        return said
    talk = question.context.get(TALK) or uuid4().hex[:12]
    asked = replace(question, release=release_for(talk))
    settings: Settings = current_app.extensions["mado.settings"]
    reply = AnswerClient(settings.ANSWERS_SOCKET).turn(asked)
    noted = _noted(log.row(asked, reply, channel=channel), notes)
    # What is picked belongs to what was typed, through however many lists it was reached.
    typed = (question.context.get(log.ASKED) if question.payload else "") or noted
    context = {**reply.context, TALK: talk, log.ASKED: typed}
    return saying.with_ways_on(replace(reply, context=context), noted)


def _noted(row: log.Row, notes: list[log.Row] | None) -> str:
    if notes is not None:
        notes.append(row)
        return str(row["id"])
    return str(row["id"]) if log.keep([row]) else ""
