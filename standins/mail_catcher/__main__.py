"""Starts the mail catcher: python -m standins.mail_catcher --smtp-port S --port P --state D."""

import argparse
from pathlib import Path

from standins.mail_catcher.app import create_app
from standins.mail_catcher.receiving import Refusals, controller
from standins.mail_catcher.store import MOST_MESSAGES, MailStore
from standins.serving import serve


def main() -> None:
    """Read the command line and serve until told to end."""
    parser = argparse.ArgumentParser(description="A mail server that keeps every message.")
    parser.add_argument("--smtp-port", type=int, default=8025)
    parser.add_argument("--port", type=int, default=8020)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--most", type=int, default=MOST_MESSAGES)
    chosen = parser.parse_args()
    store, refusals = MailStore(chosen.state, chosen.most), Refusals()
    smtp = controller(store, refusals, chosen.smtp_port)
    smtp.start()
    print(f"standins.mail_catcher: smtp://localhost:{chosen.smtp_port}", flush=True)
    serve(create_app(store, refusals), chosen.port, on_stop=[smtp.stop, store.close])


if __name__ == "__main__":
    main()
