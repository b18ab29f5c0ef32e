"""Mail and LINE fail, the worker dies, the clock jumps: residents go on, and everything arrives."""

from __future__ import annotations

import os
import signal
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from notifications.notices import delivering
from portal.core.clock import now
from tests.faults.conftest import NOT_HERE, Tell
from tests.faults.residents import Resident
from tests.faults.town import Town, until
from tests.notifications.city import approved, let_time_pass, outcomes

pytestmark = pytest.mark.deep
REFUSE = {"refuse": [{"pattern": ".", "answer": "451 4.3.2 Try again later"}]}
FAIL = {"next": [{"status": 500, "path": "/v2/bot/message", "times": 4}]}
SLOW = {"next": [{"status": "hang", "path": "/v2/bot/message", "times": 2, "seconds": 15}]}
SILENT = timedelta(seconds=30)  # longer than our own patience of 20
HANG = {"next": [{"status": "hang", "path": "/v2/bot/message", "times": 1, "seconds": 10}]}


def write_some(people: list[Resident], count: int = 3) -> Counter[str]:
    """Everybody writes; what they were shown."""
    moments = [len(one.seen) for one in people]
    for one in people:
        one.open_form()
        for number in range(count):
            one.write(f"{one.who.hex[-6:]} {len(one.seen)} {number}")
    pairs = zip(people, moments, strict=True)
    return Counter(seen.told for one, moment in pairs for seen in one.seen[moment:])


def test_mail_and_line_fail_and_the_worker_dies(town: Town, tell: Tell) -> None:
    people = town.settle_in(6, "line") + town.settle_in(6, "mail")
    town.mail.post("/__standin__/fault", REFUSE)
    town.line.post("/__standin__/fault", FAIL)
    with town.app.app_context():
        notice = approved()
    town.work()
    log = town.folder / "worker.log"
    until(lambda: "line.refused" in log.read_text("utf-8"), "LINE was asked")
    seen = write_some(people)
    town.kill("worker")
    town.line.post("/__standin__/fault", HANG)
    town.mail.post("/__standin__/fault", {"refuse": []})
    town.work()
    until(lambda: arrived(town, notice), "everything arrived")
    town.kill("worker")
    with town.app.app_context():
        found = outcomes(notice)
    open_still = sum(count for state, count in found.items() if not state.endswith(" sent"))
    note = f"お知らせ{sum(found.values())}通はあとで全部届く"
    tell(
        "メール451・LINE 500と遅れ・worker停止",
        told(seen),
        12 * 3,
        open_still + len(town.lost()),
        note,
    )
    assert town.lost() == []
    assert not [words for words in seen if words[0] not in "23"]


def test_mail_and_line_take_the_call_and_say_nothing(town: Town, tell: Tell) -> None:
    """The kernel takes connections of a stopped mail server; LINE answers after 15 s, or not."""
    people = town.settle_in(4, "line") + town.settle_in(4, "mail")
    last = max((one["id"] for one in mails(town)), default=0)
    assert town.mail.process
    town.mail.process.send_signal(signal.SIGSTOP)
    town.line.post("/__standin__/fault", SLOW)
    with town.app.app_context():
        notice = approved()
        began = now()
    town.work()
    try:
        until(lambda: now() - began > SILENT, "mail has been silent longer than we wait for it")
        seen = write_some(people)
        slowest = max(one.seconds for person in people for one in person.seen)
    finally:
        town.mail.process.send_signal(signal.SIGCONT)
    until(lambda: arrived(town, notice), "everything arrived")
    town.kill("worker")
    with town.app.app_context():
        found = outcomes(notice)
    letters = Counter(to for one in mails(town) if one["id"] > last for to in one["recipients"])
    open_still = sum(count for state, count in found.items() if not state.endswith(" sent"))
    took = f"画面は遅くて{slowest:.1f}秒、お知らせ{sum(found.values())}通はあとで1通ずつ届く"
    acts = sum(len(one.told_kept) for one in people)
    words = "メールが30秒だまる・LINEが15秒だまって切れる"
    tell(words, told(seen), acts, open_still + len(town.lost()), took)
    assert town.lost() == []
    assert not [words for words in seen if words[0] not in "23"]
    assert open_still == 0
    assert set(letters.values()) == {1}
    assert sum(letters.values()) == sum(n for state, n in found.items() if "mail" in state)


def mails(town: Town) -> list[dict[str, Any]]:
    """What the mail server took."""
    found: list[dict[str, Any]] = town.mail.get("/messages.json?limit=1000")["messages"]
    return found


def told(seen: Counter[str]) -> str:
    return "変わりなし" if all(words[0] in "23" for words in seen) else str(dict(seen))


def arrived(town: Town, notice: object) -> bool:
    """The tick of each minute, as the scheduler rings it, with the waiting left out."""
    with town.app.app_context():
        found = outcomes(notice)  # type: ignore[arg-type]
        if set(found) == {"line sent", "mail sent"} or set(found) == {"line sent", "email sent"}:
            return True
        let_time_pass()
        delivering.sweep()
    return False


def faketime() -> Path | None:
    """Debian's libfaketime, or the file that MADO_FAKETIME names."""
    named = os.environ.get("MADO_FAKETIME")
    places = (
        [Path(named)] if named else list(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    )
    return next((one for one in places if one.exists()), None)


def test_the_clock_jumps(town: Town, tell: Tell, tmp_path: Path) -> None:
    library = faketime()
    if library is None:
        tell(
            "時計が飛ぶ（2時間戻る・1日進む）",
            NOT_HERE,
            0,
            0,
            "libfaketime がない（apt-get で入る）",
        )
        return
    clock = tmp_path / "clock"
    clock.write_text("+0\n")
    town.kill("portal")
    more = {"FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1"}
    more |= {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "LD_PRELOAD": str(library)}
    town.serve(**more)
    people = town.settle_in(3)
    seen = {"before": write_some(people)}
    for jump in ("-2h", "+1d", "+0"):
        clock.write_text(f"{jump}\n")
        seen[jump] = write_some(people)
    clock.write_text("+0\n")
    acts = sum(len(one.told_kept) for one in people)
    words = "1日進んでいるあいだだけログイン画面（303）、ほかは変わりなし"
    note = "時計が戻れば、ログインしたまま続きから"
    tell("時計が飛ぶ（2時間戻る・1日進む）", words, acts, len(town.lost()), note)
    town.kill("portal")
    town.serve()
    assert town.lost() == []
    assert people[0].told_kept and not [one for one in people if len(one.told_kept) < 9]
    assert not [one for found in seen.values() for one in found if one[0] not in "23"]
    assert all(found["200"] == 3 for jump, found in seen.items() if jump != "+1d")
