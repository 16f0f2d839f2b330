"""A real nginx with the site of deploy/, in front of a real server."""

from __future__ import annotations

import getpass
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from server.hostile.processes import eventually

DEPLOY = Path(__file__).parents[2] / "deploy"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
OPENSSL = shutil.which("openssl")
NAME = "claims.example.org"
WHOLE = "    location / {\n        include"

MAIN = """
daemon off;
user {user};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/held;
    fastcgi_temp_path {folder}/a;
    uwsgi_temp_path {folder}/b;
    scgi_temp_path {folder}/c;
    include {folder}/site.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """plain, tls: its ports. folder: with its files; `held` has what it keeps of answers."""

    plain: int
    tls: int
    folder: Path

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.tls}"

    def client(self, source: str = "127.0.0.1") -> httpx.Client:
        """Return a client that takes the proxy for the site. source: the address it comes from."""
        trusted = ssl.create_default_context(cafile=str(self.certificate))
        one = httpx.Client(
            transport=httpx.HTTPTransport(verify=trusted, local_address=source),
            base_url=self.url,
            headers={"host": NAME},
            timeout=60,
        )
        one.event_hooks["request"] = [
            lambda request: request.extensions.update(sni_hostname=NAME),
        ]
        return one


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def write(folder: Path, port: int, prefix: str = "") -> Proxy:
    """Write the site as deploy/ has it, but for names, ports and paths.

    port: of the server. prefix: the path below which it is shown.
    """
    proxy = Proxy(free_port(), free_port(), folder)
    _certify(proxy)
    shutil.copy(DEPLOY / "nginx" / "demarche-proxy.conf", folder / "proxy.conf")
    site = (DEPLOY / "nginx" / "demarche.conf").read_text()
    site = re.sub(r"^ +listen \[::\].*\n", "", site, flags=re.MULTILINE)
    changes = {
        "server 127.0.0.1:7878;": f"server 127.0.0.1:{port};",
        "listen 80;": f"listen 127.0.0.1:{proxy.plain};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{proxy.tls} ssl http2;",
        f"/etc/letsencrypt/live/{NAME}/fullchain.pem": str(proxy.certificate),
        f"/etc/letsencrypt/live/{NAME}/privkey.pem": str(folder / "key.pem"),
        "include snippets/demarche-proxy.conf;": f"include {folder}/proxy.conf;",
        WHOLE: WHOLE.replace("/ {", f"{prefix}/ {{"),
    }
    for before, after in changes.items():
        assert site.count(before) == 1, before
        site = site.replace(before, after)
    (folder / "site.conf").write_text(site)
    main = MAIN.format(user=getpass.getuser(), folder=folder)
    (folder / "nginx.conf").write_text(main)
    return proxy


def command(proxy: Proxy, *more: str) -> list[str]:
    assert NGINX
    return [NGINX, "-p", str(proxy.folder), "-c", str(proxy.folder / "nginx.conf"), *more]


@contextmanager
def running(proxy: Proxy) -> Iterator[Proxy]:
    process = subprocess.Popen(command(proxy), stderr=subprocess.PIPE, text=True)
    try:
        assert eventually(lambda: process.poll() is not None or _listens(proxy.tls))
        assert process.poll() is None, process.stderr.read()
        yield proxy
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _listens(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


def _certify(proxy: Proxy) -> None:
    assert OPENSSL
    subprocess.run(
        [
            *(OPENSSL, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", f"/CN={NAME}"),
            *("-addext", f"subjectAltName=DNS:{NAME}"),
            *("-keyout", str(proxy.folder / "key.pem"), "-out", str(proxy.certificate)),
        ],
        check=True,
        capture_output=True,
    )
