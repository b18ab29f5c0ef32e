"""The fourteen outside sites."""

from pathlib import Path

import pytest

from portal.catalogue.reading import FaultyEntry
from portal.guide.links import FILE, GROUPS, link_for, outside_links, read_links


def test_all_fourteen_sites_of_the_tender_are_there() -> None:
    links = outside_links()
    assert len(links) == 14
    assert {link.group for link in links.values()} == set(GROUPS)
    for link in links.values():
        assert link.host.endswith((".example", ".go.jp", "myna.go.jp"))
        assert link.title.en.isascii()
        assert link.summary.en.isascii()


def test_signatures_leave_lines_browser() -> None:
    signing = {key for key, link in outside_links().items() if link.system_browser}
    assert signing == {"e_application", "eltax", "direct_debit", "mynaportal"}


def test_what_a_service_links_to() -> None:
    assert link_for(None) is None
    assert link_for("library") is outside_links()["library"]
    plain = link_for("https://www.nenkin.go.jp/n_net/")
    assert plain is not None
    assert plain.host == "www.nenkin.go.jp"
    assert plain.system_browser


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("group: procedures", "group: moon", "group: expected one of"),
        ("https://shinsei", "http://shinsei", "url: must be a full https address"),
        ("key: eltax", "key: e_application", "key used twice"),
    ],
)
def test_a_slip_in_the_file_names_the_field(tmp_path: Path, old: str, new: str, words: str) -> None:
    spoilt = tmp_path / "links.yaml"
    spoilt.write_text(FILE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FaultyEntry) as caught:
        read_links(spoilt)
    assert words in str(caught.value)
    spoilt.write_text("e_application: x\n", encoding="utf-8")
    with pytest.raises(FaultyEntry, match="expected a list of links"):
        read_links(spoilt)
