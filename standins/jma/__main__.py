"""Starts the feeds: python -m standins.jma --port P."""

import argparse

from standins.jma.app import create_app
from standins.serving import serve


def main() -> None:
    """Read the command line and serve until told to end."""
    parser = argparse.ArgumentParser(description="The weather agency's feeds.")
    parser.add_argument("--port", type=int, default=8060)
    chosen = parser.parse_args()
    serve(create_app(chosen.port), chosen.port)


if __name__ == "__main__":
    main()
