"""Starts the store: python -m standins.object_store --port P --state DIR --key-id K --secret S."""

import argparse
from pathlib import Path

from standins.object_store.app import create_app
from standins.serving import serve


def main() -> None:
    """Read the command line and serve until told to end."""
    parser = argparse.ArgumentParser(description="Objects, in the way of S3.")
    parser.add_argument("--port", type=int, default=8070)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--key-id", default="STANDINKEY")
    parser.add_argument("--secret", default="stand-in secret")
    chosen = parser.parse_args()
    serve(create_app(chosen.state, {chosen.key_id: chosen.secret}), chosen.port)


if __name__ == "__main__":
    main()
