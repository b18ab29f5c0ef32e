"""Starts the card service: python -m standins.card_service --port P --config F."""

import argparse
from pathlib import Path

from standins.card_service.app import create_app
from standins.card_service.config import load
from standins.serving import serve


def main() -> None:
    """Read the command line and serve until told to end."""
    parser = argparse.ArgumentParser(description="A card service on this machine.")
    parser.add_argument("--port", type=int, default=8040)
    parser.add_argument("--config", type=Path, required=True)
    chosen = parser.parse_args()
    serve(create_app(load(chosen.config)), chosen.port)


if __name__ == "__main__":
    main()
