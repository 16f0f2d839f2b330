"""What a service manager and the server tell each other, by the conventions of systemd."""

from __future__ import annotations

import os
import socket
from collections.abc import MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Self

from demarche_ontology.errors import ServeError

_FIRST: Final = 3
"""The descriptor of the first socket that is handed over: SD_LISTEN_FDS_START."""


@dataclass(frozen=True, slots=True)
class Supervisor:
    """The manager of this process, or none.

    address: of the Unix socket where it listens, "" where it does not. sockets: how many
    descriptors it handed over.
    """

    address: str = ""
    sockets: int = 0

    @classmethod
    def take(cls, environment: MutableMapping[str, str]) -> Self:
        """Return what the environment tells of it, and take it out: children are not meant."""
        address = environment.pop("NOTIFY_SOCKET", "")
        for_us = environment.pop("LISTEN_PID", "") == str(os.getpid())
        number = environment.pop("LISTEN_FDS", "")
        environment.pop("LISTEN_FDNAMES", None)
        return cls(address, int(number) if for_us and number.isdigit() else 0)

    def tell(self, state: str) -> None:
        """Tell it how things are, such as "READY=1" (sd_notify(3)); nobody there does no harm."""
        if not self.address:
            return
        # An @ stands for the zero byte that begins Linux's abstract names.
        address = self.address.replace("@", "\0", 1) if self.address[0] == "@" else self.address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock, suppress(OSError):
            sock.sendto(state.encode(), address)

    def listening(self) -> socket.socket | None:
        """Return the listening socket that it handed over, None if there is none.

        Connections wait in it while the server is started anew (sd_listen_fds(3)).
        Raises ServeError for several, or for one that takes no TCP connections.
        """
        if not self.sockets:
            return None
        sock = socket.socket(fileno=_FIRST)
        os.set_inheritable(sock.fileno(), False)
        listens = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        if self.sockets > 1 or sock.family == socket.AF_UNIX or not listens:
            sock.close()
            raise ServeError(
                f"The service manager hands over {self.sockets} sockets, not one for TCP",
                remedy="have one ListenStream= with a port in the socket unit",
            )
        return sock
