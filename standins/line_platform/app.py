"""Joins the parts of the LINE platform into one application."""

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response

from standins.line_platform import config as configuration
from standins.line_platform import faults
from standins.line_platform.control import control
from standins.line_platform.courier import Courier
from standins.line_platform.faults import Faults
from standins.line_platform.login.api import api
from standins.line_platform.login.liff_pages import liff_pages
from standins.line_platform.login.pages import pages
from standins.line_platform.messaging import wire
from standins.line_platform.messaging.account import account
from standins.line_platform.messaging.messages import messages
from standins.line_platform.messaging.richmenus import richmenus
from standins.line_platform.phone.authenticator import authenticator
from standins.line_platform.phone.pages import phone
from standins.line_platform.phone.pictures import pictures
from standins.line_platform.platform import Platform, follow_addresses
from standins.line_platform.security import protect_page
from standins.line_platform.store import Store
from standins.serving import standin_app

if TYPE_CHECKING:
    from standins.line_platform.spec import Specification


def create_app(
    config: configuration.Config, state: Path, spec: "Specification | None" = None
) -> tuple[Flask, Platform]:
    """The application and its platform; the caller starts and stops the courier."""
    app = standin_app("line-platform", __name__)
    store = Store(state)
    courier = Courier(store, lambda: platform.config)
    platform = Platform(config, store, Faults(), courier, spec)
    app.extensions["line_platform"] = platform
    follow_addresses(platform)
    app.before_request(wire.number_request)
    app.before_request(lambda: faults.fail_before(platform.faults))
    app.before_request(wire.check_call)
    app.after_request(wire.show_number)
    app.after_request(protect_page)
    app.after_request(_lose_answer)
    sign_in = (api, pages, liff_pages)
    bot = (messages, richmenus, account)
    for part in (*sign_in, *bot, phone, pictures, authenticator, control):
        app.register_blueprint(part)
    return app, platform


def _lose_answer(response: Response) -> Response:
    return faults.fail_after(response)
