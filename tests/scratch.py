"""Where tests write: in memory, where there is plenty.

Every commit waits for the disk several times, and the tests make thousands. That a commit outlives
a power failure cannot be seen on a disk either: what the tests kill are processes.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH_BYTES = 8 << 30
"""What has to be free of the file system and of the machine's memory; all tests take a part."""


def in_memory(folder: Path = MEMORY) -> Path | None:
    """Return a folder in memory that programs can be run from, None where there is too little."""
    if not os.access(folder, os.W_OK | os.X_OK) or os.statvfs(folder).f_flag & os.ST_NOEXEC:
        return None
    room = min(shutil.disk_usage(folder).free, _available())
    return folder if room >= ENOUGH_BYTES else None


def _available() -> int:
    """Return the bytes of memory that can be had; 0 where nobody tells."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 0
    told = dict(line.split(":", 1) for line in lines)
    return int(told.get("MemAvailable", "0 kB").split()[0]) << 10
