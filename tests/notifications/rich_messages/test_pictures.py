"""Files from outside made harmless, drawings judged and filled; no application, no database."""

from __future__ import annotations

import io
import struct
import zlib
from xml.etree import ElementTree

import pytest
from PIL import Image

from notifications.pictures import drawing, svg, uploads
from notifications.pictures.svg import BadTemplate
from notifications.pictures.uploads import BadPicture, Limits
from notifications.rich_messages import content, drawings, layouts
from notifications.rich_messages.content import FaultyRich

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1040 520">'


def picture(width: int = 1040, height: int = 520, kind: str = "PNG", mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height), (0, 76, 89) if mode == "RGB" else (0, 0, 0, 0)).save(out, kind)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of 100 bytes that claims 40,000 × 40,000."""
    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"<svg/>", "kind"),
        (b"GIF89a" + b"\x00" * 40, "kind"),
        (picture()[:200], "kind"),
        (bomb(), "size"),
        (picture(200, 100), "size"),
        (b"\x89PNG" + b"\x00" * (uploads.LARGEST_FILE + 1), "large"),
    ],
)
def test_bad_files_are_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(BadPicture) as refused:
        uploads.checked(data)
    assert refused.value.reason == reason


def test_only_the_pixels_are_kept() -> None:
    out = io.BytesIO()
    image = Image.new("RGB", (1200, 600), "white")
    exif = Image.Exif()
    exif[0x010E] = "taken at a home"
    image.save(out, "JPEG", exif=exif)
    found = uploads.checked(out.getvalue() + b"PK\x03\x04 an archive behind the picture")
    assert b"taken at a home" not in found.data
    assert b"PK\x03\x04" not in found.data
    assert (found.width, found.kind, found.mimetype) == (1200, "jpeg", "image/jpeg")
    clear = uploads.checked(picture(mode="RGBA"))
    assert Image.open(io.BytesIO(clear.data)).convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    with pytest.raises(BadPicture):
        uploads.encoded(Image.effect_noise((300, 300), 90), "png", 1000)
    assert uploads.narrowed(found, 240).height == 120
    assert not Limits(ratios=(1.45, 10)).fit(1040, 1040)


HOSTILE = {
    "script": "<script>alert(1)</script>",
    "event": '<rect width="1" height="1" onload="alert(1)"/>',
    "picture": '<image href="https://outside.example/a.png" width="1" height="1"/>',
    "file": '<image href="file:///etc/passwd" width="1" height="1"/>',
    "again": '<use href="#a"/>',
    "page": "<foreignObject><p>page</p></foreignObject>",
    "sheet": "<style>@import url(https://outside.example/a.css)</style>",
    "fill": '<rect width="1" height="1" fill="url(https://outside.example/a.svg#a)"/>',
    "spaced": '<rect width="1" height="1" style="fill:u\\72l(https://outside.example/a)"/>',
    "filter": '<filter id="f"/>',
    "animation": '<animate attributeName="x"/>',
    "outside": '<rect data-area="x" x="1000" y="0" width="100" height="10"/>',
    "nothing": '<rect data-area="x" x="0" y="0" width="0" height="10"/>',
    "endless": '<rect data-area="x" x="nan" y="0" width="inf" height="10"/>',
    "named": "<text>{{" + "あ" * 21 + "}}</text>",
    "deep": "<g>" * 500 + "</g>" * 500,
    "many": "<g/>" * 1600,
}


@pytest.mark.parametrize("inside", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_drawing_that_could_do_more_than_draw_is_refused(inside: str) -> None:
    with pytest.raises(BadTemplate):
        svg.read_template(f"{HEAD}{inside}</svg>")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no xml",
        "<html xmlns='http://www.w3.org/1999/xhtml'/>",
        '<!DOCTYPE svg [<!ENTITY a "b">]>' + HEAD + "&a;</svg>",
        '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + HEAD + "&a;</svg>",
        '<svg xmlns="http://www.w3.org/2000/svg"/>',
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1e9 1e9"/>',
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 nan 5"/>',
        HEAD + " " * svg.LONGEST + "</svg>",
    ],
)
def test_a_file_that_is_no_drawing_is_refused(text: str) -> None:
    with pytest.raises(BadTemplate):
        svg.read_template(text)


def test_words_stay_words_and_notes_of_drawing_programs_go() -> None:
    found = svg.read_template(
        f'{HEAD}<metadata><x xmlns="urn:x"/></metadata><note xmlns="urn:program">secret</note>'
        '<text x="8" data-chars="4">{{ 見出し }}</text>'
        '<rect data-area="押す" x="0" y="0" width="520" height="520"/></svg>'
    )
    assert found.fields == ("見出し",)
    assert [(each.label, each.width) for each in found.areas] == [("押す", 520)]
    text = svg.filled(found, {"見出し": '<script>a</script>{{見出し}}"\x00、い。'})
    assert "secret" not in text and "<script" not in text and "data-area" not in text
    root = ElementTree.fromstring(text)
    assert "".join(root.itertext()) == '<script>a</script>{{見出し}}"、い。'
    assert svg.lines("健診のお知らせ、12月", 6) == ["健診のお知ら", "せ、12月"]
    assert svg.filled(found, {}).count("tspan") == 0


def test_shipped_drawings_are_drawn_with_japanese_letters() -> None:
    for each in drawings.shipped():
        template = each.template
        assert template.areas and template.fields
        drawn = Image.open(io.BytesIO(drawing.png(drawings.example(template), 460)))
        assert drawn.size == (460, round(template.height * 460 / template.width))
        plain = Image.open(io.BytesIO(drawing.png(svg.filled(template, {}), 460)))
        assert drawn.tobytes() != plain.tobytes()
    with pytest.raises(drawing.CanNotDraw):
        drawing.png("<svg", 100)


SHOT = {"id": "00000000-0000-0000-0000-000000000001", "width": 1040, "height": 520}
AREA = {"label": "押す", "link": "/garbage", "x": 0, "y": 0, "width": 520, "height": 520}
MAP = {"kind": "imagemap", "alt": "絵", "picture": SHOT, "areas": [AREA]}
CARD = {
    "title": "題",
    "text": "文",
    "picture": None,
    "buttons": [{"label": "押す", "link": "https://a.example/"}],
}
CARDS = {"kind": "cards", "alt": "札", "cards": [CARD, CARD]}


def test_what_was_kept_is_read_as_it_was() -> None:
    for value in (MAP, CARDS):
        rich = content.read(value)
        assert content.read(content.json(rich)) == rich
        assert content.of({"ja": value}, "ja") == rich
    assert content.links(content.read(CARDS)) == [("押す", "https://a.example/")] * 2
    assert "押す → /garbage" in content.said({"ja": MAP})
    assert "題" in content.said({"ja": CARDS})


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({}, "shape"),
        (MAP | {"alt": ""}, "alt"),
        (MAP | {"alt": "あ" * 401}, "alt"),
        (MAP | {"areas": []}, "many"),
        (MAP | {"areas": [AREA] * 10}, "many"),
        (MAP | {"areas": [AREA | {"width": 1041}]}, "area"),
        (MAP | {"areas": [AREA | {"height": 0}]}, "area"),
        (MAP | {"areas": [AREA | {"x": True}]}, "shape"),
        (MAP | {"areas": [AREA | {"label": " "}]}, "label"),
        (MAP | {"areas": [AREA | {"link": "javascript:alert(1)"}]}, "link"),
        (MAP | {"areas": [AREA | {"link": "//outside.example"}]}, "link"),
        (MAP | {"picture": SHOT | {"id": "../../etc"}}, "shape"),
        (CARDS | {"cards": []}, "many"),
        (CARDS | {"cards": [CARD] * 10}, "many"),
        (CARDS | {"cards": [CARD | {"title": ""}]}, "empty"),
        (CARDS | {"cards": [CARD | {"text": ""}]}, "empty"),
        (CARDS | {"cards": [CARD | {"text": "あ" * 301}]}, "many"),
        (CARDS | {"cards": [CARD | {"text": "{{名前}}様"}]}, "placeholder"),
        (CARDS | {"kind": "video"}, "shape"),
    ],
)
def test_what_line_would_refuse_is_not_kept(value: dict[str, object], reason: str) -> None:
    with pytest.raises(FaultyRich) as refused:
        content.read(value)
    assert refused.value.reason == reason


def test_grids_cover_the_picture_once() -> None:
    for grid in layouts.GRIDS:
        places = layouts.places(grid, 1040, 701)
        assert sum(width * height for _, _, width, height in places) == 1040 * 701
        assert len({(x, y) for x, y, _, _ in places}) == len(places)
    assert layouts.read_place("0, 0 520 10") == (0, 0, 520, 10)
    for wrong in ("1 2 3", "a b c d", "1 2 3 4 5"):
        with pytest.raises(ValueError, match=r"\w"):
            layouts.read_place(wrong)
