"""Notes views in each process; a thread brings them to Valkey, the tick makes visits of them.

The key that ties pages of one visit is a hash of the day, the address and the browser under the
city's secret. It is in Valkey for half an hour and never in the database.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from dataclasses import asdict
from uuid import UUID, uuid4

import structlog
from flask import Flask, current_app, g, request
from redis import Redis, RedisError
from sqlalchemy import delete, text
from werkzeug.wrappers import Response

from portal.core import jobs
from portal.core.clock import now, today
from portal.core.db import transaction
from portal.core.settings import Settings
from portal.insight.counting.choice import is_counted
from portal.insight.counting.models import CountedVisit
from portal.insight.counting.rules import FINISHES, Growth, View, arrival

log = structlog.get_logger(__name__)

EVERY = 15.0  # seconds
MOST = 5_000  # views in memory, and of one tick
WAITING, VISIT = "mado:views", "mado:visit:"
PAUSE = 1_800  # seconds without a page end a visit
UPSERT = """
INSERT INTO counted_visits
  (id, day, arrival, pages, clicks, searched, reached, signed_in, started, finished)
VALUES (:id, :day, :arrival, :pages, :clicks, :searched, :reached, :signed_in, :started, :finished)
ON CONFLICT (id) DO UPDATE SET pages = counted_visits.pages + excluded.pages,
  clicks = counted_visits.clicks + excluded.clicks,
  searched = counted_visits.searched OR excluded.searched,
  reached = counted_visits.reached OR excluded.reached,
  signed_in = counted_visits.signed_in OR excluded.signed_in,
  started = ARRAY(SELECT DISTINCT unnest(counted_visits.started || excluded.started)),
  finished = ARRAY(SELECT DISTINCT unnest(counted_visits.finished || excluded.finished))
"""


class Views:
    """What this process saw and has not handed on."""

    def __init__(self, redis: Redis, secret: str) -> None:
        self._redis, self._secret = redis, secret.encode()
        self._lock = threading.Lock()
        self._kept: list[View] = []
        self._flushed = time.monotonic()

    def key(self, address: str, agent: str) -> str:
        """The same for the pages of one visit, another one tomorrow."""
        said = f"visit|{today()}|{address}|{agent}".encode()
        return hmac.new(self._secret, said, hashlib.sha256).hexdigest()[:32]

    def note(self, view: View) -> None:
        """Keep it; now and then let a thread hand everything on."""
        with self._lock:
            if len(self._kept) < MOST:
                self._kept.append(view)
            due = time.monotonic() - self._flushed > EVERY
            if due:
                self._flushed = time.monotonic()
        if due:
            threading.Thread(target=self.flush, name="views").start()

    def flush(self) -> None:
        """To Valkey; without it the views are forgotten: nobody waits for figures."""
        with self._lock:
            kept, self._kept = self._kept, []
        if not kept:
            return
        try:
            self._redis.rpush(WAITING, *(json.dumps(asdict(view)) for view in kept))
        except RedisError as error:
            log.warning("views.lost", error=type(error).__name__, views=len(kept))


def install(app: Flask, settings: Settings) -> None:
    """Look at every answer of residents' pages."""
    views = app.extensions["mado.views"] = Views(app.extensions["mado.redis"], settings.SECRET_KEY)

    @app.after_request
    def look(response: Response) -> Response:
        if _counts(response) and is_counted(request):
            views.note(_view(views, settings.resident_host))
        return response


def _counts(response: Response) -> bool:
    viewer = g.get("viewer")
    if viewer is None or viewer.face != "resident" or request.endpoint is None:
        return False
    if request.method == "POST":
        return request.endpoint in FINISHES and response.status_code == 303
    if request.headers.get("Sec-Fetch-Dest", "document") != "document":
        return False  # a program of ours fetches pages ahead, for times without network
    page = response.status_code in {200, 302, 303} and request.method == "GET"
    return page and (response.mimetype == "text/html") and request.endpoint != "static"


def _view(views: Views, own_host: str) -> View:
    return View(
        key=views.key(request.remote_addr or "", request.user_agent.string),
        endpoint=str(request.endpoint),
        act=request.method == "POST",
        arrival=arrival(request.referrer or "", own_host),
        signed_in=g.viewer.signed_in,
    )


def fold() -> int:
    """A tick: waiting views become rows. Returns visits touched."""
    redis = jobs.redis()
    waiting = redis.lpop(WAITING, MOST)
    views = [View(**json.loads(one)) for one in waiting] if isinstance(waiting, list) else []
    grown: dict[str, Growth] = {}
    for view in views:
        grown.setdefault(view.key, Growth()).add(view)
    if not grown:
        return 0
    known = redis.mget([VISIT + key for key in grown])
    ids = _ids(list(grown), known if isinstance(known, list) else [])
    with transaction() as session:
        session.execute(text(UPSERT), [_row(ids[key], found) for key, found in grown.items()])
    with redis.pipeline() as pipe:
        for key, visit_id in ids.items():
            pipe.set(VISIT + key, str(visit_id), ex=PAUSE)
        pipe.execute()
    return len(grown)


def _ids(keys: list[str], known: list[bytes | str | None]) -> dict[str, UUID]:
    return {
        key: UUID(str(found, "ascii")) if isinstance(found, bytes) else uuid4()
        for key, found in zip(keys, known, strict=True)
    }


def _row(visit_id: UUID, found: Growth) -> dict[str, object]:
    lists = {"started": sorted(found.started), "finished": sorted(found.finished)}
    return {"id": visit_id, "day": today()} | asdict(found) | lists


def flush() -> None:
    """What this process has, now."""
    views: Views = current_app.extensions["mado.views"]
    views.flush()


def tick() -> int:
    """Every minute; once in a while the oldest go."""
    flush()
    if now().minute == 0:
        with transaction() as session:
            old = CountedVisit.day < today().replace(year=today().year - 1, day=1)
            session.execute(delete(CountedVisit).where(old))
    return fold()
