"""What is the same for every Messaging API call: token, size, JSON, specification, request id."""

import json
import uuid
from typing import Any

from flask import Response, g, request

from standins.line_platform import channel_tokens
from standins.line_platform.messaging.answers import BAD_TOKEN, Problem, Refused
from standins.line_platform.platform import here

LARGEST_BODY = 2 * 1024 * 1024
RETRY_HEADER = "X-Line-Retry-Key"
RETRY_PATHS = frozenset(
    f"/v2/bot/message/{kind}" for kind in ("push", "multicast", "narrowcast", "broadcast")
)


def is_api(path: str) -> bool:
    """Whether a path belongs to the Messaging API."""
    return path.startswith(("/v2/bot/", "/bot/"))


def number_request() -> None:
    """Give the request its id."""
    g.request_id = str(uuid.uuid4())


def show_number(response: Response) -> Response:
    """Put the request id into the answer, where LINE puts it."""
    response.headers["x-line-request-id"] = g.get("request_id", "")
    return response


def check_call() -> Response | None:
    """Refuse what no Messaging API call may be."""
    if not is_api(request.path):
        return None
    platform = here()
    platform.store.count(f"calls {request.method} {request.path}" if _is_counted() else "calls")
    try:
        _check()
    except Refused as refused:
        return _as_flask(refused)
    return None


def _is_counted() -> bool:
    return request.path.startswith("/v2/bot/message/")


def _as_flask(refused: Refused) -> Response:
    answer = refused.answer()
    assert isinstance(answer, Response)
    return answer


def _check() -> None:
    header = request.headers.get("Authorization")
    if not channel_tokens.bearer_is(here().store, header, channel_tokens.MESSAGING):
        raise BAD_TOKEN
    if (request.content_length or 0) > LARGEST_BODY:
        raise Refused(413, "The request is larger than 2 MB")
    if RETRY_HEADER in request.headers and request.path not in RETRY_PATHS:
        raise Refused(400, f"{RETRY_HEADER} cannot be used with this endpoint")


def body() -> dict[str, Any]:
    """The JSON object of the request, held against the specification where it is at hand."""
    if request.mimetype != "application/json":
        raise Refused(415, "The content type of the request must be application/json")
    try:
        found = json.loads(request.get_data())
    except (ValueError, UnicodeDecodeError):
        text = "The request body could not be parsed as JSON (line: -, column: -)"
        raise Refused(400, text) from None
    if not isinstance(found, dict):
        raise Refused(400, "The request body could not be parsed as JSON (line: 1, column: 1)")
    return found


def against_specification(found: dict[str, Any]) -> list[Problem]:
    """What LINE's own specification says against a body; nothing where it is not at hand."""
    spec = here().spec
    return [] if spec is None else spec.problems(request.method, request.path, found)
