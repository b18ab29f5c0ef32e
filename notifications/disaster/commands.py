"""Commands: read messages of the agency from files, without a database."""

# Everything heavy is imported inside the commands: ./mado --help must stay quick.
from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--area", required=True, help="Municipality: 06204, 062049, or with seismic=… too.")
@click.option("--seismic", default="", help="Its area of 震度速報, where our table is coarser.")
@click.option("--tsunami", default="", help="Its tsunami forecast area; - for none.")
@click.option("--region", default="", help="Its 一次細分区域.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line and file.")
def read(
    files: tuple[Path, ...], area: str, seismic: str, tsunami: str, region: str, as_json: bool
) -> None:
    """Say what FILES (messages of the Japan Meteorological Agency) mean for a municipality.

    A broken file gives an error for that file, and status 1; the others are read all the same.
    """
    from notifications.disaster.places import NoPlace, place_of

    own = {"seismic": seismic, "tsunami": tsunami, "region": region}
    words = [area, *(f"{name}={value}" for name, value in own.items() if value)]
    try:
        place = place_of(" ".join(words))
    except NoPlace as error:
        raise click.BadParameter(str(error), param_hint="--area") from None
    answers = [_answer(file, place) for file in files]
    for answer in answers:
        click.echo(json.dumps(answer, ensure_ascii=False) if as_json else _line(answer))
    sys.exit(1 if any("error" in answer for answer in answers) else 0)


def _answer(file: Path, place: Any) -> dict[str, Any]:
    from notifications.disaster.bulletin import read as read_bulletin
    from notifications.disaster.rules import decide
    from notifications.disaster.telling import told
    from notifications.disaster.xml import MOST_BYTES, Unreadable

    try:
        with file.open("rb") as stream:
            bulletin = read_bulletin(stream.read(MOST_BYTES + 1), place)
    except Unreadable as error:
        return {"file": str(file), "error": str(error)}
    except OSError as error:
        return {"file": str(file), "error": error.strerror or type(error).__name__}
    return {"file": str(file), **told(bulletin, decide(bulletin))}


def _line(answer: dict[str, Any]) -> str:
    if "error" in answer:
        return f"{answer['file']}: {answer['error']}"
    kinds = "、".join(answer["kinds"]) or "—"
    where = "、".join(dict.fromkeys(one["name"] for one in answer["areas"])) or "—"
    state = f"{answer['status']} {answer['type']}"
    return f"{answer['file']}: {state} {kinds} ({where}): {answer['action']}: {answer['why']}"
