"""The private Redis server: ours alone, and its data outlives any kill."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from redis.exceptions import AuthenticationError, ConnectionError

from agents.alert.client import RedisUnfit, connect, examine
from agents.alert.server import EmbeddedRedis, running_url

Until = Callable[[Callable[[], bool]], Awaitable[None]]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"


async def test_it_keeps_what_it_was_told_over_a_kill_and_a_restart(tmp_path: Path, until: Until) -> None:
    server = EmbeddedRedis(tmp_path)
    client = connect(await server.start())
    await client.xadd("escucha:signals", {"id": "sig_1"})
    await client.aclose()
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    await until(lambda: not server.running)
    await server.stop()

    client = connect(await server.start())
    entries = await client.xrange("escucha:signals")
    await client.aclose()
    await server.stop()
    assert [fields[b"id"] for _, fields in entries] == [b"sig_1"]


async def test_a_server_that_ends_is_started_again_at_the_same_address(tmp_path: Path, until: Until) -> None:
    server = EmbeddedRedis(tmp_path)
    url = await server.start()
    client = connect(url)
    stop = asyncio.Event()
    watching = asyncio.create_task(server.watch(stop))
    await client.set("told", "yes")
    before = server.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    await until(lambda: server.running and server.pid != before)
    async with asyncio.timeout(10):
        while True:
            try:
                assert await client.get("told") == b"yes"
                break
            except ConnectionError:
                await asyncio.sleep(0.02)
    stop.set()
    await asyncio.wait_for(watching, 2)
    assert server.url == url
    assert running_url(tmp_path) == url
    await client.aclose()
    await server.stop()
    assert running_url(tmp_path) is None


async def test_it_is_private_durable_and_refuses_rather_than_forgets(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path / 'a directory with spaces, ñ and "quotes"')
    url = await server.start()
    client = connect(url)
    try:
        assert await examine(client) == []
        assert (await client.config_get("bind"))["bind"] == "127.0.0.1"
        assert (await client.config_get("appendfsync"))["appendfsync"] == "everysec"
        stranger = connect(f"redis://127.0.0.1:{url.rsplit(':', 1)[1]}")
        with pytest.raises(AuthenticationError):
            await stranger.ping()
        await stranger.aclose()
        for name in ("redis.conf", "redis.url"):
            assert (server._directory / name).stat().st_mode & 0o077 == 0
    finally:
        await client.aclose()
        await server.stop()
    assert not server.running


async def test_two_owners_of_one_directory_are_refused(tmp_path: Path) -> None:
    first, second = EmbeddedRedis(tmp_path), EmbeddedRedis(tmp_path)
    await first.start()
    try:
        with pytest.raises(RedisUnfit, match="another escucha is using"):
            await second.start()
        client = connect(first.url)
        assert await client.ping()
        await client.aclose()
    finally:
        await first.stop()


async def test_a_server_whose_parent_was_killed_does_not_stay_behind(tmp_path: Path, until: Until) -> None:
    script = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom agents.alert.server import EmbeddedRedis, running_url\n"
        "from agents.alert.client import connect\n"
        "async def main():\n"
        "    server = EmbeddedRedis(Path(sys.argv[1]))\n    client = connect(await server.start())\n"
        "    await client.set('told', 'yes')\n    print(server.pid, flush=True)\n    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    parent.kill()
    await parent.wait()

    server = EmbeddedRedis(tmp_path)
    client = connect(await server.start())
    try:
        assert await client.get("told") == b"yes"
        await until(lambda: not _alive(pid))
    finally:
        await client.aclose()
        await server.stop()


async def test_an_orphan_that_no_signal_reached_is_asked_to_end(tmp_path: Path, until: Until) -> None:
    orphan = EmbeddedRedis(tmp_path)
    await orphan.start()
    assert orphan._lock is not None
    orphan._lock.close()
    orphan._lock = None

    server = EmbeddedRedis(tmp_path)
    client = connect(await server.start())
    try:
        await until(lambda: not orphan.running)
        assert await client.ping()
    finally:
        await client.aclose()
        await server.stop()


async def test_a_terminal_s_ctrl_c_does_not_reach_it(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path)
    await server.start()
    try:
        assert server.pid is not None
        assert os.getpgid(server.pid) != os.getpgid(0)
    finally:
        await server.stop()


async def test_a_directory_it_cannot_use_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "appendonlydir").write_text("a file where the server wants a directory")
    with pytest.raises(RedisUnfit, match=r"redis\.log.*ESCUCHA_REDIS"):
        await EmbeddedRedis(tmp_path).start()


async def test_a_server_that_does_not_answer_is_said_without_its_password() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        client = connect(f"redis://:canary-7f3a@127.0.0.1:{taken.getsockname()[1]}/0")
        with pytest.raises(RedisUnfit, match="does not answer") as caught:
            await examine(client)
        await client.aclose()
    assert "canary-7f3a" not in repr(caught.value)


def test_what_is_not_a_redis_url_is_said_without_quoting_it() -> None:
    with pytest.raises(RedisUnfit, match="not a Redis URL") as caught:
        connect("http://:canary-7f3a@example.org")
    assert "canary-7f3a" not in repr(caught.value)


async def test_a_server_that_would_drop_signals_is_warned_about(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path)
    client = connect(await server.start())
    try:
        await client.config_set("maxmemory-policy", "allkeys-lru")
        await client.config_set("appendonly", "no")
        warnings = await examine(client)
    finally:
        await client.aclose()
        await server.stop()
    assert len(warnings) == 2
    assert "noeviction" in warnings[0]
    assert "appendonly yes" in warnings[1]
