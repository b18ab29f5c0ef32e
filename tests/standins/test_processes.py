"""Stand-ins as processes: they keep their state, follow new ports and end when told to."""

import signal
import threading
import time
from pathlib import Path

import pytest
import requests

from standins.processes import StandinProcess
from tests.standins.conftest import CALLBACK, SAKURA, Line, configuration, text
from tests.standins.test_line_login import ask, new_code, query_of, sign_in


def test_a_second_run_on_another_port_has_what_the_first_had(tmp_path: Path) -> None:
    with StandinProcess.line_platform(tmp_path, configuration()) as first, requests.Session() as h:
        line = Line(first, h)
        line.api("POST", "/v2/bot/message/push", {"to": SAKURA, "messages": text()})
        new_code(line)
        keys = line.get("/oauth2/v2.1/certs").json()
    with StandinProcess.line_platform(tmp_path, configuration()) as second, requests.Session() as h:
        line = Line(second, h)
        assert second.port != first.port
        assert line.talk(SAKURA) == text()
        assert line.get("/oauth2/v2.1/certs").json() == keys
        assert "code" in query_of(sign_in(line, ask(line)))
        well_known = line.get("/.well-known/openid-configuration").json()
        assert well_known["token_endpoint"] == f"{second.url}/oauth2/v2.1/token"


def test_new_addresses_can_be_told_while_it_runs(line: Line) -> None:
    moved = CALLBACK.replace("8000", "8100")
    assert ask(line, redirect_uri=moved).status_code == 400
    line.control("config", {"login_channel": {"redirect_uris": [moved]}})
    assert ask(line, redirect_uri=moved).status_code == 200


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_once_when_told_even_with_a_request_in_silence(
    tmp_path: Path, how: signal.Signals
) -> None:
    with StandinProcess.line_platform(tmp_path, configuration()) as process:
        process.post("/__standin__/fault", {"next": [{"status": "hang", "path": "/v2/profile"}]})

        def wait_for_ever() -> None:
            with pytest.raises(requests.ConnectionError), requests.Session() as http:
                http.get(process.url + "/v2/profile", timeout=60)

        waiting = threading.Thread(target=wait_for_ever)
        waiting.start()
        deadline = time.monotonic() + 10
        while process.get("/__standin__/state")["faults_left"]:
            assert time.monotonic() < deadline
        assert process.process
        process.process.send_signal(how)
        assert process.process.wait(5) == 0
        waiting.join(5)


def test_it_listens_on_this_machine_only(line: Line) -> None:
    found = Path("/proc/net/tcp").read_text().splitlines()[1:]
    port = f"{line.process.port:04X}"
    listening = [one.split()[1] for one in found if one.split()[3] == "0A"]
    assert f"0100007F:{port}" in listening
    assert f"00000000:{port}" not in listening


def test_a_configuration_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    broken = {**configuration(), "quota": {"type": "some"}}
    with pytest.raises(RuntimeError, match="ended at once"):
        StandinProcess.line_platform(tmp_path, broken).start()
    assert "quota.type" in (tmp_path / "log.txt").read_text()
