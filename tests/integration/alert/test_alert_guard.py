"""The guard at the socket, against a catcher on every loopback address: whatever the spelling, no connection is opened."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from agents.alert.guard import guarded_session
from agents.alert.post import Answer, post
from agents.alert.retry import Outcome


@dataclass
class Catcher:
    """Counts connections, before a byte of HTTP."""

    port: int = 0
    hits: int = 0
    servers: list[asyncio.Server] = field(default_factory=list)

    async def start(self) -> None:
        async def caught(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.hits += 1
            writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
            writer.close()

        first = await asyncio.start_server(caught, "0.0.0.0")
        self.port = first.sockets[0].getsockname()[1]
        self.servers.append(first)
        with contextlib.suppress(OSError):
            self.servers.append(await asyncio.start_server(caught, "::1", self.port))


class Rebinding(AbstractResolver):
    """A resolver that answers every name with the attacker's choice of addresses."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        return None


@pytest.fixture
async def catcher() -> AsyncIterator[Catcher]:
    one = Catcher()
    await one.start()
    yield one
    for server in one.servers:
        server.close()


async def _post(url: str, *, private: bool = False, resolver: AbstractResolver | None = None) -> Answer:
    session = guarded_session(private=private, deadline=3, connections=2, resolver=resolver)
    async with session:
        return await post(session, url, b"{}", {"webhook-id": "x"}, 0)


HOSTS = [
    "127.0.0.1",
    "127.0.0.2",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "127.000.000.001",
    "0.0.0.0",
    "0",
    "0x0",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "user:word@127.0.0.1",
    "example.org@127.0.0.1",
    "127.0.0.1%00.example.org",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000::0001]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
    "[fe80::1]",
    "[::1%25lo]",
    "[fec0::1]",
    "[ff02::1]",
    "169.254.169.254",
    "[fd00:ec2::254]",
    "10.0.0.1",
    "192.168.0.1",
    "172.16.0.1",
    "100.64.0.1",
    "224.0.0.1",
    "255.255.255.255",
]


@pytest.mark.parametrize("host", HOSTS)
async def test_no_spelling_of_an_inner_address_opens_a_connection(catcher: Catcher, host: str) -> None:
    answer = await _post(f"http://{host}:{catcher.port}/")
    assert catcher.hits == 0
    assert answer.outcome in (Outcome.FORBIDDEN, Outcome.UNREACHABLE)
    assert answer.status == 0


@pytest.mark.parametrize(
    "addresses", [("127.0.0.1",), ("::1",), ("::ffff:127.0.0.1",), ("0.0.0.0",), ("127.0.0.1", "::1", "10.0.0.1")]
)
async def test_a_name_that_rebinds_to_an_inner_address_is_refused_at_the_socket(
    catcher: Catcher, addresses: tuple[str, ...]
) -> None:
    answer = await _post(f"http://rebind.example.org:{catcher.port}/", resolver=Rebinding(*addresses))
    assert catcher.hits == 0
    assert answer.outcome is Outcome.FORBIDDEN


async def test_a_proxy_from_the_environment_is_not_used(catcher: Catcher, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{catcher.port}")
    await _post("http://inner.example.org:1/", private=True, resolver=Rebinding("127.0.0.1"))
    assert catcher.hits == 0


@pytest.mark.parametrize("url", ["ftp://127.0.0.1:{}/", "file:///etc/passwd", "gopher://127.0.0.1:{}/", ""])
async def test_only_http_is_spoken(catcher: Catcher, url: str) -> None:
    answer = await _post(url.format(catcher.port), private=True)
    assert catcher.hits == 0
    assert answer.outcome is not Outcome.DELIVERED


async def test_a_route_in_one_s_own_network_may_reach_it_when_the_user_says_so(catcher: Catcher) -> None:
    assert (await _post(f"http://127.0.0.1:{catcher.port}/", private=True)).outcome is Outcome.DELIVERED
    assert catcher.hits == 1


@pytest.mark.parametrize("host", ["0.0.0.0", "169.254.169.254", "[::]", "[fd00:ec2::254]", "[64:ff9b:1::7f00:1]"])
async def test_even_then_metadata_and_the_unspecified_address_stay_out_of_reach(catcher: Catcher, host: str) -> None:
    answer = await _post(f"http://{host}:{catcher.port}/", private=True)
    assert catcher.hits == 0
    assert answer.outcome is Outcome.FORBIDDEN
