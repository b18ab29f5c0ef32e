"""Database killed, disk full, queue gone, ten times the traffic: with residents writing all along.

What was acknowledged (a redirect to the page that shows it) is counted afterwards: none may lack.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import NOT_HERE, Tell
from tests.faults.residents import Crowd, Resident, crowd
from tests.faults.town import Town, until

pytestmark = pytest.mark.deep
KEPT = "303"


def more_acts(people: Crowd, count: int = 20) -> None:
    before = people.acts
    until(lambda: people.acts >= before + count, f"{count} more acts")


def seen_again(people: Crowd, words: str, count: int = 5) -> Counter[str]:
    """What is shown until these words were shown often enough."""
    moments = people.moments()
    try:
        until(lambda: people.since(moments)[words] >= count, f"{words!r} shown {count} times")
    except AssertionError as silent:
        raise AssertionError(f"{silent}, but: {people.since(moments)}") from None
    return people.since(moments)


def sorry_again(people: Crowd) -> None:
    """Until five were told that it does not work now."""
    moments = people.moments()

    def sorry() -> int:
        seen = people.since(moments)
        return sum(count for words, count in seen.items() if words.startswith("503 "))

    until(lambda: sorry() >= 5, "five pages that say sorry")


def without_success(seen: Counter[str]) -> Counter[str]:
    return Counter({words: n for words, n in seen.items() if words[0] not in "23"})


def test_the_database_is_killed_while_residents_write(town: Town, tell: Tell) -> None:
    with crowd(town.settle_in(6)) as people:
        more_acts(people)
        moments = people.moments()
        town.kill_database()
        sorry_again(people)
        town.postgres.start()
        took = until(lambda: seen_again(people, KEPT, 1)[KEPT] > 0, "written again")
        more_acts(people)
    seen = without_success(people.since(moments))
    tell("データベースが突然止まる", seen, people.acts, len(town.lost()), f"復帰まで{took:.0f}秒")
    assert town.lost() == []
    assert all(words.startswith("503 ") for words in seen)


def test_the_queue_is_gone(town: Town, tell: Tell) -> None:
    with crowd(town.settle_in(4)) as people:
        more_acts(people)
        moments = people.moments()
        pid = town.valkey.pid
        assert pid
        os.kill(pid, signal.SIGKILL)
        until(lambda: not town.valkey.alive(), "the queue is dead")
        town.valkey.stop()
        more_acts(people)
        town.valkey.start()
        more_acts(people)
    seen = without_success(people.since(moments))
    tell("Valkey（待ち行列）が消える", seen, people.acts, len(town.lost()), "書き込みは続く")
    assert town.lost() == []
    assert not seen


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path | None]:
    """A disk of its own for the database; None without the right to mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    line = ["mount", "-t", "tmpfs", "-o", "size=200m,mode=0755", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(line, capture_output=True, check=False).returncode:
        yield None
        return
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_the_disk_is_full(tmp_path: Path, small_disk: Path | None, tell: Tell) -> None:
    if small_disk is None:
        tell("データベースのディスクが満杯", NOT_HERE, 0, 0, "小さなディスクを作る権限がない")
        return
    with Town(tmp_path, small_disk / "pg") as town:
        with crowd(town.settle_in(4)) as people:
            more_acts(people)
            moments = people.moments()
            filler = small_disk / "filler"
            fill(filler)
            sorry_again(people)
            reading = shown(town.residents[0], "/")
            filler.unlink()
            if not town.postgres.alive():
                town.postgres.stop()
                town.postgres.start()
            more_acts(people)
        seen = without_success(people.since(moments))
        note = f"満杯のあいだの表紙：{reading}"
        tell("データベースのディスクが満杯", seen, people.acts, len(town.lost()), note)
        assert town.lost() == []
        assert all(words.startswith("503 ") for words in seen)


def fill(filler: Path) -> None:
    """Until nothing more fits; the database may take what it gives back, so twice."""
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue


def shown(resident: Resident, path: str) -> str:
    return resident.ask("GET", path)[0].told


def test_ten_times_the_traffic(town: Town, tell: Tell) -> None:
    everybody = town.settle_in(60)
    with crowd(everybody[:6], pause=0.3) as usual:
        more_acts(usual, 40)
    calm = slowest(everybody[:6])
    with crowd(everybody, pause=0.3) as people:
        more_acts(people, 400)
    seen = without_success(people.since([0] * 60))
    note = f"95%が{calm * 1000:.0f}ミリ秒以内→{slowest(everybody) * 1000:.0f}ミリ秒以内"
    tell("10倍のアクセス", seen, people.acts, len(town.lost()), note)
    assert town.lost() == []
    assert not seen


def slowest(people: list[Resident]) -> float:
    """The 95th percentile of what they waited."""
    waits = sorted(seen.seconds for one in people for seen in one.seen)
    return waits[int(len(waits) * 0.95)]
