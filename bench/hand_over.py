"""One notice to 50,000 residents, half by LINE and half by signed mail, through real workers."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

from flask import Flask

from bench.city import bench_application, bench_environment
from launcher.places import ROOT
from launcher.services import EmbeddedPostgres, EmbeddedRedis
from standins.processes import free_port

_open = build_opener(ProxyHandler({})).open
TARGETS = {"all": 60.0, "line": 5.0, "mail": 1000.0, "memory": 200.0}
WORDS = {"title": "健診のお知らせ", "body": "12月の会場は西会館です。\n\n受付は13時からです。"}
PATIENCE = 120


@dataclass
class Found:
    """What one run gave."""

    fan_out: float = 0.0
    line: float = 0.0  # seconds from the approval until the last resident of LINE is recorded
    whole: float = 0.0
    letters: dict[str, Any] = field(default_factory=dict)
    multicast: dict[str, float] = field(default_factory=dict)
    memory: float = 0.0
    open_rows: int = 0

    @property
    def mail_rate(self) -> float:
        times = self.letters["times"]
        return float(self.letters["counts"]["letters"] / max(0.001, times["last"] - times["first"]))


def report(residents: int, workers: int, keys: str) -> str:
    """Fill, send, wait for the last row, print the table."""
    with tempfile.TemporaryDirectory(prefix="mado-bench-") as folder:
        found, ceiling = _measured(Path(folder), residents, workers, keys)
    return _table(residents, workers, keys, found, ceiling)


def _measured(
    folder: Path, residents: int, workers: int, keys: str
) -> tuple[Found, dict[str, float]]:
    line, mail = free_port(), free_port()
    with (
        EmbeddedPostgres(folder / "postgres") as postgres,
        EmbeddedRedis(folder / "valkey") as redis,
        ExitStack() as stack,
    ):
        made = bench_environment(postgres.create_database("bench"), redis.url(0), folder)
        made |= {"LINE_API_URL": f"http://127.0.0.1:{line}"}
        made |= {"MAIL_URL": f"smtp://127.0.0.1:{mail}"} | _signing(keys)
        app = bench_application(made)
        with app.app_context():
            _fill(residents)
        for module, port in (("line_receiver", line), ("smtp_receiver", mail)):
            command = [sys.executable, "-m", f"bench.{module}", str(port)]
            stack.enter_context(_process(command, made, folder / f"{module}.log"))
            _until_listening(port)
        command = [sys.executable, "-m", "launcher", "worker"]
        pids = [
            stack.enter_context(_process(command, made, folder / f"worker{number}.log"))
            for number in range(workers)
        ]
        _until_workers(app, workers)
        with app.app_context():
            found = _sent(line, mail)
        found.memory = max(_peak(pid) for pid in pids)
        app.extensions["mado.database"].engine.dispose()
        return found, _ceiling(line, mail, found)


@contextmanager
def _process(line: list[str], made: Mapping[str, str], log: Path) -> Iterator[int]:
    with log.open("w") as words:
        process = subprocess.Popen(
            line, cwd=ROOT, env=os.environ | dict(made), stdout=words, stderr=words
        )
        try:
            yield process.pid
        finally:
            process.kill()
            process.wait(20)


def _signing(keys: str) -> dict[str, str]:
    """Keys of the wanted kinds ("rsa", "ed25519", "rsa ed25519" or nothing), made now."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

    made: dict[str, Any] = {
        "rsa": lambda: rsa.generate_private_key(65537, 2048),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
    }
    pems = [
        made[kind]()
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
        for kind in keys.split()
    ]
    return {"DKIM_KEYS": "".join(pems), "DKIM_SELECTORS": " ".join(keys.split())}


def _fill(residents: int) -> None:
    """The first half is known by LINE, the second by mail."""
    from alembic import command

    from launcher.product import alembic_config
    from portal.core.clock import now
    from portal.core.crypto import key_ring
    from portal.core.db import database
    from portal.core.ids import new_id

    command.upgrade(alembic_config(), "head")
    ring, moment = key_ring(), now()
    ids = [new_id() for _ in range(residents)]
    with database().engine.begin() as connection:
        cursor = connection.connection.cursor()
        with cursor.copy("COPY residents (id, language, created_at) FROM STDIN") as copy:
            for each in ids:
                copy.write_row((each, "ja", moment))
        names = "id, resident_id, issuer, subject, subject_index, verified_at"
        with cursor.copy(f"COPY identities ({names}) FROM STDIN") as copy:
            for number, each in enumerate(ids):
                issuer, subject = _address(number, residents)
                sealed = ring.encrypt(subject.encode(), "identities.subject")
                index = ring.blind_index(subject, issuer)
                copy.write_row((new_id(), each, issuer, sealed, index, moment))
    with database().autocommit.connect() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def _address(number: int, residents: int) -> tuple[str, str]:
    if number < residents // 2:
        return "line", f"U{number:032x}"
    return "email", f"resident{number}@mail.example"


def _sent(line: int, mail: int) -> Found:
    """Approve, and look on until every row is closed."""
    from portal.core.db import read

    _approved()
    began = time.time()
    found = Found()
    while time.time() - began < PATIENCE:
        time.sleep(0.25)
        fanned = read().exec_driver_sql("SELECT fanned_out_at FROM notices").scalar()
        if not fanned:
            continue
        found.fan_out = found.fan_out or time.time() - began
        found.open_rows = int(
            read()
            .exec_driver_sql(
                "SELECT count(*) FROM deliveries WHERE sent_at IS NULL AND failed_at IS NULL"
            )
            .scalar()
            or 0
        )
        if not found.open_rows:
            break
    rows = (
        read()
        .exec_driver_sql(
            "SELECT channel, extract(epoch FROM max(sent_at))::float FROM deliveries GROUP BY 1"
        )
        .all()
    )
    last = {row[0]: row[1] for row in rows}
    found.line, found.whole = last["line"] - began, max(last.values()) - began
    found.letters = _told_by_relay(mail)
    with _open(f"http://127.0.0.1:{line}/__report__", timeout=10) as answer:
        found.multicast = json.loads(answer.read())["multicast"]
    return found


