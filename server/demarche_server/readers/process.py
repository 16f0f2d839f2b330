"""What a child process does to itself before it meets a stranger's query."""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1  # prctl(2)
_OPEN: Final = Path("/proc/self/fd")
_OOM_SCORE: Final = 600
"""Of 1000: where memory runs out all the same, the kernel ends a reader before anything else."""


def end_with_parent(parent: int) -> None:
    """Have the kernel end this process when its parent ends. parent: the parent's pid.

    Linux only; elsewhere a reader ends when its socket closes, at the end of its query.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)


def settle() -> None:
    """Leave Ctrl-C to the server, write no core, and be the first to go when memory runs out."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(_OOM_SCORE))


def limit_memory(extra: int) -> None:
    """Let this process grow by at most `extra` bytes of address space; 0 for no limit.

    The engine aborts when an allocation fails, so the process ends with SIGABRT.
    """
    if extra:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = address_space() + extra
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def forbid_files() -> None:
    """Let this process open nothing more: no file, and no socket.

    A second wall behind the reading of queries: where no SERVICE is allowed, an engine that
    was tricked into one could not open a connection.
    """
    names = [int(entry.name) for entry in _OPEN.iterdir()] if _OPEN.is_dir() else [63]
    used = max(names) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(used, hard), hard))


def give_back() -> None:
    """Give memory that is not used back to the system, where the C library can (GNU's)."""
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def address_space() -> int:
    """Return the bytes of address space this process has."""
    with suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    return 0


def resident() -> int:
    """Return the bytes of memory this process has to itself or shares."""
    with suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    return 0


def freeze() -> None:
    """Keep the garbage collector from writing to what children share."""
    gc.collect()
    gc.freeze()
