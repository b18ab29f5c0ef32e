"""Composition: reads the settings and joins the packages. No logic."""

from __future__ import annotations

import gc

from flask import Flask

from portal.core.settings import Settings, load_settings


def create_app(settings: Settings | None = None) -> Flask:
    """The whole product as one WSGI application."""
    import auth.pages
    import chatbot.pages
    import notifications.pages
    import portal.pages
    from portal.core.web.app import make_app

    app = make_app(settings or load_settings())
    portal.pages.register(app)
    auth.pages.register(app)
    notifications.pages.register(app)
    chatbot.pages.register(app)
    return app


def __getattr__(name: str) -> Flask:
    """`wsgi:app` for the server, made on first use so that tools can import this module freely."""
    if name == "app":
        app = create_app()
        # What is made once (routes, templates, catalogue) need never be searched for garbage again.
        gc.collect()
        gc.freeze()
        globals()["app"] = app
        return app
    raise AttributeError(name)
