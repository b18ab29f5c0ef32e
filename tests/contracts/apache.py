"""Debian's Apache with mod_auth_openidc, run in the foreground with a folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import requests

MODULES = Path("/usr/lib/apache2/modules")
NEEDED = ("mpm_event", "authn_core", "authz_core", "authz_user", "dir", "auth_openidc")
LACKING = (
    "Apache with mod_auth_openidc is not installed. Do this and start again:\n"
    "      apt-get install apache2-bin libapache2-mod-auth-openidc"
)
UP_WITHIN = 20  # seconds

CONFIG = """
ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/pid
Mutex file:{folder}
DefaultRuntimeDir {folder}
ErrorLog {folder}/error.log
LogLevel warn auth_openidc:info
DocumentRoot {folder}/pages
DirectoryIndex index.html
{person}
{modules}
OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID {client_id}
OIDCClientSecret {secret}
OIDCRedirectURI {url}/inside/callback
OIDCCryptoPassphrase only-for-this-test
OIDCScope "openid email"
OIDCPKCEMethod S256
OIDCProviderTokenEndpointAuth {way}
OIDCIDTokenSignedResponseAlg {alg}
OIDCSessionType server-cache
OIDCInfoHook userinfo id_token
OIDCRedirectURLsAllowed ^{url}/
<Location /inside>
  AuthType openid-connect
  Require valid-user
</Location>
<Directory {folder}/pages>
  Require all granted
</Directory>
"""


def program() -> str:
    """The binary of Debian's apache2-bin; a test without it fails and says what to install."""
    found = shutil.which("apache2") or "/usr/sbin/apache2"
    assert Path(found).exists() and (MODULES / "mod_auth_openidc.so").exists(), LACKING
    return found


class Apache:
    """A city tool whose pages under /inside are for residents who signed in."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="mado-apache-"))
        self.folder.chmod(0o755)  # its workers are another user where we are root
        pages = self.folder / "pages"
        for place, words in (("", "everybody"), ("inside", "residents only")):
            (pages / place).mkdir(parents=True, exist_ok=True)
            (pages / place / "index.html").write_text(words, "utf-8")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self.callback = f"{self.url}/inside/callback"
        self.backchannel = f"{self.callback}?logout=backchannel"
        self._process: subprocess.Popen[bytes] | None = None

    def start(
        self,
        issuer: str,
        client_id: str,
        secret: str,
        way: str = "client_secret_basic",
        alg: str = "ES256",
    ) -> None:
        """From now on."""
        binary = program()
        person = "User www-data\nGroup www-data" if os.getuid() == 0 else ""
        modules = "\n".join(f"LoadModule {n}_module {MODULES}/mod_{n}.so" for n in NEEDED)
        words = CONFIG.format(
            folder=self.folder,
            port=self.port,
            url=self.url,
            person=person,
            modules=modules,
            issuer=issuer,
            client_id=client_id,
            secret=secret,
            way=way,
            alg=alg,
        )
        (self.folder / "apache.conf").write_text(words, "utf-8")
        line = [binary, "-X", "-d", str(self.folder), "-f", str(self.folder / "apache.conf")]
        with (self.folder / "out.log").open("wb") as out:
            self._process = subprocess.Popen(line, stdout=out, stderr=out)
        self._wait()

    def _wait(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + UP_WITHIN
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                assert self._process.poll() is None, self.said()
                assert time.monotonic() < deadline, self.said()
                time.sleep(0.05)
            else:
                return

    def said(self) -> str:
        """Its logs."""
        return "\n".join(log.read_text("utf-8") for log in sorted(self.folder.glob("*.log")))

    def stop(self) -> None:
        """Ends it."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)


def visitor() -> requests.Session:
    """A browser at the tool, without the machine's proxies."""
    http = requests.Session()
    http.trust_env = False
    return http
