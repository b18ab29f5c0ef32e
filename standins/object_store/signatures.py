"""AWS Signature Version 4 as the receiving side computes it, from the request that arrived."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote

HEADER = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<id>[^/]+)/(?P<day>\d{8})/(?P<region>[^/]+)/s3/aws4_request, "
    r"?SignedHeaders=(?P<headers>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)
SKEW = timedelta(minutes=15)
MUST_BE_SIGNED = {"host", "x-amz-date", "x-amz-content-sha256"}


def fault(
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    body: bytes,
    secrets: Mapping[str, str],
    moment: datetime,
) -> str:
    """The S3 error code this request deserves; empty when it is rightly signed."""
    given = {name.lower(): " ".join(value.split()) for name, value in headers.items()}
    told = HEADER.fullmatch(given.get("authorization", ""))
    if told is None:
        return "AccessDenied"
    if told["id"] not in secrets:
        return "InvalidAccessKeyId"
    signed = told["headers"].split(";")
    if not set(signed) >= MUST_BE_SIGNED or not set(signed) <= set(given):
        return "AccessDenied"
    if given["x-amz-content-sha256"] != hashlib.sha256(body).hexdigest():
        return "XAmzContentSHA256Mismatch"
    stamp = given["x-amz-date"]
    sent = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if abs(moment - sent) > SKEW or not stamp.startswith(told["day"]):
        return "RequestTimeTooSkewed"
    canonical = "\n".join(
        [
            method,
            quote(path, safe="/-_.~"),
            _query(query),
            *(f"{name}:{given[name]}" for name in signed),
            "",
            told["headers"],
            given["x-amz-content-sha256"],
        ]
    )
    scope = f"{told['day']}/{told['region']}/s3/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"
    right = _mac(_key(secrets[told["id"]], scope), text).hex()
    return "" if hmac.compare_digest(right, told["signature"]) else "SignatureDoesNotMatch"


def _query(query: str) -> str:
    """Sorted by name, each part encoded anew."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return "&".join(sorted(f"{quote(n, safe='-_.~')}={quote(v, safe='-_.~')}" for n, v in pairs))


def _key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = _mac(key, part)
    return key


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
