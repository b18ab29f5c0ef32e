"""Starts the LINE platform: python -m standins.line_platform --port P --state D --config F."""

import argparse
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from standins.line_platform import config
from standins.line_platform.app import create_app
from standins.serving import serve

if TYPE_CHECKING:
    from standins.line_platform.spec import Specification


def specification() -> "Specification | None":
    """LINE's specification where its folder is named; without jsonschema our own checks stand."""
    folder = os.environ.get("LINE_OPENAPI_DIR")
    if not folder:
        return None
    try:
        from standins.line_platform import spec
    except ImportError:
        print("jsonschema or PyYAML is missing: requests meet our own checks only", flush=True)
        return None
    return spec.load(folder)


def main() -> None:
    """Read the command line and serve until told to end."""
    parser = argparse.ArgumentParser(description="A LINE platform on this machine.")
    parser.add_argument("--port", type=int, default=8010)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--config", type=Path, required=True)
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    app, platform = create_app(config.load(chosen.config), chosen.state, specification())
    platform.courier.start()
    serve(app, chosen.port, on_stop=[platform.courier.stop, platform.store.close])


if __name__ == "__main__":
    main()
