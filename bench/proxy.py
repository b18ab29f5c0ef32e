"""Debian's nginx before the portal as in production: one connection on, texts compressed."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

# As in deploy/nginx.conf; without TLS, which browsers do not ask of this machine.
CONFIGURATION = """
daemon off;
worker_processes 1;
error_log {folder}/error.log;
pid {folder}/nginx.pid;
events {{}}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    gzip on;
    gzip_comp_level 6;
    gzip_types text/css text/javascript application/json image/svg+xml;
    upstream portal {{ server {portal}; keepalive 16; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://portal;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host {host};
        }}
    }}
}}
"""


class NoProxy(Exception):
    """nginx can not be had; the message says what to install."""


@contextmanager
def nginx(folder: Path, host: str, port: int) -> Iterator[str]:
    """Runs it before `host` (localhost:number); gives the address to ask instead."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        raise NoProxy("nginx is missing: apt-get install nginx-light")
    file = folder / "nginx.conf"
    portal = host.replace("localhost", "127.0.0.1")
    file.write_text(CONFIGURATION.format(folder=folder, portal=portal, host=host, port=port))
    with subprocess.Popen([program, "-c", str(file)], stderr=subprocess.DEVNULL) as process:
        try:
            _wait(f"http://127.0.0.1:{port}/health/live")
            yield f"http://localhost:{port}"
        finally:
            process.terminate()


def _wait(address: str) -> None:
    ask = build_opener(ProxyHandler({})).open
    for _ in range(100):
        try:
            ask(address, timeout=1).close()
            return
        except (URLError, OSError):
            time.sleep(0.1)
    raise NoProxy("nginx did not begin to answer")
