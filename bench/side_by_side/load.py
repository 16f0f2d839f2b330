"""Asking: one query timed, many by wrk, many by a Python client."""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

JSON = "application/sparql-results+json"
LUA = Path(__file__).with_name("lookups.lua")


class FailedError(Exception):
    """An answer that is none: a status other than 200, a broken transfer, or no JSON."""


class Client:
    """One connection to one server, kept alive and renewed when the server closed it."""

    def __init__(self, url: str, seconds: float) -> None:
        parts = urlsplit(url)
        self._host, self._port, self._path = parts.hostname or "", parts.port, parts.path
        self._seconds = seconds
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, query: str) -> tuple[float, bytes]:
        """Return the seconds from sending to the last byte, and the answer. Raises FailedError."""
        target = f"{self._path}?{urlencode({'query': query})}"
        for last in (False, True):
            fresh = self._connection is None
            try:
                return self._ask(target)
            except (http.client.HTTPException, OSError) as error:
                self._connection = None
                if last or fresh:
                    raise FailedError(f"{type(error).__name__}: {error}") from error
        raise AssertionError("unreachable")

    def _ask(self, target: str) -> tuple[float, bytes]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                self._host, self._port, timeout=self._seconds
            )
            self._connection.connect()
        began = time.perf_counter()
        self._connection.request("GET", target, headers={"Accept": JSON})
        answer = self._connection.getresponse()
        body = answer.read()
        seconds = time.perf_counter() - began
        if answer.status != 200:
            raise FailedError(f"status {answer.status}: {body[:300]!r}")
        return seconds, body


def fingerprint(answer: bytes) -> str:
    """Return a hash that is equal for equal multisets of rows. Raises FailedError.

    Names of variables are left out, since they differ from asking to asking, and so are datatypes
    that only some servers write out (`xsd:string`).
    """
    try:
        rows = json.loads(answer)["results"]["bindings"]
        names = json.loads(answer)["head"]["vars"]
    except (ValueError, KeyError) as error:
        raise FailedError(f"no results in JSON: {answer[:200]!r}") from error
    lines = sorted(json.dumps([_term(row.get(name)) for name in names]) for row in rows)
    return f"{len(lines)} rows {hashlib.sha256(chr(10).join(lines).encode()).hexdigest()[:12]}"


def _term(binding: dict[str, Any] | None) -> list[str]:
    if binding is None:
        return []
    datatype = binding.get("datatype", "").removeprefix("http://www.w3.org/2001/XMLSchema#")
    kind = "literal" if binding["type"] == "typed-literal" else binding["type"]
    plain = "" if datatype == "string" else datatype
    # Virtuoso counts in integers of another size.
    plain = "integer" if plain in {"int", "long"} else plain
    value = binding["value"]
    if plain == "boolean":
        value = {"0": "false", "1": "true"}.get(value, value)
    return [kind, value, plain, binding.get("xml:lang", "")]


@dataclass(frozen=True)
class Rate:
    """What wrk measured. p50, p99: milliseconds. errors: answers other than 200, broken."""

    per_second: float
    p50: float
    p99: float
    errors: int


def wrk(url: str, subjects: list[str], start: int, seconds: float, connections: int) -> Rate:
    """Have wrk look things up for so long. start: the number of the first query, -1 to repeat one.

    subjects: IRIs to look up, each query another text. Raises FailedError.
    """
    if shutil.which("wrk") is None:
        raise FailedError("wrk is not installed")
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "60s"]
    few = [quote(f"<{one}>", safe="") for one in subjects[:1000]]
    done = subprocess.run(
        [*command, "-s", LUA, url, "--", str(start), *few],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise FailedError(done.stdout + done.stderr)
    return _rate(done.stdout)


def _rate(text: str) -> Rate:
    def number(pattern: str) -> float:
        found = re.search(pattern, text)
        return float(found[1]) if found else 0.0

    def milliseconds(percent: int) -> float:
        found = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s|m)", text)
        if not found:
            return 0.0
        return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[found[2]]

    sockets = re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    errors = int(number(r"Non-2xx or 3xx responses: (\d+)"))
    errors += sum(map(int, sockets.groups())) if sockets else 0
    return Rate(number(r"Requests/sec:\s+([\d.]+)"), milliseconds(50), milliseconds(99), errors)


def python_rate(url: str, text: Callable[[int], str], seconds: float, threads: int) -> float:
    """Return the answers a second that so many threads of this process get."""
    counts = [0] * threads
    end = time.perf_counter() + seconds

    def work(me: int) -> None:
        client = Client(url, 60)
        while time.perf_counter() < end:
            client.ask(text(me + counts[me] * threads))
            counts[me] += 1

    everybody = [threading.Thread(target=work, args=(me,)) for me in range(threads)]
    began = time.perf_counter()
    for one in everybody:
        one.start()
    for one in everybody:
        one.join()
    return sum(counts) / (time.perf_counter() - began)


class Beside:
    """Heavy queries that run in the background until told to stop, one after the other."""

    def __init__(self, url: str, text: Callable[[int], str], threads: int, seconds: float) -> None:
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=(url, text, me, seconds), daemon=True)
            for me in range(threads)
        ]
        for one in self._threads:
            one.start()

    def _work(self, url: str, text: Callable[[int], str], me: int, seconds: float) -> None:
        number = me
        while not self._stop.is_set():
            try:
                # A server that refuses a query may be asked again; one that is slow is not hurried.
                Client(url, seconds).ask(text(number))
            except FailedError:
                self._stop.wait(0.1)
            number += len(self._threads)

    def stop(self) -> None:
        self._stop.set()
        for one in self._threads:
            one.join()
