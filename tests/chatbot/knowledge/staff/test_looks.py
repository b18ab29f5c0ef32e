"""Every page of answers in Chromium, narrow and wide: nothing sticks out, nothing bars the way.

With MADO_SCREENSHOTS=1 the manual's pictures are taken (docs/ja/回答の手引き.md).
"""

from __future__ import annotations

import io
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, Route

from chatbot.knowledge import editing
from chatbot.knowledge.models import Thing
from portal.core.db import transaction
from tests.browser import Browser
from tests.chatbot.knowledge.staff.conftest import EDITOR
from tests.chatbot.knowledge.test_store import body
from tests.chatbot.knowledge.test_tables import NEW, table
from tests.journeys.watching import DESK, PHONE, barriers, pictures_wanted, width_of

ROOT = Path(__file__).resolve().parents[4]
STAFF, RESIDENTS = "http://staff.localhost:8000", "http://localhost:8000"
STAFF_PAGES = (
    "", "/entries/juminhyo", "/entries/juminhyo/edit", "/new", "/lint", "/words", "/tables",
    "/city-pages",
)  # fmt: skip
RESIDENT_PAGES = (
    "/faq", "/faq?category=税", "/faq?q=住民票", "/faq/juminhyo", "/faq/juminhyo/helpful",
)  # fmt: skip
PICTURES = {"/entries/juminhyo/edit": "answers-1-edit", "/entries/juminhyo": "answers-2-draft"}


def opened(app: Flask, chromium: Chromium, clerk: Browser, wide: bool) -> BrowserContext:
    """A browser whose every request the application answers itself: no port is needed."""
    context = chromium.new_context(viewport=DESK if wide else PHONE, locale="ja-JP")
    client = app.test_client(use_cookies=False)

    def answer(route: Route) -> None:
        request = route.request
        parts = urlsplit(request.url)
        response = client.open(
            f"{parts.path}?{parts.query}",
            base_url=f"{parts.scheme}://{parts.netloc}",
            method=request.method,
            headers={k: v for k, v in request.all_headers().items() if k[0] != ":"},
            data=request.post_data_buffer,
            buffered=True,
        )
        route.fulfill(
            status=response.status_code,
            headers=dict(response.headers),
            body=response.get_data(),
        )

    context.route("**/*", answer)
    found = clerk.client.get_cookie("mado_staff", domain="staff.localhost")
    assert found is not None
    cookie = {"name": "mado_staff", "value": found.value, "url": STAFF}
    context.add_cookies([cookie])  # type: ignore[list-item]
    return context


def looked_at(page: Page, url: str, wide: bool, folder: Path) -> None:
    answer = page.goto(url)
    assert answer is not None and answer.status == 200, url
    name = urlsplit(url).path.strip("/").replace("/", "-") + f"-{'wide' if wide else 'narrow'}"
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    assert width_of(page) <= (DESK if wide else PHONE)["width"], url
    assert barriers(page) == "", url


@pytest.mark.deep
@pytest.mark.parametrize("wide", [False, True], ids=["narrow", "wide"])
def test_every_page_looks_right(
    app: Flask, chromium: Chromium, editor: Browser, wide: bool, tmp_path: Path
) -> None:
    with app.app_context(), transaction() as session:
        texts = body()["texts"] | {"ko": {"question": "질문", "answer": "답", "signed": False}}
        texts["ja"]["answer"] = "**市役所の市民課か、コンビニで取れます。**\n- 窓口は1通400円"
        made = editing.draft(session, Thing.FAQ, "juminhyo", body(texts=texts), by=EDITOR)
        editing.propose(session, made.id)
    context = opened(app, chromium, editor, wide)
    page = context.new_page()
    for path in STAFF_PAGES:
        looked_at(page, f"{STAFF}/staff/answers{path}", wide, tmp_path)
        if wide and path in PICTURES:
            taken(page, PICTURES[path])
    for path in RESIDENT_PAGES:
        looked_at(page, f"{RESIDENTS}{path}", wide, tmp_path)
    page.goto(f"{STAFF}/staff/answers/tables")
    rows = table(NEW, {**NEW, "キー": "pond2", "担当窓口": "どこか"})
    file = {"name": "faq.csv", "mimeType": "text/csv", "buffer": io.BytesIO(rows).getvalue()}
    page.set_input_files("#file", file)  # type: ignore[arg-type]
    page.click("button[value=look]")
    page.wait_for_selector("#plan-head")
    assert width_of(page) <= (DESK if wide else PHONE)["width"]
    page.screenshot(path=tmp_path / f"plan-{'wide' if wide else 'narrow'}.png", full_page=True)
    if wide:
        taken(page, "answers-3-table")
    context.close()


def taken(page: Page, name: str) -> None:
    """A picture of the manual."""
    if pictures_wanted():
        page.screenshot(path=ROOT / "docs" / "images" / f"{name}.png", animations="disabled")
