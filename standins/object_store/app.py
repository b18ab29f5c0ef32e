"""PUT, GET, DELETE and ListObjectsV2 of one bucket's objects, kept as files under a folder."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from flask import Flask, Response, request

from standins.object_store.signatures import fault
from standins.serving import standin_app

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
FAULTS = {"NoSuchKey": 404, "XAmzContentSHA256Mismatch": 400}


def create_app(state: Path, secrets: Mapping[str, str], page: int = 1000) -> Flask:
    """The application; `page` is how many names one answer of a list holds."""
    app = standin_app("object_store", __name__)

    @app.before_request
    def believe_signed_requests_only() -> Response | None:
        if request.path.startswith("/__standin__/"):
            return None
        code = fault(
            request.method,
            unquote(request.path),
            request.query_string.decode(),
            dict(request.headers),
            request.get_data(),
            secrets,
            datetime.now(UTC),
        )
        return _error(code) if code else None

    @app.get("/<bucket>")
    def listing(bucket: str) -> Response:
        prefix = request.args.get("prefix", "")
        after = request.args.get("continuation-token", "")
        names = (str(one.relative_to(state / bucket)) for one in (state / bucket).rglob("*")
                 if one.is_file())  # fmt: skip
        found = sorted(name for name in names if name.startswith(prefix) and name > after)
        shown, more = found[:page], found[page:]
        keys = "".join(f"<Contents><Key>{name}</Key></Contents>" for name in shown)
        token = f"<NextContinuationToken>{shown[-1]}</NextContinuationToken>" if more else ""
        body = f"<IsTruncated>{str(bool(more)).lower()}</IsTruncated>{keys}{token}"
        return _xml(f'<ListBucketResult xmlns="{SPACE}">{body}</ListBucketResult>')

    @app.route("/<bucket>/<path:key>", methods=["PUT", "GET", "DELETE"])
    def thing(bucket: str, key: str) -> Response:
        file = (state / bucket / key).resolve()
        if not file.is_relative_to(state.resolve()):
            return _error("AccessDenied")
        return _acted(request.method, file)

    return app


def _acted(method: str, file: Path) -> Response:
    if method == "PUT":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(request.get_data())
        return Response(status=200)
    if method == "DELETE":
        file.unlink(missing_ok=True)
        return Response(status=204)
    if not file.is_file():
        return _error("NoSuchKey")
    return Response(file.read_bytes(), mimetype="application/octet-stream")


def _error(code: str) -> Response:
    answer = _xml(f"<Error><Code>{code}</Code></Error>")
    answer.status_code = FAULTS.get(code, 403)
    return answer


def _xml(body: str) -> Response:
    return Response(XML + body, mimetype="application/xml")
