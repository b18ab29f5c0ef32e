"""An authenticator app beside the phone: codes of the secrets one gave it (RFC 6238)."""

import time
from typing import Any

import pyotp
from flask import Blueprint, abort, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from standins.line_platform.platform import here

authenticator = Blueprint("authenticator", __name__)


def _kept() -> list[dict[str, str]]:
    rows = here().store.all("SELECT * FROM authenticators ORDER BY id")
    seeds = [
        {
            "owner": "",
            "label": one["label"],
            "uri": pyotp.TOTP(one["secret"]).provisioning_uri(name=one["label"]),
        }
        for one in here().config.authenticator
    ]
    return seeds + [
        {"owner": row["owner"], "label": row["label"], "uri": row["uri"], "id": str(row["id"])}
        for row in rows
    ]


def _codes() -> list[dict[str, Any]]:
    """The code now and the seconds it still counts, of each kept secret."""
    found = []
    now = time.time()
    for one in _kept():
        totp = pyotp.parse_uri(one["uri"])
        if isinstance(totp, pyotp.TOTP):
            left = int(totp.interval - now % totp.interval)
            found.append({**one, "code": totp.at(int(now)), "left": left, "step": totp.interval})
    return found


@authenticator.get("/authenticator")
def page() -> ResponseReturnValue:
    return render_template(
        "authenticator.html", codes=_codes(), residents=here().config.residents, fault=""
    )


@authenticator.get("/authenticator/codes.json")
def codes() -> ResponseReturnValue:
    keys = ("owner", "label", "code", "left", "step")
    return jsonify(codes=[{key: one[key] for key in keys} for one in _codes()])


@authenticator.post("/authenticator")
def add() -> ResponseReturnValue:
    if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
        abort(403)
    uri = request.form.get("uri", "").strip()
    label = _label(uri)
    if label is None:
        text = "otpauth://totp/ ではじまる文字か、英数字の秘密のキーを入れてください。"
        found = render_template(
            "authenticator.html", codes=_codes(), residents=here().config.residents, fault=text
        )
        return found, 400
    uri = (
        uri if uri.startswith("otpauth:") else pyotp.TOTP(_plain(uri)).provisioning_uri(name=label)
    )
    here().store.run(
        "INSERT OR IGNORE INTO authenticators(owner,label,uri) VALUES(?,?,?)",
        request.form.get("owner", ""),
        label,
        uri,
    )
    return redirect("/authenticator", 303)


def _plain(secret: str) -> str:
    return secret.replace(" ", "").upper()


def _label(uri: str) -> str | None:
    """A name for what was pasted, or None when no code can be made of it."""
    try:
        if uri.startswith("otpauth:"):
            totp = pyotp.parse_uri(uri)
            if not isinstance(totp, pyotp.TOTP):
                return None
            return " ".join(part for part in (totp.issuer, totp.name) if part)
        pyotp.TOTP(_plain(uri))
    except ValueError:
        return None
    return "まど市"


@authenticator.post("/authenticator/<int:number>/deletion")
def delete(number: int) -> ResponseReturnValue:
    if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
        abort(403)
    here().store.run("DELETE FROM authenticators WHERE id=?", number)
    return redirect("/authenticator", 303)
