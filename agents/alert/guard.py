"""The SSRF guard at the socket: it sees the final address, after names, literals and redirecting resolvers."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable

import aiohttp
from aiohttp.abc import AbstractResolver

from agents.alert.addresses import allowed

AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[object, ...]]


def guarded_sockets(*, private: bool) -> Callable[[AddressInfo], socket.socket]:
    """A socket factory that opens no socket towards an address `allowed` refuses: it raises OSError EACCES instead."""

    def open_socket(info: AddressInfo) -> socket.socket:
        family, kind, protocol, _, address = info
        if family not in (socket.AF_INET, socket.AF_INET6) or not allowed(str(address[0]), private=private):
            raise PermissionError(errno.EACCES, "the endpoint's address is not one a webhook may reach")
        return socket.socket(family, kind, protocol)

    return open_socket


def guarded_session(
    *, private: bool, deadline: float, connections: int, resolver: AbstractResolver | None = None
) -> aiohttp.ClientSession:
    """A client session for one endpoint: guarded sockets, a total deadline in seconds, no proxy and no cookies.

    Bodies stay as they come (`auto_decompress=False`), so that a small answer cannot grow in memory.
    """
    connector = aiohttp.TCPConnector(
        socket_factory=guarded_sockets(private=private), limit=connections, resolver=resolver, ttl_dns_cache=10
    )
    return aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=deadline),
        trust_env=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
    )
