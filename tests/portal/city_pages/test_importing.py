"""The batch against a website over real sockets."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from portal.core.clock import now
from portal.core.db import transaction
from portal.guide.city_pages import importing
from portal.guide.city_pages.importing import run_source
from portal.guide.city_pages.models import CityPage, PageRun, PageRunItem, PageSource
from standins.processes import StandinProcess
from tests.portal.city_pages.conftest import BASE, HOSTS, Make, pages, ran, shown

CHECKUP = "/kosodate/kenshin/18m.html"
LIST = {
    "kind": "list",
    "url": f"{BASE}/shinchaku.html",
    "row_selector": "#honbun dl.news",
    "date_selector": "dt",
    "category_selector": ".cate",
}


@pytest.mark.parametrize(
    ("said", "listed"),
    [
        ({"url": f"{BASE}/rss.xml"}, 10),
        ({"url": f"https://{HOSTS[1]}/news.rdf"}, 10),
        ({"url": f"{BASE}/atom.xml"}, 10),
        ({"kind": "sitemap", "url": f"{BASE}/sitemap.xml"}, 12),
        ({"kind": "sitemap", "url": f"{BASE}/sitemap.xml.gz"}, 12),
        ({"kind": "sitemap", "url": f"{BASE}/sitemap_index.xml"}, 12),
        (LIST, 12),
    ],
    ids=lambda value: (
        str(value.get("url", "")).rpartition("/")[2] if isinstance(value, dict) else ""
    ),
)
def test_every_dialect_gives_title_category_and_update_date(
    source: Make, said: dict[str, str], listed: int
) -> None:
    run = ran(source(**said))
    assert (run.listed, run.counts, run.fault) == (listed, {"new": listed}, "")
    page = pages()[CHECKUP]
    assert page.title == "1歳6か月児健診のお知らせ"
    assert page.category == "子育て"
    assert page.updated_at is not None
    assert (now() - page.updated_at).days in {0, 1, 2}
    assert page.url == f"{BASE}{CHECKUP}"


def test_a_second_run_finds_what_is_new_and_what_changed(
    source: Make, website: StandinProcess
) -> None:
    feed = source()
    ran(feed)
    unchanged = ran(feed)
    assert unchanged.unchanged_list
    assert unchanged.counts == {}
    website.post("/__standin__/page", {"path": CHECKUP, "title": "健診の会場が変わります"})
    website.post("/__standin__/page", {"path": "/new.html", "title": "新しいページ"})
    again = ran(feed)
    assert again.counts == {"new": 1, "changed": 1, "same": 8}
    assert pages()[CHECKUP].title == "健診の会場が変わります"


def test_the_same_page_under_both_hosts_is_one(source: Make) -> None:
    ran(source())
    other = ran(source(name="旧", url=f"https://{HOSTS[1]}/news.rdf"))
    assert other.counts == {"skipped": 10}
    assert len(pages()) == 10


def test_a_page_is_withdrawn_after_two_misses_and_comes_back(
    source: Make, website: StandinProcess
) -> None:
    sitemap = source(kind="sitemap", url=f"{BASE}/sitemap.xml")
    ran(sitemap)
    website.post("/__standin__/remove", {"path": CHECKUP, "status": 404})
    assert ran(sitemap).counts["missed"] == 1
    assert CHECKUP in shown()
    second = ran(sitemap)  # the sitemap itself is unchanged since
    assert second.unchanged_list
    assert second.counts == {"gone": 1}
    assert CHECKUP not in shown()
    website.post("/__standin__/page", {"path": CHECKUP, "listed": True, "status": 200})
    assert ran(sitemap).counts["new"] == 1
    assert CHECKUP in shown()


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 404},
        {"kind": "broken"},
        {"kind": "bomb"},
        {"kind": "elsewhere", "target": "https://evil.example/"},
        {"kind": "elsewhere", "target": "http://127.0.0.1:9/"},
    ],
    ids=lambda fault: f"{fault['kind']} {fault.get('status', fault.get('target', ''))}",
)
def test_a_failed_run_takes_nothing_away(
    source: Make, website: StandinProcess, fault: dict[str, object]
) -> None:
    sitemap = source(kind="sitemap", url=f"{BASE}/sitemap.xml")
    ran(sitemap)
    for _ in range(3):
        website.post("/__standin__/fault", {"next": [fault | {"path": "/sitemap.xml"}]})
        assert ran(sitemap).fault
    assert len(shown()) == 12


def test_a_part_of_a_sitemap_that_fails_fails_the_run(
    source: Make, website: StandinProcess
) -> None:
    sitemap = source(kind="sitemap", url=f"{BASE}/sitemap_index.xml")
    ran(sitemap)
    for _ in range(3):
        part = {"kind": "status", "status": 404, "path": "/sitemap_part1.xml.gz"}
        website.post("/__standin__/fault", {"next": [part]})
        assert ran(sitemap).fault == "status_404"
    assert len(shown()) == 12


def test_a_sitemap_that_lost_most_pages_is_not_believed(
    source: Make, website: StandinProcess
) -> None:
    sitemap = source(kind="sitemap", url=f"{BASE}/sitemap.xml")
    ran(sitemap)
    for path in sorted(pages())[:9]:
        website.post("/__standin__/remove", {"path": path, "status": 0})
    for _ in range(3):
        assert ran(sitemap).fault == "shrunk"
    assert len(shown()) == 12


def test_pages_no_feed_names_any_more_are_looked_at(source: Make, website: StandinProcess) -> None:
    feed = source()
    ran(feed)
    website.post("/__standin__/remove", {"path": CHECKUP, "status": 410})
    ran(feed)
    assert CHECKUP in shown()
    with transaction() as session:
        session.execute(update(CityPage).values(checked_at=now().replace(year=2025)))
    assert ran(feed).counts["missed"] == 1
    assert ran(feed).counts["gone"] == 1
    assert CHECKUP not in shown()


def test_an_interrupted_run_goes_on_where_it_stopped(source: Make, website: StandinProcess) -> None:
    sitemap = source(kind="sitemap", url=f"{BASE}/sitemap.xml")
    first = run_source(sitemap, seconds=0.0001)
    assert first.state == "more"
    done = len(shown())
    assert done < 12
    website.get("/__standin__/requests")
    second = run_source(sitemap)
    assert second == importing.Outcome("finished", first.run_id)
    asked = [each["path"] for each in website.get("/__standin__/requests")["requests"]]
    assert len([path for path in asked if path.endswith(".html")]) == 12 - done
    assert "/sitemap.xml" not in asked
    assert len(shown()) == 12


def test_the_website_may_ask_for_patience(source: Make, website: StandinProcess) -> None:
    sitemap = source(kind="sitemap", url=f"{BASE}/sitemap.xml")
    busy = {"kind": "status", "status": 429, "path": CHECKUP, "retry_after": "3600"}
    website.post("/__standin__/fault", {"next": [busy]})
    outcome = run_source(sitemap)
    assert outcome.state == "paused"
    with transaction() as session:
        wait = session.get_one(PageSource, sitemap).due_at - now()
    assert 3500 < wait.total_seconds() <= 3600
    assert ran(sitemap).counts == {"new": 12}


def test_one_broken_page_is_reported_and_tried_again(source: Make, website: StandinProcess) -> None:
    sitemap = source(kind="sitemap", url=f"{BASE}/sitemap.xml")
    website.post("/__standin__/fault", {"next": [{"kind": "status", "path": CHECKUP}]})
    run = ran(sitemap)
    assert run.counts == {"new": 11, "failed": 1}
    assert failures(run) == {CHECKUP: "status_500"}
    assert ran(sitemap).counts == {"new": 1}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"kind": "big"}, "too_big"),
        ({"kind": "zipped"}, "too_big"),
        ({"kind": "elsewhere", "target": "https://evil.example/x"}, "redirect_not_allowed"),
        ({"kind": "elsewhere", "target": f"{BASE}{CHECKUP}", "times": 9}, "redirects"),
        ({"kind": "elsewhere", "target": "file:///etc/passwd"}, "redirect_not_allowed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_pages_that_misbehave_are_refused(
    source: Make, website: StandinProcess, fault: dict[str, object], reason: str
) -> None:
    sitemap = source(kind="sitemap", url=f"{BASE}/sitemap.xml")
    website.post("/__standin__/fault", {"next": [fault | {"path": CHECKUP}]})
    assert failures(ran(sitemap)) == {CHECKUP: reason}


def test_robots_txt_is_obeyed(source: Make, website: StandinProcess) -> None:
    website.post("/__standin__/config", {"robots": "User-agent: *\nDisallow: /kosodate/\n"})
    sitemap = source(kind="sitemap", url=f"{BASE}/sitemap.xml")
    run = ran(sitemap)
    assert run.counts == {"new": 9, "failed": 3}
    assert set(failures(run).values()) == {"robots"}
    asked = website.get("/__standin__/requests")["requests"]
    assert not [each for each in asked if each["path"].startswith("/kosodate/")]
    assert all(each["agent"].startswith("MadoPages/") for each in asked)


def test_two_runs_at_once_are_one(source: Make) -> None:
    feed = source()
    with importing._alone(feed) as mine:
        assert mine
        assert run_source(feed).state == "held"


@pytest.mark.parametrize("encoding", ["shift_jis", "euc_jp", "utf-8"])
def test_old_encodings_of_pages(source: Make, website: StandinProcess, encoding: str) -> None:
    website.post("/__standin__/config", {"encoding": encoding})
    ran(source(kind="sitemap", url=f"{BASE}/sitemap.xml"))
    assert pages()[CHECKUP].summary.startswith("対象の方へ案内をお送りします。")


def test_pages_changed_without_a_new_date_are_read_where_staff_say_so(
    source: Make, website: StandinProcess
) -> None:
    feed = source(**LIST, reads_pages=True)
    ran(feed)
    website.get("/__standin__/requests")
    website.post("/__standin__/page", {"path": CHECKUP, "summary": "会場は保健センターです。"})
    assert ran(feed).counts.get("changed") == 1
    assert pages()[CHECKUP].summary == "会場は保健センターです。"
    asked = website.get("/__standin__/requests")["requests"]
    read = [each for each in asked if each["path"].endswith(".html")]
    assert any(each["etag"] for each in read), "conditional requests"


def test_a_worker_takes_what_is_due(source: Make, work: Callable[[], None]) -> None:
    source()
    assert importing.sweep() == 1
    work()
    assert len(shown()) == 10
    assert importing.sweep() == 0


def failures(run: PageRun) -> dict[str, str]:
    with transaction() as session:
        found = session.scalars(
            select(PageRunItem).where(PageRunItem.run_id == run.id, PageRunItem.outcome == "failed")
        )
        return {item.url.removeprefix(BASE): item.reason for item in found}
