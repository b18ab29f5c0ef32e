"""Structured logs to standard error: events and ids, never personal data."""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from flask import Flask, g, has_request_context, request
from werkzeug.wrappers import Response

# What a person's data looks like, should it ever slip into a value.
_LOOKS_PERSONAL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|\bU[0-9a-f]{32}\b|\b\d{6}\b")

# At DEBUG these say tokens (Authlib) and addresses with codes in them (urllib3).
TALKATIVE = ("authlib", "urllib3")


class MaskingFormatter(logging.Formatter):
    """Lines of libraries (Flask, RQ, SQLAlchemy) with their tracebacks, masked like ours."""

    def format(self, record: logging.LogRecord) -> str:
        return _LOOKS_PERSONAL.sub("…", super().format(record))


def configure(level: str) -> None:
    """One JSON object a line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(MaskingFormatter("%(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelName(level)))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _with_request,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks,
            mask,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _with_request(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if has_request_context():
        event.setdefault("request_id", g.get("request_id"))
    return event


def mask(_: Any, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Replace what looks like an address, a LINE id or a code, however deep it sits."""
    return {key: _masked(value) for key, value in event.items()}


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return _LOOKS_PERSONAL.sub("…", value)
    if isinstance(value, dict):
        return {key: _masked(inner) for key, inner in value.items() if key != "locals"}
    if isinstance(value, (list, tuple)):
        return [_masked(inner) for inner in value]
    return value


def install(app: Flask) -> None:
    """An access line a request: endpoint, not address, so that no query leaks."""
    log = structlog.get_logger("access")

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def line(response: Response) -> Response:
        if request.endpoint not in {"static", "health.live"}:
            log.info(
                "request",
                method=request.method,
                endpoint=request.endpoint,
                status=response.status_code,
                ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
            )
        return response
