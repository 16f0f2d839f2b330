"""A target that goes wrong, to see whether the tests notice."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace

from conformance.target import JSON, Response, Target


class WrongStatuses(Target):
    """Refuses what is right, and takes what is wrong."""

    def ask(self, text: str, accept: str) -> Response:
        return _other_status(super().ask(text, accept))

    def change(self, text: str) -> Response:
        loading = text.startswith("DROP ALL ;\n")
        response = super().change(text)
        return response if loading else _other_status(response)

    def get(self, url: str, accept: str) -> Response:
        return _other_status(super().get(url, accept))

    def send(
        self, method: str, url: str, headers: Sequence[tuple[str, str]], body: bytes | None
    ) -> Response:
        return _other_status(super().send(method, url, headers, body))


class WrongAnswers(Target):
    """Turns booleans round, and leaves out a row or a triple, or adds one where there is none."""

    def ask(self, text: str, accept: str) -> Response:
        return _wrong(super().ask(text, accept))


def _other_status(response: Response) -> Response:
    refused = 400 <= response.status < 500
    return replace(response, status=200 if refused else 400)


def _wrong(response: Response) -> Response:
    kind = response.media_type.partition(";")[0]
    if response.status != 200 or kind not in _WRONG:
        return response
    return replace(response, body=_WRONG[kind](response.body))


def _wrong_json(body: bytes) -> bytes:
    document = json.loads(body)
    if "boolean" in document:
        document["boolean"] = not document["boolean"]
    else:
        rows = document["results"]["bindings"]
        document["results"]["bindings"] = rows[1:] if rows else [{}]
    return json.dumps(document).encode()


def _wrong_xml(body: bytes) -> bytes:
    text = body.decode()
    if "<boolean>" in text:
        return re.sub("true|false", lambda m: "false" if m[0] == "true" else "true", text).encode()
    shorter = re.sub(r"(?s)<result>.*?</result>", "", text, count=1)
    if shorter == text:
        shorter = re.sub(r"<results\s*/>|<results></results>", "<results><result/></results>", text)
    return shorter.encode()


def _wrong_lines(body: bytes) -> bytes:
    return b"".join(body.splitlines(keepends=True)[:-1])


def _wrong_turtle(body: bytes) -> bytes:
    return body + b"\n<urn:it:is> <urn:not:so> 1 ."


_WRONG = {
    JSON: _wrong_json,
    "application/sparql-results+xml": _wrong_xml,
    "text/csv": _wrong_lines,
    "text/tab-separated-values": _wrong_lines,
    "text/turtle": _wrong_turtle,
}
