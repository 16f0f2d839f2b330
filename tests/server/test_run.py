"""Listening: what is in the way is told."""

from __future__ import annotations

from contextlib import closing

import pytest

from demarche_ontology.errors import NoCommitError, ServeError, UnknownReleaseError
from demarche_server.run import listen, serve, url
from demarche_server.settings import Settings


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
