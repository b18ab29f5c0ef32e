"""`./mado run` as a newcomer meets it: up, refused twice, lent to other commands, down."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from launcher.city import holds_real_data, start_over
from launcher.places import Places
from launcher.run import run
from launcher.services.process import command_line
from tests.launcher.cities import Running, mado, open_url


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    started = Running(tmp_path_factory.mktemp("city"))
    yield started
    if started.process.poll() is None:
        started.stop()


def test_what_it_prints_is_where_it_answers(running: Running) -> None:
    printed = running.printed.read_text()
    for name in ("public_url", "line_url", "mail_web_url", "city_tool_url"):
        assert running.city[name] in printed
    with open_url(running.city["public_url"] + "/health/ready", timeout=10) as answer:
        assert answer.status == 200
    with open_url(running.city["line_url"] + "/__standin__/health", timeout=10) as answer:
        assert answer.headers["Mado-Standin"]


def test_every_process_of_the_city_runs(running: Running) -> None:
    lines = " ".join(running.children)
    for part in ("line_platform", "mail_catcher", "city_tool", "card_service"):
        assert f"standins.{part}" in lines
    for part in ("granian", "launcher worker", "launcher scheduler"):
        assert part in lines


def test_no_secret_stands_in_a_process_list(running: Running) -> None:
    secrets = [file.read_text() for file in (running.data / "secrets").iterdir()]
    lines = [command_line(pid) for pid in running.children.values()]
    assert len(secrets) > 4
    assert not [line for line in lines for secret in secrets if secret in line]


def test_a_second_run_says_where_the_first_is(running: Running) -> None:
    second = mado("run", "--data", str(running.data))
    assert second.returncode == 1
    assert "すでに動いています" in second.stderr
    assert running.city["public_url"] in second.stderr
    assert str(running.process.pid) in second.stderr


def test_other_commands_use_the_running_citys_database(running: Running) -> None:
    asked = mado("db", "current", MADO_DATA=str(running.data))
    assert asked.returncode == 0, asked.stderr
    assert asked.stdout.strip()


def test_stopping_leaves_no_process_and_keeps_the_data(running: Running) -> None:
    assert running.stop() == 0
    assert not [pid for pid in running.children.values() if command_line(pid)]
    assert not (running.data / "run" / "city.json").exists()
    # Without a running city the same command brings servers of its own, on the same data.
    asked = mado("db", "current", MADO_DATA=str(running.data))
    assert asked.returncode == 0, asked.stderr


def test_a_deployment_gets_no_settings_from_us(tmp_path: Path) -> None:
    asked = mado("db", "current", MADO_DATA=str(tmp_path), PUBLIC_URL="https://mado.example")
    assert asked.returncode == 2
    assert "DATA_KEY" in asked.stderr
    assert not list(tmp_path.iterdir())


def fresh(data: Path, *arguments: str, answer: str = "", **more: str) -> Result:
    return CliRunner().invoke(
        run, ["--fresh", "--data", str(data), *arguments], input=answer, env=dict(more)
    )


def test_fresh_leaves_a_database_of_others_alone(tmp_path: Path) -> None:
    result = fresh(tmp_path, DATABASE_URL="postgresql+psycopg://db.example/mado")
    assert result.exit_code == 2
    assert "not ours to empty" in result.output


def test_fresh_asks_before_it_forgets_what_is_no_demo(tmp_path: Path) -> None:
    places = Places.under(tmp_path)
    places.postgres.mkdir()
    assert holds_real_data(places)
    result = fresh(tmp_path, answer="n\n")
    assert result.exit_code == 1
    assert places.postgres.exists()


def test_starting_over_forgets_all_but_the_logs(tmp_path: Path) -> None:
    places = Places.under(tmp_path)
    places.make()
    places.postgres.mkdir()
    places.demo.write_text("{}")
    assert not holds_real_data(places)
    places.log("portal").write_text("kept")
    start_over(places)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["logs", "run"]
