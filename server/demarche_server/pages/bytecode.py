"""The code of templates, kept where Python keeps that of modules: in `__pycache__` beside them.

To make code of a template takes some ten milliseconds, of those of a page about an actor together
a hundred. As with modules, nothing is written where Python is told not to write bytecode or the
folder cannot be written, and what is not what was written is made anew.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType
from typing import Any, Final
from uuid import uuid4

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

_DIGEST: Final = 64
"""Hexadecimal digits of a digest; two of them precede the code: of what it is of, and of it."""


class Beside(BytecodeCache):
    """Keeps code beside its templates. options: of the environment, which code depends on."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._made_by = repr((jinja2.__version__, sys.version, sorted(options.items())))

    def get_cache_key(self, name: str, filename: str | None = None) -> str:  # noqa: ARG002
        """Return the path of the file that the code of a template lies in, "" for none."""
        with suppress(NotImplementedError):  # this Python keeps no bytecode
            if filename is not None:
                return cache_from_source(f"{filename}.py")
        return ""

    def get_source_checksum(self, source: str) -> str:
        return sha256(f"{self._made_by}\n{source}".encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take the code from its file, if what lies there was made of this very template."""
        with suppress(OSError):
            data = Path(bucket.key or os.devnull).read_bytes()
            head, code = data[: 2 * _DIGEST], data[2 * _DIGEST :]
            if head == _head(bucket, code):
                found = marshal.loads(code)  # noqa: S302 - as Python does with modules from there
                bucket.code = found if isinstance(found, CodeType) else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write the code into its file, whole or not at all."""
        if sys.dont_write_bytecode or not bucket.key or bucket.code is None:
            return
        code = marshal.dumps(bucket.code)
        path = Path(bucket.key)
        draft = path.with_name(f"{path.name}.{uuid4().hex}")
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                draft.write_bytes(_head(bucket, code) + code)
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)


def _head(bucket: Bucket, code: bytes) -> bytes:
    return f"{bucket.checksum}{sha256(code).hexdigest()}".encode()
