"""Figures for Prometheus: requests of this process, and what the database and the queue say.

With several web processes PROMETHEUS_MULTIPROC_DIR names a folder where they add up.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from flask import Flask, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from redis import RedisError
from rq import Queue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from portal.core import jobs
from portal.core.db import read
from portal.operations.watching import machine
from portal.operations.watching.minutes import UNCOUNTED

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.05, 0.1, 0.3, 1, 3, 10)
ROWS = {
    "mado_outbox_waiting": (
        "Messages that are not sent yet.",
        "SELECT count(*) FROM outbox_messages WHERE sent_at IS NULL AND failed_at IS NULL",
    ),
    "mado_alerts_open": (
        "Faults that are open.",
        "SELECT count(*) FROM alerts WHERE over_at IS NULL",
    ),
    "mado_tick_age_seconds": (
        "Since the last round of ticks.",
        "SELECT extract(epoch FROM clock_timestamp() - max(ended_at)) FROM job_runs"
        " WHERE job = 'tick'",
    ),
    "mado_probe_ok": (
        "Share of looks at public pages of the last 10 minutes that went well.",
        "SELECT avg(ok::int) FROM probes WHERE at > clock_timestamp() - interval '10 minutes'",
    ),
}


class Requests:
    """Counters of one application; the endpoint's name, never the address."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.seconds = Histogram(
            "mado_request_seconds",
            "Time to answer.",
            ("endpoint",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.answers = Counter(
            "mado_answers", "Answers.", ("endpoint", "status"), registry=self.registry
        )

    def note(self, endpoint: str, seconds: float, status: int) -> None:
        """One request."""
        self.seconds.labels(endpoint).observe(seconds)
        self.answers.labels(endpoint, f"{status // 100}xx").inc()


class Rows(Collector):
    """What the whole city shares, asked at each scrape; what does not answer is left out."""

    def collect(self) -> Iterator[Metric]:
        """The gauges."""
        for name, (words, sql) in ROWS.items():
            try:
                value = read().execute(text(sql)).scalar()
            except SQLAlchemyError:
                continue
            if value is not None:
                yield GaugeMetricFamily(name, words, value=float(value))
        yield _queues()
        found = machine.load()
        yield GaugeMetricFamily("mado_disk_used", "Share of the disk in use.", value=found.disk)
        yield GaugeMetricFamily("mado_memory_used", "Share of memory in use.", value=found.memory)


def _queues() -> Metric:
    gauge = GaugeMetricFamily("mado_queue_length", "Jobs that wait.", labels=["queue"])
    try:
        for name in jobs.QUEUES:
            gauge.add_metric([name], len(Queue(name, connection=jobs.redis())))
    except RedisError:
        return gauge
    return gauge


def install(app: Flask) -> None:
    """Count every answered request."""
    kept = app.extensions["mado.metrics"] = Requests()

    @app.after_request
    def count(response: Response) -> Response:
        if request.endpoint not in UNCOUNTED:
            seconds = time.perf_counter() - g.get("started", time.perf_counter())
            kept.note(str(request.endpoint), seconds, response.status_code)
        return response


def exposition() -> bytes:
    """The page: all web processes' requests and the shared gauges."""
    shared = CollectorRegistry()
    shared.register(Rows())
    if os.environ.get(FOLDER):
        requests = CollectorRegistry()
        MultiProcessCollector(requests)  # type: ignore[no-untyped-call]
    else:
        requests = current_app.extensions["mado.metrics"].registry
    return generate_latest(requests) + generate_latest(shared)
