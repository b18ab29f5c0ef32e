"""Starts the city's website: python -m standins.city_site --port P."""

import argparse

from standins.city_site.app import create_app
from standins.serving import serve


def main() -> None:
    """Read the command line and serve until told to end."""
    parser = argparse.ArgumentParser(description="The demo city's website.")
    parser.add_argument("--port", type=int, default=8050)
    parser.add_argument("--portal", default="", help="whose bot stands on every page")
    chosen = parser.parse_args()
    serve(create_app(chosen.port, chosen.portal), chosen.port)


if __name__ == "__main__":
    main()
