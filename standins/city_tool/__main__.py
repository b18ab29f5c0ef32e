"""Starts the demo city tool: python -m standins.city_tool --port P --config F."""

import argparse
from pathlib import Path

from standins.city_tool.app import create_app
from standins.city_tool.config import load
from standins.serving import serve


def main() -> None:
    """Read the command line and serve until told to end."""
    parser = argparse.ArgumentParser(description="A demo city tool.")
    parser.add_argument("--port", type=int, default=8030)
    parser.add_argument("--config", type=Path)
    chosen = parser.parse_args()
    serve(create_app(load(chosen.config)), chosen.port)


if __name__ == "__main__":
    main()
