"""Nothing newer than the oldest engine of docs/browsers.md is used without a way round it."""

from __future__ import annotations

import os
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from launcher import node
from tests.browsers.engines import BROWSERS, NODE, ROOT, Engines
from tests.browsers.reading import in_script, in_styles, in_template

pytestmark = pytest.mark.contract  # needs Node's packages, which need the network once


@pytest.fixture(scope="module")
def engines() -> Engines:
    node.ensure(NODE)
    return Engines()


def read(files: Iterable[Path]) -> dict[str, str]:
    return {str(file.relative_to(ROOT)): file.read_text("utf-8") for file in sorted(files)}


def newer(engines: Engines) -> dict[str, str]:
    """Features that an engine lacks: who lacks it, and where we use it."""
    where: dict[str, set[str]] = defaultdict(set)
    for name, text in read((ROOT / "static" / "css").glob("*.css")).items():
        for path in in_styles(text):
            where[path].add(name)
    for name, text in read((ROOT / "templates").rglob("*.html")).items():
        for path in in_template(text):
            where[path].add(name)
    found = {
        path: f"{', '.join(engines.lacking(path))}: {', '.join(sorted(names)[:3])}"
        for path, names in where.items()
        if engines.lacking(path)
    }
    for name, text in read((ROOT / "static" / "js").glob("*.js")).items():
        for member in in_script(text):
            if lacking := engines.lacking_member(member):
                found[f".{member}"] = f"{', '.join(lacking)}: {name}"
    return found


def test_what_is_newer_has_a_fallback_that_is_written_down(engines: Engines) -> None:
    found = newer(engines)
    told = engines.told["newer"]
    assert {path: why for path, why in found.items() if path not in told} == {}
    assert set(told) - set(found) == set(), "no longer used: take it out of docs/browsers.json"
    assert all(len(words) > 15 for words in told.values())


def test_scripts_speak_the_language_of_2019(engines: Engines) -> None:
    eslint = NODE / "node_modules" / "eslint" / "bin" / "eslint.js"
    config = ("--config", NODE / "eslint.config.mjs", "--no-color")
    done = subprocess.run(
        [node.program(), eslint, *config, ROOT / "static" / "js"],
        cwd=ROOT,
        env={**os.environ, "MADO_BROWSERS": str(BROWSERS)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("css", "feature"),
    [
        ("@layer base { a { color: red } }", "css.at-rules.layer"),
        (".a:has(b) { color: red }", "css.selectors.has"),
        ("a { width: 100dvh }", "css.types.length.viewport_percentage_units_dynamic"),
        ("a { color: light-dark(red, blue) }", "css.types.color.light-dark"),
        ("@media (max-width: 3em) { .a { inset: 0 } }", "css.properties.inset"),
    ],
)
def test_the_check_sees_what_is_newer(engines: Engines, css: str, feature: str) -> None:
    assert feature in {path for path in in_styles(css) if engines.lacking(path)}


def test_the_check_sees_new_html_and_members(engines: Engines) -> None:
    found = [path for path in in_template("<p popover>{{ x }}</p>") if engines.lacking(path)]
    assert found == ["html.global_attributes.popover"]
    assert engines.lacking_member("showModal") == ["safari_ios", "safari"]
    assert engines.lacking_member("addEventListener") == []
