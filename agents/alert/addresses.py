"""Which addresses a webhook may reach: a deny-by-default reading of the IANA special-purpose registries. Pure."""

from __future__ import annotations

from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address


class Reach(Enum):
    """Who stands behind an address."""

    PUBLIC = "public"
    PRIVATE = "private"
    """One's own machine or network: loopback, RFC 1918, shared (CGNAT), unique local."""
    FORBIDDEN = "forbidden"
    """Never a webhook receiver: cloud metadata, link-local, multicast, reserved, tunnels that hide another address."""


_V4_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
_V4_FORBIDDEN = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "100.100.100.200/32",  # metadata of a cloud, inside the shared range
            "168.63.129.16/32",  # a cloud's host agent, on a public address
            "169.254.0.0/16",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
_V6_PRIVATE = (IPv6Network("::1/128"), IPv6Network("fc00::/7"))
_V6_FORBIDDEN = tuple(
    map(
        IPv6Network,
        (
            "fd00:ec2::/32",  # metadata of a cloud, inside unique local
            "fd20:ce::/32",  # the same of another
            "2001::/23",  # protocol assignments, Teredo and ORCHID among them
            "2001:db8::/32",
            "2002::/16",  # 6to4: an IPv4 address in disguise
            "3fff::/20",
        ),
    )
)
_V6_GLOBAL = IPv6Network("2000::/3")
_V4_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_LOW_32 = 0xFFFF_FFFF


def reach(address: str | IPv4Address | IPv6Address) -> Reach:
    """Who stands behind an address; what cannot be read as one is FORBIDDEN. A zone (`%eth0`) is ignored.

    IPv6 that stands for an IPv4 address (mapped; NAT64, RFC 6052) is judged as that address; other embeddings are FORBIDDEN.
    """
    if isinstance(address, str):
        try:
            address = ip_address(address.partition("%")[0])
        except ValueError:
            return Reach.FORBIDDEN
    if isinstance(address, IPv4Address):
        return _reach_v4(address)
    if address in _V4_MAPPED or address in _NAT64:
        return _reach_v4(IPv4Address(int(address) & _LOW_32))
    if any(address in network for network in _V6_FORBIDDEN):
        return Reach.FORBIDDEN
    if any(address in network for network in _V6_PRIVATE):
        return Reach.PRIVATE
    return Reach.PUBLIC if address in _V6_GLOBAL else Reach.FORBIDDEN


def _reach_v4(address: IPv4Address) -> Reach:
    if any(address in network for network in _V4_FORBIDDEN):
        return Reach.FORBIDDEN
    if any(address in network for network in _V4_PRIVATE):
        return Reach.PRIVATE
    return Reach.PUBLIC


def allowed(address: str | IPv4Address | IPv6Address, *, private: bool) -> bool:
    """Whether a webhook may connect there; `private` admits one's own network, never what is FORBIDDEN."""
    where = reach(address)
    return where is Reach.PUBLIC or (private and where is Reach.PRIVATE)