def _approved() -> None:
    from sqlalchemy import update

    from auth.staff.accounts import add_staff
    from notifications.notices.models import Notice
    from notifications.notices.writing import Draft, approve, submit, write
    from portal.core import jobs
    from portal.core.db import transaction

    with transaction() as session:
        clerks = [
            add_staff(session, email=f"{name}@city.example", name="職員", roles=[name])
            for name in ("author", "approver")
        ]
        notice = write(
            session,
            clerks[0].id,
            Draft.read({"variants": {"ja": WORDS}, "segment": {"all": []}, "topic": "health"}),
        )
        submit(session, notice.id, clerks[0].id, counted=0)
    with transaction() as session:
        approve(session, notice.id, clerks[1].id, version=1, counted=0)
    # At night a notice waits for the morning; the measurement does not.
    with transaction() as session:
        session.execute(update(Notice).values(starts_at=None))
    jobs.ring_now("notifications.notices.fanning_out.fan_out", notice.id, queue="bulk")


def _told_by_relay(port: int) -> dict[str, Any]:
    with socket.create_connection(("127.0.0.1", port), 10) as line, line.makefile("rb") as file:
        file.readline()
        line.sendall(b"XTELL\r\n")
        told: dict[str, Any] = json.loads(file.readline()[4:])
    return told


def _ceiling(line: int, mail: int, found: Found) -> dict[str, float]:
    """What the same sockets take from a sender that only writes bytes it has."""
    letter = (found.letters["kept"] or ["Subject: x\r\n\r\nx\r\n"])[0].encode("latin-1")
    return {"mail": _bare_mail(mail, letter), "line": _bare_line(line)}


def _bare_mail(port: int, letter: bytes, number: int = 10_000) -> float:
    group = letter + b".\r\nMAIL FROM:<a@city.example>\r\nRCPT TO:<b@mail.example>\r\nDATA\r\n"
    with socket.create_connection(("127.0.0.1", port), 10) as line, line.makefile("rb") as file:
        file.readline()
        line.sendall(b"DATA\r\n")
        file.readline()
        began = time.perf_counter()
        for _ in range(number):
            line.sendall(group)
            for _ in range(4):
                file.readline()
        return number / (time.perf_counter() - began)


def _bare_line(port: int, number: int = 500) -> float:
    """Residents a second in multicasts of 500."""
    body = json.dumps({"to": [f"U{n:032x}" for n in range(500)], "messages": [WORDS]}).encode()
    head = f"POST /v2/bot/message/multicast HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n"
    request = head.encode() + body
    with socket.create_connection(("127.0.0.1", port), 10) as line, line.makefile("rb") as file:
        began = time.perf_counter()
        for _ in range(number):
            line.sendall(request)
            while file.readline() != b"\r\n":
                pass
            file.read(2)
        return 500 * number / (time.perf_counter() - began)


def _until_listening(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nobody listens at {port}")


def _until_workers(app: Flask, number: int) -> None:
    from rq import Worker

    for _ in range(600):
        if Worker.count(connection=app.extensions["mado.redis"]) >= number:
            return
        time.sleep(0.1)
    raise RuntimeError("the workers did not start")


def _peak(pid: int) -> float:
    """The most memory a process held, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the worker is gone")


def _table(
    residents: int, workers: int, keys: str, found: Found, ceiling: Mapping[str, float]
) -> str:
    counts, rate = found.letters["counts"], found.mail_rate
    twice = counts["letters"] - found.letters["different"]
    line_rate = found.multicast["recipients"] / max(
        0.001, found.multicast["last"] - found.multicast["first"]
    )
    rows = [
        ("fan-out, s", f"{found.fan_out:.1f}", "", ""),
        ("LINE handed over, s", f"{found.line:.1f}", f"<= {TARGETS['line']:.0f}", ""),
        ("LINE residents/s", f"{line_rate:,.0f}", "", f"{ceiling['line']:,.0f}"),
        ("mail letters/s", f"{rate:,.0f}", f">= {TARGETS['mail']:,.0f}", f"{ceiling['mail']:,.0f}"),
        ("everything handed over, s", f"{found.whole:.1f}", f"<= {TARGETS['all']:.0f}", ""),
        ("most memory of a worker, MB", f"{found.memory:.0f}", f"<= {TARGETS['memory']:.0f}", ""),
    ]
    lines = [
        f"{residents:,} residents, {workers} workers, {os.cpu_count()} cores, "
        f"signed by: {keys or 'nobody'}",
        f"LINE {found.multicast['recipients']:,.0f} in {found.multicast['requests']:.0f} requests; "
        f"mail {counts['letters']:,}, signed {counts['signed']:,}, twice {twice}, "
        f"connections {counts['connections']}, open {found.open_rows}",
        "",
        f"{'':<30}{'measured':>12}{'target':>12}{'bare sockets':>14}",
    ]
    return "\n".join([*lines, *(f"{name:<30}{a:>12}{b:>12}{c:>14}" for name, a, b, c in rows)])
