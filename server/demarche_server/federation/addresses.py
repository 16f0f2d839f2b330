"""From a host name to the addresses that are connected to: looked up once, and checked.

What was checked is what is connected to, so a name that changes its address in between (DNS
rebinding) gains nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from demarche_ontology.errors import FederationError

_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052, the well-known prefix


async def resolve(host: str, port: int, *, inner: bool) -> tuple[str, ...]:
    """Return the addresses of a host, in the system's order of preference.

    inner: whether addresses of private networks and of this machine are taken too.
    Raises FederationError when there are none that may be connected to.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise FederationError(f"The name {host} could not be resolved: {error}") from error
    addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
    allowed = tuple(one for one in addresses if inner or is_public(one))
    if not allowed:
        raise FederationError(
            f"The name {host} leads into a private network, so it is not called",
            remedy="the operator can list the endpoint together with its address, IRI=address",
        )
    return allowed


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the public internet.

    An IPv6 address that carries an IPv4 one (mapped, NAT64, 6to4, Teredo) is as that one is.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    carried = _carried(ip) if isinstance(ip, IPv6Address) else ()
    return all(
        one.is_global and not one.is_multicast for one in (ip, *carried) if one not in _NAT64
    )


def _carried(ip: IPv6Address) -> tuple[IPv4Address, ...]:
    if ip in _NAT64:
        return (IPv4Address(int(ip) & 0xFFFFFFFF),)
    found = (ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ()))
    return tuple(one for one in found if one is not None)
