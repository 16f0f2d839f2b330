"""All hostile requests."""

from __future__ import annotations

from server.hostile.kinds import Hostile
from server.hostile.protocol import BODIES, GONE, PROTOCOL, SLOW, SMUGGLING
from server.hostile.resources import NESTING, RESOURCES
from server.hostile.texts import BEYOND, PARAMETERS, PATHS, TEXT

CORPUS: tuple[Hostile, ...] = (
    *RESOURCES,
    *NESTING,
    *TEXT,
    *PARAMETERS,
    *PATHS,
    *BEYOND,
    *PROTOCOL,
    *SMUGGLING,
    *BODIES,
    *SLOW,
    *GONE,
)
