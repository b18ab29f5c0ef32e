"""The agency's own samples and two messages of 2026, where they lie beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from notifications.disaster.bulletin import read
from notifications.disaster.rules import decide
from notifications.disaster.xml import below, child, children, tree, words

SAMPLES = Path(__file__).parents[4] / "shared" / "data" / "jma"
pytestmark = pytest.mark.skipif(not SAMPLES.exists(), reason="the samples lie in ../shared only")

# file, municipality, level, action, why: read off the files by eye.
TOLD = """
15_16_01_241031_VPWW56 01214 4 emergency level4
15_16_01_241031_VPWW56 01511 3 none unchanged
15_16_02_241031_VPWW57 26100 0 none nothing
15_16_03_241226_VPWW55 01214 4 emergency level4
15_16_03_241226_VPWW55 06204 - none elsewhere
15_16_04_241226_VPWW58 01214 - notice level3
15_16_05_241226_VPWW59 01511 - none unchanged
15_16_06_241226_VPWW60 01214 - notice level3
15_16_07_250630_VPWW61 01214 - none low
15_16_08_250630_VPWW57 01511 4 emergency level4
15_17_01_250630_VPWW55 32201 3 none unchanged
15_17_01_250630_VPWW55 32528 0 none lifted
15_17_01_250630_VPWW56 32201 2 none low
15_17_01_250123_VPWW54 32201 3 none unchanged
18_03_01_190412_VPOA50 01100 - notice record_rain
18_03_01_190412_VPOA50 06204 - none elsewhere
32-35_01_01_100806_VXSE51 22100 - emergency earthquake
32-35_01_01_100806_VXSE51 22203 - emergency earthquake
32-35_01_01_100806_VXSE51 12100 - none low
32-35_01_01_100806_VXSE51 06204 - none elsewhere
32-35_01_03_240613_VXSE53 22306 - none drill
32-39_11_02_250206_VTSE41 04202 - emergency tsunami
32-39_11_02_250206_VTSE41 46222 - notice tsunami_advisory
32-39_11_02_250206_VTSE41 06204 - none elsewhere
32-39_11_06_250206_VTSE41 04202 - none unchanged
32-39_11_11_250206_VTSE41 12100 - notice tsunami_advisory
32-39_11_13_250206_VTSE41 04202 - none lowered
32-39_11_13_250206_VTSE41 06204 - none low
32-39_12_02_250206_VTSE41 22130 - none drill
32-39_12_13_250206_VTSE41 06204 - none drill
32-39_13_02_250206_VTSE41 12100 - none drill
38-39_02_01_250206_VTSE41 46222 - notice tsunami_advisory
38-39_02_04_250206_VTSE41 46222 - none lifted
38-39_03_01_210805_VTSE41 46222 - correction cancelled
VPWW55_chiba_2026 12100 5 none unchanged
VPWW55_chiba_2026 12205 3 notice level3
VPWW55_chiba_2026 12202 0 none nothing
VPWW58_amami_2026 46201 - none low
VPWW58_amami_2026 46222 - none elsewhere
"""


@pytest.mark.parametrize("line", TOLD.strip().splitlines())
def test_a_sample_says_what_it_says(line: str) -> None:
    name, area, level, action, why = line.split()
    bulletin = read((SAMPLES / f"{name}.xml").read_bytes(), area)
    decision = decide(bulletin)
    assert str(bulletin.level if bulletin.level is not None else "-") == level
    assert (decision.action, decision.why_code) == (action, why)


def test_every_sample_can_be_read_and_drills_propose_nothing_anywhere() -> None:
    files = sorted(SAMPLES.glob("*.xml"))
    assert len(files) >= 30
    for file in files:
        for area in ("06204", "12100", "22100", "32201", "01214", "46222", "47201"):
            bulletin = read(file.read_bytes(), area)
            if bulletin.status != "通常":
                assert decide(bulletin).action == "none"
                assert decide(bulletin, {}).action == "none"


def test_our_table_agrees_with_the_areas_of_an_earthquake() -> None:
    root = tree((SAMPLES / "32-35_01_03_240613_VXSE53.xml").read_bytes())
    cities = 0
    for area in below(child(root, "Body"), "Area"):
        for city in children(area, "City"):
            bulletin = read(_only(words(area, "Code")), words(city, "Code")[:5])
            assert bulletin.hits, words(city, "Name")
            cities += 1
    assert cities > 100


def _only(area: str) -> bytes:
    from standins.jma import messages

    return messages.quick_intensity("5-", messages.Envelope(), area).encode()
