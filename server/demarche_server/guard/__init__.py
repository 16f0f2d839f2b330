"""Limits at the level of HTTP: what a connection may send, how slowly, and how answers end.

`run.config` puts `GuardedProtocol` in the place of uvicorn's own protocol. What is refused here
never reaches the application; it is told as problem+json all the same.
"""

from demarche_server.guard.guard import Guard
from demarche_server.guard.protocol import GuardedProtocol

__all__ = ["Guard", "GuardedProtocol"]
