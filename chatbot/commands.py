"""The command line of the answers."""

# Everything heavy is imported inside the commands: ./mado --help must stay quick.
from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chatbot.knowledge.tables.commands import export, import_

if TYPE_CHECKING:
    from chatbot.answering.editions import Editions
    from chatbot.answering.port import Answers

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def answers() -> None:
    """Questions and answers: ask, serve, evaluate, tables of them."""


answers.add_command(import_)
answers.add_command(export)


@answers.command()
@click.option(
    "--socket",
    "path",
    type=click.Path(path_type=Path),
    envvar="ANSWERS_SOCKET",
    default=Path("var/run/answers.sock"),
    show_default=True,
)
def serve(path: Path) -> None:
    """Load the knowledge and answer on a Unix socket until told to stop.

    With DATABASE_URL what the city wrote is answered and renewed when it changes.
    """
    from chatbot.answering.server import SocketTaken, run

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        editions = _editions()
        editions.look()
        editions.watch()
        run(editions, path)
    except (SocketTaken, OSError) as error:
        raise click.ClickException(str(error)) from error


@answers.command()
@click.argument("question")
@click.option("--language", default="ja", help="ja or en")
@click.option("--payload", default="", help="payload of a picked option")
@click.option("--context", default="{}", help="context of the reply before, as JSON")
@click.option("--socket", "path", type=click.Path(path_type=Path), help="ask a running process")
@click.option("--json", "as_json", is_flag=True, help="print the whole reply as JSON")
def ask(
    question: str, language: str, payload: str, context: str, path: Path | None, as_json: bool
) -> None:
    """Ask one question and print the reply."""
    from chatbot.answering.client import AnswerClient
    from chatbot.answering.unavailable import AnswersUnavailable
    from chatbot.dialogue.reply import Question
    from chatbot.rendering.spoken import plain_words

    asked = Question(question, language, _json_object(context), payload)
    try:
        reply = (AnswerClient(path) if path else _local()).turn(asked)
    except AnswersUnavailable as error:
        raise click.ClickException(f"the answering process does not answer: {error}") from error
    if as_json:
        click.echo(json.dumps(reply.to_dict(), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(plain_words(reply)))


@answers.command()
@click.option("--faqs", type=FILE, required=True, help="JSON lines: id, question, answer")
@click.option("--queries", type=FILE, required=True, help="JSON lines: query, rel, fold")
@click.option("--folds", is_flag=True, help="use the labels, cross-validated by fold")
@click.option("--json", "as_json", is_flag=True)
def evaluate(faqs: Path, queries: Path, folds: bool, as_json: bool) -> None:
    """Measure the ranking on questions with graded answers."""
    from chatbot.engine import benchmark
    from chatbot.engine.cache import cache_folder, prepare
    from chatbot.engine.ranking import texts_of
    from chatbot.engine.tokens import Analyzer
    from chatbot.engine.vectors import Encoder
    from chatbot.knowledge.loading import load_stop_words, load_synonyms

    run = benchmark.evaluate_folds if folds else benchmark.evaluate
    try:
        documents, asked = benchmark.read_documents(faqs), benchmark.read_queries(queries)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise click.ClickException(f"not in the expected form: {error!r}") from error
    cache = cache_folder()
    prepare(texts_of(documents), cache)
    analyzer, encoder = Analyzer(load_stop_words(), cache), Encoder(cache)
    encoder.load()
    _print(run(documents, asked, analyzer, load_synonyms(), encoder), as_json)


def _local() -> Answers:
    from chatbot.answering.port import LocalAnswers
    from chatbot.dialogue.composition import load_dialogue

    return LocalAnswers(load_dialogue())


def _editions() -> Editions:
    from chatbot.answering.sources import city_editions, shipped_editions
    from portal.core.settings import load_settings

    return city_editions(load_settings()) if os.environ.get("DATABASE_URL") else shipped_editions()


def _json_object(text: str) -> dict[str, str]:
    try:
        plain = json.loads(text)
    except ValueError as error:
        raise click.BadParameter("the context is not JSON") from error
    if not isinstance(plain, dict):
        raise click.BadParameter("the context is not a JSON object")
    return {str(name): str(value) for name, value in plain.items()}


def _print(figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(figures))
    else:
        for name, value in figures.items():
            click.echo(f"{name:>10}  {value}")
