"""What asyncio does not tell or do about a connection."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from typing import Final

_AT_ONCE: Final = struct.pack("ii", 1, 0)

if sys.platform == "linux":
    import fcntl
    import termios

    def waiting_in_kernel(transport: asyncio.Transport) -> int:
        """Return how many bytes the kernel holds that the peer has not acknowledged (tcp(7))."""
        sock = transport.get_extra_info("socket")
        if sock is None or sock.fileno() < 0:
            return 0
        held = fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, b"\0\0\0\0")
        return int.from_bytes(held, sys.byteorder)

else:

    def waiting_in_kernel(transport: asyncio.Transport) -> int:  # noqa: ARG001
        """Return 0: only Linux tells."""
        return 0


def reset(transport: asyncio.Transport) -> None:
    """End a connection with RST: the peer cannot take what it has for the whole."""
    sock = transport.get_extra_info("socket")
    if sock is not None and sock.fileno() >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    transport.abort()
