"""The supervisor: in order up, restarted when dead, down without a trace."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launcher.faults import StartFailedError
from launcher.places import Places
from launcher.services.process import command_line
from launcher.supervisor import Child, StoppedError, Supervisor

PATH = {"PATH": "/usr/bin:/bin"}
# A child with a child of its own, as a server with workers has.
FAMILY = """
import subprocess, time
print(subprocess.Popen(["sleep", "61"]).pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def places(tmp_path: Path) -> Places:
    made = Places.under(tmp_path)
    made.make()
    return made


@pytest.fixture
def supervisor(places: Places) -> Iterator[Supervisor]:
    made = Supervisor(places, PATH)
    yield made
    made.stop()


def sleeper(name: str) -> Child:
    return Child(name, ["/usr/bin/env", "sleep", "60"])


def wait_for(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def watched(supervisor: Supervisor, until: Callable[[], object]) -> None:
    """Watches until something holds."""

    def stop_when_seen() -> None:
        if until():
            supervisor.stopping = True

    supervisor.watch(stop_when_seen)


def test_children_stop_in_reverse_order(places: Places) -> None:
    supervisor = Supervisor(places, PATH)
    order = places.data / "order"
    script = "import signal, sys, pathlib, time\n" + (
        "signal.signal(signal.SIGTERM, lambda *_: ("
        "pathlib.Path(sys.argv[1]).open('a').write(sys.argv[2]), sys.exit()))\n"
        "print('ready', flush=True)\ntime.sleep(60)"
    )
    for name in "abc":
        line = [sys.executable, "-c", script, str(order), name]
        log = places.log(name)
        supervisor.start(Child(name, line, lambda log=log: "ready" in log.read_text()))  # type: ignore[misc]
    supervisor.stop()
    assert order.read_text() == "cba"


def test_a_dead_child_comes_back(supervisor: Supervisor, places: Places) -> None:
    child = sleeper("worker")
    supervisor.start(child)
    assert child.process
    first = child.process.pid
    child.process.kill()
    watched(supervisor, lambda: child.process and child.process.pid != first and child.deaths)
    assert child.process
    assert child.process.poll() is None
    assert "worker: ended with status -9" in places.log("supervisor").read_text()


def test_one_that_dies_again_and_again_waits_longer(supervisor: Supervisor) -> None:
    child = Child("broken", ["/usr/bin/env", "false"])
    supervisor.start(child)
    watched(supervisor, lambda: child.deaths == 2 and child.process is None)
    assert 1.0 < child.again_at - time.monotonic() <= 2.0


def test_one_that_never_answers_ends_the_start_with_its_log(supervisor: Supervisor) -> None:
    line = [sys.executable, "-c", "raise SystemExit('the port is taken')"]
    with pytest.raises(StartFailedError, match="the port is taken"):
        supervisor.start(Child("portal", line, lambda: False))


def test_a_failed_step_ends_the_start(supervisor: Supervisor) -> None:
    with pytest.raises(StartFailedError, match="no such table"):
        supervisor.run_once("migrations", [sys.executable, "-c", "exit('no such table')"])
    supervisor.run_once("migrations", [sys.executable, "-c", ""])


def test_ctrl_c_while_starting_stops(supervisor: Supervisor) -> None:
    threading.Timer(0.3, setattr, (supervisor, "stopping", True)).start()
    with pytest.raises(StoppedError):
        supervisor.start(Child("slow", ["/usr/bin/env", "sleep", "60"], lambda: False))


def test_a_childs_children_go_with_it(supervisor: Supervisor, places: Places) -> None:
    child = Child("portal", [sys.executable, "-c", FAMILY])
    supervisor.start(child)
    wait_for(lambda: places.log("portal").read_text())
    grandchild = int(places.log("portal").read_text())
    supervisor.stop()
    wait_for(lambda: "sleep" not in command_line(grandchild))


OWNER = """
import sys, time
from launcher.places import Places
from launcher.supervisor import Child, Supervisor
supervisor = Supervisor(Places.under(sys.argv[1]), {"PATH": "/usr/bin:/bin"})
child = Child("worker", ["/usr/bin/env", "sleep", "60"])
supervisor.start(child)
print(child.process.pid, flush=True)
time.sleep(60)
"""


def test_a_killed_supervisor_takes_its_children_along(places: Places) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, places.data], stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout
        pid = int(owner.stdout.readline())
        owner.send_signal(signal.SIGKILL)
    wait_for(lambda: not command_line(pid))


def test_an_orphan_of_a_killed_supervisor_is_stopped(
    supervisor: Supervisor, places: Places
) -> None:
    """As it happens where no death signal exists."""
    line = ["sleep", "62"]
    with subprocess.Popen(line) as orphan, subprocess.Popen(["sleep", "63"]) as stranger:
        record = [(orphan.pid, "sleep 62"), (stranger.pid, "something else")]
        (places.run / "children.json").write_text(json.dumps(record))
        reaper = threading.Thread(target=orphan.wait)
        reaper.start()
        supervisor.recover_orphans()
        reaper.join(20)
        assert orphan.returncode == -signal.SIGTERM
        assert stranger.poll() is None
        stranger.kill()
