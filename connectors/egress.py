"""Which addresses a connector may reach: public ones, and the private networks that the operator names.

Asked at connect time with the very address the socket will use, so that a name can't be checked once and
resolved again.
Must never: look at names, or trust an address because of how it is written.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from typing import Any

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

LOOPBACK = ("127.0.0.0/8", "::1/128")
"""What the demo allows: its departments live on loopback."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class EgressRefused(OSError):
    """The address is neither public nor allowed. The message names no address: it may come from hostile
    input.
    """

    def __init__(self) -> None:
        super().__init__(
            "the address lies in a network that is not allowed (TONGBAN_EGRESS_ALLOW names those that are)"
        )


def refusal(error: BaseException | None) -> EgressRefused | None:
    """The refusal at the bottom of an HTTP client's failure, if it is one."""
    for _ in range(8):
        if error is None or isinstance(error, EgressRefused):
            return error
        error = getattr(error, "os_error", None) or error.__context__
    return None


def embedded(address: IPAddress) -> tuple[IPAddress, ...]:
    """The address and every IPv4 address it carries inside (mapped, NAT64, 6to4, Teredo): all must pass."""
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    inner: list[IPAddress] = [address]
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address in _NAT64:
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    if address.sixtofour is not None:
        inner.append(address.sixtofour)
    if address.teredo is not None:
        inner.extend(address.teredo)
    return tuple(inner)


class EgressPolicy:
    """Public unicast addresses, and those inside ``allow`` (CIDRs)."""

    def __init__(self, allow: Iterable[str] = ()) -> None:
        self._allow = tuple(ipaddress.ip_network(cidr) for cidr in allow)

    def permits(self, text: str) -> bool:
        """``text`` is an address as the resolver gives it; a scope id is refused with link-local."""
        try:
            address = ipaddress.ip_address(text.partition("%")[0])
        except ValueError:
            return False
        return all(self._permits(found) for found in embedded(address))

    def _permits(self, address: IPAddress) -> bool:
        if any(address in network for network in self._allow if network.version == address.version):
            return True
        return address.is_global and not address.is_multicast

    def socket(self, addr_info: tuple[Any, ...]) -> socket.socket:
        """The connector's socket factory: no socket without a permit."""
        family, kind, protocol, _, sockaddr = addr_info
        if family not in (socket.AF_INET, socket.AF_INET6) or not self.permits(str(sockaddr[0])):
            raise EgressRefused
        made = socket.socket(family=family, type=kind, proto=protocol)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _keep_alive(made)
        return made


def _keep_alive(made: socket.socket) -> None:
    """A stream may rightly be silent for hours; that its peer is gone is noticed all the same."""
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, name):
            made.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
