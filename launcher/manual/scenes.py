"""What the manuals' pictures show: scenes of people at pages, read from pictures.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from launcher.places import ROOT

FILE = Path(__file__).with_name("pictures.yaml")
FOLDER = ROOT / "docs" / "images" / "manual"
MANUALS = tuple(
    ROOT / "docs" / "ja" / name
    for name in ("管理者の手引き.md", "職員の手引き.md", "市民の手引き.md")
)
SHOT = "shot"
VERBS = {
    "open": "a path; line: and mail: before it mean the phone page and the mail catcher",
    "link": "follow the link of this name",
    "press": "press the button of this name",
    "fill": "LABEL = WORDS",
    "choose": "LABEL = OPTION of a list",
    "tick": "the box or the round button of this name",
    "unfold": "what can be unfolded and has these words",
    "mail-code": "type the number that comes by mail, and Enter",
    "app-code": "take the authenticator's key from the page, type its number, and Enter",
    "to": "scroll until these words stand at the top",
    "wait": "until these words are there",
    SHOT: "NAME, or NAME HEIGHT for more of the page than the screen shows",
}
WIDTHS = {"phone": (375, 740), "desk": (1280, 800)}
SHOWN = re.compile(r'(?:!\[[^\]]*\]\(|<img [^>]*src=")\.\./images/manual/([^")]+)')


class BadScene(Exception):
    """A scene nobody can play."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done; `value` is what stands behind the = of `fill` and `choose`."""

    verb: str
    words: str
    value: str = ""

    @classmethod
    def read(cls, told: str) -> Step:
        """`press 保存する`. Raises BadScene."""
        verb, _, rest = told.partition(" ")
        if verb not in VERBS:
            raise BadScene(f"{told!r}: the verbs are {', '.join(VERBS)}")
        if verb not in ("fill", "choose"):
            return cls(verb, rest.strip())
        words, equals, value = rest.partition(" = ")
        if not equals:
            raise BadScene(f"{told!r}: LABEL = WORDS")
        return cls(verb, words.strip(), value.strip())


@dataclass(frozen=True, slots=True)
class Scene:
    """Somebody at a screen of this width, and what they do; `who` is visitor, or whose mail."""

    name: str
    who: str
    width: str
    steps: tuple[Step, ...]

    @property
    def pictures(self) -> list[str]:
        """Names of the pictures it takes, in order."""
        return [step.words.split()[0] for step in self.steps if step.verb == SHOT]


def load(file: Path = FILE) -> tuple[Scene, ...]:
    """Every scene in the file's order. Raises BadScene."""
    told = yaml.safe_load(file.read_text("utf-8"))["scenes"]
    scenes = tuple(
        Scene(one["scene"], one["who"], one["width"], tuple(Step.read(s) for s in one["steps"]))
        for one in told
    )
    taken = [name for scene in scenes for name in scene.pictures]
    if len(taken) != len(set(taken)) or any(s.width not in WIDTHS for s in scenes):
        raise BadScene("a picture is taken twice, or a width is neither phone nor desk")
    return scenes


def shown(manuals: Iterable[Path] = MANUALS) -> set[str]:
    """File names of the pictures the manuals show."""
    return {name for one in manuals for name in SHOWN.findall(one.read_text("utf-8"))}
