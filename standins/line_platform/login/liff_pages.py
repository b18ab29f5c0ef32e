"""LIFF addresses (https://liff.line.me/…) and the script an app loads."""

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from standins.line_platform.login import liff
from standins.line_platform.login.pages import auto_login, go_on, must_ask_frame
from standins.line_platform.platform import here

liff_pages = Blueprint("liff_pages", __name__)


@liff_pages.get("/liff/edge/2/sdk.js")
def sdk() -> ResponseReturnValue:
    """The stand-in of LINE's script."""
    return current_app.send_static_file("liff_sdk.js")


@liff_pages.get("/liff/<liff_id>")
@liff_pages.get("/liff/<liff_id>/<path:rest>")
def opening(liff_id: str, rest: str = "") -> ResponseReturnValue:
    """A tap on a LIFF address: in the phone's in-app browser signed in, elsewhere not."""
    channel = here().config.login
    if not channel.liff_id or liff_id != channel.liff_id:
        abort(404)
    if must_ask_frame():
        return render_template("in_app_sign_in.html")
    asked = liff.params(channel.liff_endpoint, _state(rest), in_client=True)
    person = auto_login()
    return go_on(asked, person) if person else liff.unopened(asked)


@liff_pages.get("/liff/login")
def login() -> ResponseReturnValue:
    """liff.login() outside LINE: the sign-in page, then back to the app with its tokens."""
    channel, uri = here().config.login, request.args.get("redirect_uri", "")
    inside = uri == channel.liff_endpoint or uri.startswith(
        (f"{channel.liff_endpoint}/", f"{channel.liff_endpoint}?")
    )
    if not channel.liff_id or request.args.get("liff_id") != channel.liff_id or not inside:
        abort(400)
    return go_on(liff.params(uri, "", in_client=False), None)


def _state(rest: str) -> str:
    """Path and query behind the LIFF address."""
    query = request.query_string.decode()
    kept = "&".join(part for part in query.split("&") if not part.startswith("standin_owner="))
    path = f"/{rest}" if rest else ""
    return f"{path}?{kept}" if kept else path
