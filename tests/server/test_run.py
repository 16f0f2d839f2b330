"""Listening: what is in the way is told."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import httpx
import pytest
from server.running_server import PROGRAM, start, stop

from demarche_ontology.errors import NoCommitError, ServeError, UnknownReleaseError
from demarche_server.readers.hatchery import written
from demarche_server.run import listen, serve, url
from demarche_server.settings import Settings
from demarche_server.supervision import Supervisor


def test_a_port_in_use_is_told(home):
    with closing(listen("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
        with pytest.raises(ServeError, match=f"port {port}") as caught:
            serve(Settings(port=port), home.path)
    assert "--port" in caught.value.remedy


@pytest.mark.parametrize(("host", "port"), [("no-such-host.invalid", 0), ("127.0.0.1", 70_000)])
def test_an_address_that_cannot_be_is_told(host, port):
    with pytest.raises(ServeError):
        listen(host, port)


def test_nothing_to_serve_is_told(home, tmp_path):
    with pytest.raises(UnknownReleaseError):
        serve(Settings(port=0), home.path, "no-such-release")
    with pytest.raises(NoCommitError):
        serve(Settings(port=0), tmp_path / "empty")


def test_url():
    assert url("127.0.0.1", 8080) == "http://127.0.0.1:8080/"
    assert url("0.0.0.0", 80) == "http://127.0.0.1:80/"
    assert url("::1", 80) == "http://[::1]:80/"


@pytest.mark.parametrize(
    "faulty",
    [
        {"root_path": "claims"},
        {"root_path": "/claims/"},
        {"root_path": "/a b"},
        {"trusted_proxies": ("proxy.example.org",)},
        {"trusted_proxies": ("10.0.0.1/8",)},
    ],
)
def test_settings_about_proxies_that_cannot_be_are_told(home, faulty):
    with pytest.raises(ServeError, match=next(iter(faulty))):
        serve(Settings(port=0, **faulty), home.path)


# --- Supervision -----------------------------------------------------------------------------


@pytest.fixture
def manager(tmp_path):
    """The socket at which a service manager listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "notify"))
        sock.settimeout(60)
        yield sock


def test_the_service_manager_is_told_when_the_server_answers_and_when_it_stops(home, manager):
    running = start(home.path, environment={"NOTIFY_SOCKET": manager.getsockname()})
    assert manager.recv(100) == b"READY=1"
    assert running.ask("ASK {}").status_code == 200
    stop(running)
    assert manager.recv(100) == b"STOPPING=1"


def test_what_the_service_manager_says_is_not_for_children():
    told = {"NOTIFY_SOCKET": "@abstract", "LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}
    supervisor = Supervisor.take(told)
    assert told == {}
    assert supervisor == Supervisor("@abstract", 1)
    supervisor.tell("READY=1")  # nobody listens there
    others = {"LISTEN_PID": "1", "LISTEN_FDS": "1"}
    assert Supervisor.take(others).listening() is None


HANDED = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": sys.argv[2]}
os.execv(sys.executable, [sys.executable, "-c", *sys.argv[3:]])
"""


def handed(home, sock, number=1):
    """Start a server as systemd does that holds its port."""
    command = [str(sock.fileno()), str(number), PROGRAM, str(home.path), ""]
    with written('{"port": 1}') as told:
        return subprocess.Popen(
            [sys.executable, "-c", HANDED, *command],
            stdin=told,
            pass_fds=[sock.fileno()],
            stderr=subprocess.PIPE,
        )


def test_connections_wait_while_a_server_with_a_socket_of_its_manager_is_started_anew(home):
    with closing(listen("127.0.0.1", 0)) as sock, ThreadPoolExecutor(4) as others:
        address = f"http://127.0.0.1:{sock.getsockname()[1]}/readyz"
        first = handed(home, sock)
        assert httpx.get(address, timeout=120).status_code == 200
        first.terminate()
        first.communicate(timeout=60)
        late = [others.submit(httpx.get, address, timeout=120) for _ in range(4)]
        second = handed(home, sock)
        assert [one.result().status_code for one in late] == [200] * 4
        second.terminate()
        second.communicate(timeout=60)


def test_sockets_that_cannot_be_are_told(home, manager):
    for sock, number in ((manager, 1), (manager, 2)):
        process = handed(home, sock, number)
        _, log = process.communicate(timeout=60)
        assert process.returncode != 0
        assert b"ListenStream=" in log
